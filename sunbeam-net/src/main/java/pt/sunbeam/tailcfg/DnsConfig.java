package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How names resolve ({@code tailcfg.DNSConfig}).
 *
 * @param resolvers for everything else
 * @param routes resolvers by suffix; a null or empty list: only the tailnet's own names live there
 * @param domains search domains
 * @param proxied names of nodes are answered from the netmap
 * @param extraRecords further names
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DnsConfig(
        List<Resolver> resolvers,
        Map<String, @Nullable List<Resolver>> routes,
        List<Resolver> fallbackResolvers,
        List<String> domains,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean proxied,
        List<ExtraRecord> extraRecords) {
    public static final DnsConfig EMPTY = new DnsConfig(List.of(), Map.of(), List.of(), List.of(), false, List.of());

    public DnsConfig {
        resolvers = WireLists.orEmpty(resolvers);
        Map<String, @Nullable List<Resolver>> kept = WireLists.patchOrNull(routes);
        routes = kept == null ? Map.of() : kept;
        fallbackResolvers = WireLists.orEmpty(fallbackResolvers);
        domains = WireLists.orEmpty(domains);
        extraRecords = WireLists.orEmpty(extraRecords);
    }

    /**
     * {@code dnstype.Resolver}.
     *
     * @param addr {@code ip}, {@code ip:port}, or an {@code https} URL
     */
    public record Resolver(String addr) {
        public Resolver {
            addr = WireLists.orEmpty(addr);
        }
    }

    /**
     * {@code tailcfg.DNSRecord}.
     *
     * @param type empty: A or AAAA, by the value
     */
    public record ExtraRecord(
            String name,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String type,
            String value) {
        public ExtraRecord {
            name = WireLists.orEmpty(name);
            type = WireLists.orEmpty(type);
            value = WireLists.orEmpty(value);
        }
    }
}
