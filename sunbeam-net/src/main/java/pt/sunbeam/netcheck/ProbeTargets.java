package pt.sunbeam.netcheck;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpNode;
import pt.sunbeam.tailcfg.DerpRegion;

/**
 * Which servers of a relay map can be asked by STUN (Tailscale 1.103, net/netcheck/netcheck.go). Nodes that
 * cannot, because they have no STUN, no usable port or no address, are passed over; so are regions that must not be measured.
 */
public final class ProbeTargets {
    /** Regions beyond this many are not measured; Tailscale's own map has about 30. */
    static final int MAX_REGIONS = 100;

    /** Nodes of a region beyond this many are not asked. */
    static final int MAX_NODES = 16;

    static final int STUN_PORT = 3478;

    private ProbeTargets() {}

    /** The host names to resolve before {@link #of}. */
    public static SortedSet<String> hostsToResolve(DerpMap map) {
        SortedSet<String> hosts = new TreeSet<>();
        for (DerpRegion region : measured(map).values()) {
            for (DerpNode node : nodes(region)) {
                boolean open = node.ipv4().isEmpty() || node.ipv6().isEmpty();
                boolean asked = port(node) > 0 && node.stunTestIp().isEmpty() && open;
                if (asked && !node.hostName().isEmpty() && IpAddress.parse(node.hostName()) == null) {
                    hosts.add(node.hostName());
                }
            }
        }
        return hosts;
    }

    /**
     * The regions with at least one server to ask, in the map's order.
     *
     * @param resolved addresses by host name; what could not be resolved is absent or empty
     */
    public static List<ProbeRegion> of(DerpMap map, Map<String, List<IpAddress>> resolved) {
        List<ProbeRegion> regions = new ArrayList<>();
        measured(map).forEach((id, region) -> {
            ProbeRegion found = new ProbeRegion(id, servers(region, false, resolved), servers(region, true, resolved));
            if (!found.v4().isEmpty() || !found.v6().isEmpty()) {
                regions.add(found);
            }
        });
        return regions;
    }

    private static Map<Integer, DerpRegion> measured(DerpMap map) {
        Map<Integer, DerpRegion> regions = new LinkedHashMap<>();
        for (DerpRegion region : map.allRegions().values()) {
            if (region.regionId() > 0 && !region.noMeasureNoHome() && regions.size() < MAX_REGIONS) {
                regions.putIfAbsent(region.regionId(), region);
            }
        }
        return regions;
    }

    private static List<DerpNode> nodes(DerpRegion region) {
        return region.nodes().stream().limit(MAX_NODES).toList();
    }

    private static List<IpEndpoint> servers(DerpRegion region, boolean v6, Map<String, List<IpAddress>> resolved) {
        Set<IpEndpoint> servers = new LinkedHashSet<>();
        for (DerpNode node : nodes(region)) {
            IpAddress address = address(node, v6, resolved);
            int port = port(node);
            if (address != null && port > 0) {
                servers.add(new IpEndpoint(address, port));
            }
        }
        return List.copyOf(servers);
    }

    /** 1 to 65535, or -1 for a node without STUN or with a port that cannot be. */
    private static int port(DerpNode node) {
        int port = node.stunPort();
        return port == 0 ? STUN_PORT : port > 0 && port <= 65535 ? port : -1;
    }

    private static @Nullable IpAddress address(DerpNode node, boolean v6, Map<String, List<IpAddress>> resolved) {
        String literal = v6 ? node.ipv6() : node.ipv4();
        if (!node.stunTestIp().isEmpty()) {
            return usable(IpAddress.parse(node.stunTestIp()), v6);
        }
        if (!literal.isEmpty()) {
            return usable(IpAddress.parse(literal), v6);
        }
        IpAddress host = IpAddress.parse(node.hostName());
        List<IpAddress> candidates = host != null ? List.of(host) : resolved.getOrDefault(node.hostName(), List.of());
        for (IpAddress candidate : candidates) {
            if (usable(candidate, v6) != null) {
                return candidate;
            }
        }
        return null;
    }

    /** The address when it is one of the family that a server can have; a word such as "none" switches the family off. */
    private static @Nullable IpAddress usable(@Nullable IpAddress address, boolean v6) {
        boolean ok = address != null && address.v6() == v6 && !address.isUnspecified() && !address.isMulticast();
        return ok ? address : null;
    }
}
