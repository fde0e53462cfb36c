package pt.sunbeam.network;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;

/**
 * The kernel's links, addresses and default routes, gathered from the messages of a dump, and the {@link NetworkState} they
 * make. Sans-IO.
 */
final class NetlinkTables {
    /**
     * Kinds of links that carry packets of a VPN inside packets of another link. Not "sit", "ppp" and their like: those are
     * some people's only way out. Containers without root have their way out through "tun", which the default route shows.
     */
    private static final Set<String> TUNNEL_KINDS =
            Set.of("tun", "wireguard", "amneziawg", "ovpn", "xfrm", "vti", "vti6");

    private static final Comparator<NetlinkMessage.Route> BEST_FIRST = Comparator.comparingLong(
                    NetlinkMessage.Route::metric)
            .thenComparingInt(NetlinkMessage.Route::interfaceIndex)
            .thenComparing(r -> String.valueOf(r.gateway()));

    private final Map<Integer, NetlinkMessage.Link> links = new HashMap<>();
    private final Map<Integer, Set<IpAddress>> addresses = new HashMap<>();
    private final List<NetlinkMessage.Route> defaultRoutes = new ArrayList<>();

    static boolean isDefaultRoute(NetlinkMessage.Route route) {
        return route.toInternet() && route.prefixBits() == 0;
    }

    /** Takes one message of a dump. */
    void add(NetlinkMessage message) {
        switch (message) {
            case NetlinkMessage.Link link -> links.put(link.index(), link);
            case NetlinkMessage.Address a
            when a.ready() && InterfaceState.isUsable(a.address()) ->
                addresses
                        .computeIfAbsent(a.interfaceIndex(), i -> new HashSet<>())
                        .add(a.address());
            case NetlinkMessage.Route route when isDefaultRoute(route) -> defaultRoutes.add(route);
            case NetlinkMessage.Address a -> {}
            case NetlinkMessage.Route r -> {}
            case NetlinkMessage.End e -> {}
            case NetlinkMessage.Overrun o -> {}
            case NetlinkMessage.Other o -> {}
            case NetlinkMessage.Refused r -> {}
        }
    }

    NetworkState state() {
        Set<InterfaceState> interfaces = new HashSet<>();
        for (NetlinkMessage.Link link : links.values()) {
            Set<IpAddress> own = addresses.getOrDefault(link.index(), Set.of());
            if (link.up() && !own.isEmpty() && !isIgnored(link)) {
                interfaces.add(new InterfaceState(link.name(), own));
            }
        }
        return new NetworkState(interfaces, shown(best(false)), shown(best(true)));
    }

    /** Indices of links whose addresses do not count now. */
    Set<Integer> ignored() {
        return links.values().stream()
                .filter(this::isIgnored)
                .map(NetlinkMessage.Link::index)
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean isIgnored(NetlinkMessage.Link link) {
        return link.loopback()
                || TUNNEL_KINDS.contains(link.kind())
                        && defaultRoutes.stream().noneMatch(r -> r.interfaceIndex() == link.index());
    }

    private NetlinkMessage.@Nullable Route best(boolean v6) {
        return defaultRoutes.stream()
                .filter(r -> r.v6() == v6 && isUp(r.interfaceIndex()))
                .min(BEST_FIRST)
                .orElse(null);
    }

    private boolean isUp(int index) {
        NetlinkMessage.Link link = links.get(index);
        return link != null && link.up();
    }

    private @Nullable DefaultRoute shown(NetlinkMessage.@Nullable Route route) {
        if (route == null) {
            return null;
        }
        NetlinkMessage.Link link = links.get(route.interfaceIndex());
        return link == null ? null : new DefaultRoute(link.name(), route.gateway());
    }
}
