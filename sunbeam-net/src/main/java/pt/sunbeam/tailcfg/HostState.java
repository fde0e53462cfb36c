package pt.sunbeam.tailcfg;

import java.util.List;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPublic;

/**
 * What this node tells the server about itself, always as a whole.
 *
 * @param discoKey new at every start of the process
 * @param endpoints candidate UDP endpoints, best first
 * @param hostinfo descriptive, with the home relay in its {@link NetInfo}
 */
public record HostState(DiscoPublic discoKey, List<Endpoint> endpoints, Hostinfo hostinfo) {
    public HostState {
        endpoints = List.copyOf(endpoints);
    }

    /** One of this node's own endpoints. */
    public record Endpoint(IpEndpoint address, EndpointType type) {}

    public HostState withEndpoints(List<Endpoint> newEndpoints) {
        return new HostState(discoKey, newEndpoints, hostinfo);
    }

    public HostState withNetInfo(NetInfo netInfo) {
        return new HostState(discoKey, endpoints, hostinfo.withNetInfo(netInfo));
    }
}
