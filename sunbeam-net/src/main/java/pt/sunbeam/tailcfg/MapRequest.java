package pt.sunbeam.tailcfg;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePublic;

/**
 * {@code POST /machine/map} ({@code tailcfg.MapRequest}). Every request carries the whole of {@link HostState}: servers
 * store what the last one said, and Headscale erases what it left out.
 *
 * @param version the capability version
 * @param compress {@code zstd} or empty
 * @param keepAlive asks for keep-alive messages in a stream
 * @param nodeKey must belong to this connection's machine key
 * @param discoKey without it peers cannot find a direct path
 * @param endpoints candidate UDP endpoints, best first
 * @param endpointTypes parallel to {@code endpoints}; see {@link EndpointType}
 * @param stream true for the long poll, false for one answer
 * @param hostinfo who asks
 * @param omitPeers with {@code stream} false: only report my state
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record MapRequest(
        int version,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String compress,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean keepAlive,
        NodePublic nodeKey,
        DiscoPublic discoKey,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean stream,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<IpEndpoint> endpoints,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Integer> endpointTypes,
        Hostinfo hostinfo,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean omitPeers) {
    public MapRequest {
        compress = WireLists.orEmpty(compress);
        nodeKey = nodeKey == null ? NodePublic.ZERO : nodeKey;
        discoKey = discoKey == null ? DiscoPublic.ZERO : discoKey;
        endpoints = WireLists.orEmpty(endpoints);
        endpointTypes = WireLists.orEmpty(endpointTypes);
        hostinfo = hostinfo == null ? Hostinfo.EMPTY : hostinfo;
    }

    /** The long poll. */
    public static MapRequest stream(NodePublic nodeKey, HostState state, boolean zstd) {
        return of(nodeKey, state, true, zstd ? "zstd" : "");
    }

    /** Reports this node's state and wants nothing back. */
    public static MapRequest lite(NodePublic nodeKey, HostState state) {
        return of(nodeKey, state, false, "");
    }

    private static MapRequest of(NodePublic nodeKey, HostState state, boolean stream, String compress) {
        return new MapRequest(
                CapabilityVersion.CURRENT,
                compress,
                stream,
                nodeKey,
                state.discoKey(),
                stream,
                state.endpoints().stream().map(HostState.Endpoint::address).toList(),
                state.endpoints().stream().map(e -> e.type().code()).toList(),
                state.hostinfo(),
                !stream);
    }
}
