package pt.sunbeam.netcheck;

import java.util.List;
import pt.sunbeam.ip.IpEndpoint;

/**
 * A region whose servers can be asked by STUN.
 *
 * @param id positive
 * @param v4 its servers' IPv4 endpoints in the map's order, each once
 * @param v6 its servers' IPv6 endpoints in the map's order, each once
 */
public record ProbeRegion(int id, List<IpEndpoint> v4, List<IpEndpoint> v6) {
    public ProbeRegion {
        v4 = List.copyOf(v4);
        v6 = List.copyOf(v6);
    }

    List<IpEndpoint> servers(boolean family6) {
        return family6 ? v6 : v4;
    }
}
