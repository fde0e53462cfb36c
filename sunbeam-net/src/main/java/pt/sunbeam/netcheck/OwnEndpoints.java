package pt.sunbeam.netcheck;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.tailcfg.EndpointType;
import pt.sunbeam.tailcfg.HostState.Endpoint;

/**
 * The list of this node's own endpoints, the best first, each once, as the server and peers are told it (Tailscale 1.103,
 * wgengine/magicsock/magicsock.go, determineEndpoints; net/netmon/state.go, LocalAddresses). Remembers what was found in the
 * last minutes; one thread owns it.
 *
 * <p>Never in it: addresses within the tailnet, where the tunnel would run through itself; IPv6 link-local ones, which mean
 * nothing without a zone; what no host can have.
 */
public final class OwnEndpoints {
    /** More are not told: a peer takes no more candidates. */
    static final int MAX_ENDPOINTS = 100;

    private static final int MAX_V6_OF_A_PREFIX = 2;
    private static final IpPrefix THIS_NETWORK = prefix("0.0.0.0/8");
    private static final IpPrefix CLASS_E = prefix("240.0.0.0/4");
    private static final IpPrefix TAILNET_V4 = prefix("100.64.0.0/10");
    private static final IpPrefix TAILNET_V6 = prefix("fd7a:115c:a1e0::/48");
    private static final IpPrefix UNIQUE_LOCAL = prefix("fc00::/7");

    private final RecentEndpoints recent = new RecentEndpoints();

    /**
     * Where this node's endpoints come from.
     *
     * @param portMapped what the router granted
     * @param report what STUN found, or null before the first measurement
     * @param fixedPort whether the user chose the local port, so that the router may have a forward for it
     * @param configured told by the user
     * @param local of the interfaces
     * @param portV4 of the IPv4 socket; 0 for no socket
     * @param portV6 of the IPv6 socket; 0 for no socket
     */
    public record Sources(
            List<IpEndpoint> portMapped,
            @Nullable NetReport report,
            boolean fixedPort,
            List<IpEndpoint> configured,
            List<InterfaceAddress> local,
            int portV4,
            int portV6) {
        public Sources {
            portMapped = List.copyOf(portMapped);
            configured = List.copyOf(configured);
            local = List.copyOf(local);
        }
    }

    /** Forgets what was found before: after a change of the network it is of another one. */
    public void onNetworkChange() {
        recent.clear();
    }

    /** The list of this moment; empty only when the machine has no socket or no address at all. */
    public List<Endpoint> list(Sources from, long nowNanos) {
        SequencedMap<IpEndpoint, Endpoint> list = new LinkedHashMap<>();
        add(list, from.portMapped, EndpointType.PORT_MAPPED);
        NetReport report = from.report;
        if (report != null) {
            add(list, report.mappedV4(), EndpointType.STUN);
            add(list, report.mappedV6(), EndpointType.STUN);
            add(list, forwardedPort(report, from), EndpointType.STUN_LOCAL_PORT);
        }
        recent.see(List.copyOf(list.values()), nowNanos);
        add(list, from.configured, EndpointType.CONFIGURED);
        recent.recent(nowNanos).forEach(endpoint -> list.putIfAbsent(endpoint.address(), endpoint));
        add(list, local(from), EndpointType.LOCAL);
        if (list.isEmpty()) {
            loopback(from).forEach(each -> list.put(each, new Endpoint(each, EndpointType.LOCAL)));
        }
        return list.values().stream().limit(MAX_ENDPOINTS).toList();
    }

    /** Whether the server must hear of the newer list: its order does not matter. */
    public static boolean differ(List<Endpoint> before, List<Endpoint> after) {
        return !new HashSet<>(before).equals(new HashSet<>(after));
    }

    private static void add(Map<IpEndpoint, Endpoint> list, List<IpEndpoint> endpoints, EndpointType type) {
        for (IpEndpoint endpoint : endpoints) {
            if (endpoint.port() != 0
                    && mayBeTold(endpoint.address())
                    && !endpoint.address().isLoopback()) {
                list.putIfAbsent(endpoint, new Endpoint(endpoint, type));
            }
        }
    }

    private static boolean mayBeTold(IpAddress address) {
        boolean ofNobody = address.isUnspecified()
                || address.isMulticast()
                || THIS_NETWORK.contains(address)
                || CLASS_E.contains(address);
        boolean tailnet = TAILNET_V4.contains(address) || TAILNET_V6.contains(address);
        return !ofNobody && !tailnet && !(address.v6() && address.isLinkLocal());
    }

    /** Behind a NAT that hole punching cannot predict, a forward that the user set up by hand may still lead here. */
    private static List<IpEndpoint> forwardedPort(NetReport report, Sources from) {
        IpEndpoint global = report.globalV4();
        boolean hard = Boolean.TRUE.equals(report.mappingVariesByDestination());
        return hard && from.fixedPort && from.portV4 != 0 && global != null
                ? List.of(new IpEndpoint(global.address(), from.portV4))
                : List.of();
    }

    /** IPv4 first; what is only of use where there is nothing else comes only then. */
    private static List<IpEndpoint> local(Sources from) {
        List<InterfaceAddress> usable = from.local.stream()
                .filter(each -> !each.onlyHere() && mayBeTold(each.address()) && port(from, each.address()) != 0)
                .sorted((a, b) -> Boolean.compare(a.address().v6(), b.address().v6()))
                .toList();
        List<InterfaceAddress> regular =
                usable.stream().filter(each -> !isLastResort(each.address())).toList();
        return endpoints(fewOfAPrefix(regular.isEmpty() ? usable : regular), from);
    }

    /** IPv4 link-local addresses lead out of AWS Lambda, unique local ones out of Google Cloud Run, both by translation. */
    private static boolean isLastResort(IpAddress address) {
        return address.isLinkLocal() || UNIQUE_LOCAL.contains(address);
    }

    /** Temporary IPv6 addresses add up on a network, and all lead the same way. */
    private static List<InterfaceAddress> fewOfAPrefix(List<InterfaceAddress> addresses) {
        Map<IpPrefix, Integer> taken = new HashMap<>();
        List<InterfaceAddress> few = new ArrayList<>();
        for (InterfaceAddress each : addresses) {
            int ofPrefix = taken.merge(each.prefix().masked(), 1, Integer::sum);
            if (!each.address().v6() || ofPrefix <= MAX_V6_OF_A_PREFIX) {
                few.add(each);
            }
        }
        return few;
    }

    private static List<IpEndpoint> loopback(Sources from) {
        List<InterfaceAddress> own = from.local.stream()
                .filter(each -> each.onlyHere() && mayBeTold(each.address()) && port(from, each.address()) != 0)
                .toList();
        return endpoints(own, from);
    }

    private static List<IpEndpoint> endpoints(List<InterfaceAddress> addresses, Sources from) {
        return addresses.stream()
                .map(each -> new IpEndpoint(each.address(), port(from, each.address())))
                .distinct()
                .toList();
    }

    private static int port(Sources from, IpAddress address) {
        return address.v6() ? from.portV6 : from.portV4;
    }

    private static IpPrefix prefix(String text) {
        return Objects.requireNonNull(IpPrefix.parse(text));
    }
}
