package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What some sources may reach ({@code tailcfg.FilterRule}). Rules only allow. Rules with only application grants open no
 * port and are not read further.
 *
 * @param srcIps {@code *}, an address, a prefix, a range {@code a-b}, or {@code cap:} and an attribute's name
 * @param srcBits obsolete; its presence makes the whole filter unusable
 * @param dstPorts where to
 * @param ipProto IP protocol numbers; empty means ICMP, ICMPv6, TCP and UDP
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record FilterRule(
        @JsonProperty("SrcIPs") List<String> srcIps,
        @Nullable List<Integer> srcBits,
        List<NetPortRange> dstPorts,
        @JsonProperty("IPProto") List<Integer> ipProto) {
    public FilterRule {
        srcIps = WireLists.orEmpty(srcIps);
        srcBits = WireLists.orNull(srcBits);
        dstPorts = WireLists.orEmpty(dstPorts);
        ipProto = WireLists.orEmpty(ipProto);
    }

    /** Every port and the default protocols of {@code dst} for {@code src}. */
    public static FilterRule allow(String src, String dst) {
        return new FilterRule(List.of(src), null, List.of(NetPortRange.allPorts(dst)), List.of());
    }

    /**
     * {@code tailcfg.NetPortRange}.
     *
     * @param ip as a source, without {@code cap:}
     * @param bits obsolete; its presence makes the whole filter unusable
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NetPortRange(
            @JsonProperty("IP") String ip, @Nullable Integer bits, PortRange ports) {
        public NetPortRange {
            ip = WireLists.orEmpty(ip);
            ports = ports == null ? PortRange.NONE : ports;
        }

        public static NetPortRange allPorts(String ip) {
            return new NetPortRange(ip, null, PortRange.ALL);
        }
    }

    /** {@code tailcfg.PortRange}: both ends belong to it. */
    public record PortRange(int first, int last) {
        public static final PortRange ALL = new PortRange(0, 65535);

        /** Holds no port. */
        static final PortRange NONE = new PortRange(1, 0);

        public boolean contains(int port) {
            return first <= port && port <= last;
        }
    }
}
