package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpPrefix;

/**
 * A description of a host ({@code tailcfg.Hostinfo}), of this node in requests and, reduced, of a peer. Members at their
 * zero value are left out.
 *
 * @param ipnVersion the client's version text
 * @param backendLogId 64 hexadecimal digits, constant for an installation
 * @param os {@code linux}, {@code macOS}, {@code windows}, ...
 * @param hostname the base of the node's name in the tailnet
 * @param goArch Go's name of the processor architecture
 * @param userspace true: no TUN device
 * @param userspaceRouter true: no host routing
 * @param services local services; peers' PeerAPI ports come here
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Hostinfo(
        @JsonProperty("IPNVersion") String ipnVersion,
        @JsonProperty("BackendLogID") String backendLogId,
        @JsonProperty("OS") String os,
        @JsonProperty("OSVersion") String osVersion,
        String hostname,
        String goArch,
        String app,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean shieldsUp,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean shareeNode,
        @JsonProperty("RoutableIPs") List<IpPrefix> routableIps,
        List<String> requestTags,
        List<Service> services,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable NetInfo netInfo,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean userspace,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Boolean userspaceRouter) {
    static final Hostinfo EMPTY = of("", "", "", "", "", "");

    public Hostinfo {
        ipnVersion = WireLists.orEmpty(ipnVersion);
        backendLogId = WireLists.orEmpty(backendLogId);
        os = WireLists.orEmpty(os);
        osVersion = WireLists.orEmpty(osVersion);
        hostname = WireLists.orEmpty(hostname);
        goArch = WireLists.orEmpty(goArch);
        app = WireLists.orEmpty(app);
        routableIps = WireLists.orEmpty(routableIps);
        requestTags = WireLists.orEmpty(requestTags);
        services = WireLists.orEmpty(services);
    }

    /** The members every client sends. */
    public static Hostinfo of(
            String ipnVersion, String backendLogId, String os, String osVersion, String hostname, String goArch) {
        return new Hostinfo(
                ipnVersion,
                backendLogId,
                os,
                osVersion,
                hostname,
                goArch,
                "",
                false,
                false,
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null);
    }

    public Hostinfo withNetInfo(NetInfo newNetInfo) {
        return new Hostinfo(
                ipnVersion,
                backendLogId,
                os,
                osVersion,
                hostname,
                goArch,
                app,
                shieldsUp,
                shareeNode,
                routableIps,
                requestTags,
                services,
                newNetInfo,
                userspace,
                userspaceRouter);
    }

    public Hostinfo withRequestTags(List<String> tags) {
        return new Hostinfo(
                ipnVersion,
                backendLogId,
                os,
                osVersion,
                hostname,
                goArch,
                app,
                shieldsUp,
                shareeNode,
                routableIps,
                tags,
                services,
                netInfo,
                userspace,
                userspaceRouter);
    }

    /** The same host, saying that it has neither a TUN device nor host routes. */
    public Hostinfo inUserspace() {
        return new Hostinfo(
                ipnVersion,
                backendLogId,
                os,
                osVersion,
                hostname,
                goArch,
                app,
                shieldsUp,
                shareeNode,
                routableIps,
                requestTags,
                services,
                netInfo,
                true,
                true);
    }

    /**
     * {@code tailcfg.Service}.
     *
     * @param proto {@code tcp}, {@code udp}, {@code peerapi4}, {@code peerapi6}, ...
     */
    public record Service(
            String proto,
            int port,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String description) {
        public Service {
            proto = WireLists.orEmpty(proto);
            description = WireLists.orEmpty(description);
        }
    }
}
