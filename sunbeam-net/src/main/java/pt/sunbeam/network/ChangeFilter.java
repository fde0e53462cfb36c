package pt.sunbeam.network;

import java.util.Set;

/** Which messages of the kernel can change a {@link NetworkState}: the others are not worth a reading. Sans-IO. */
final class ChangeFilter {
    private Set<Integer> ignored = Set.of();

    /** Indices of links whose addresses did not count at the last reading. */
    void ignore(Set<Integer> indices) {
        ignored = indices;
    }

    /**
     * False for scans, loopback, tunnels and routes other than default ones. A link that is new is a sign even when it is a
     * tunnel; a default route that moves to a tunnel is a message of its own.
     */
    boolean isSign(NetlinkMessage message) {
        return switch (message) {
            case NetlinkMessage.Link link -> !link.wirelessEvent() && !ignored.contains(link.index());
            case NetlinkMessage.Address a ->
                InterfaceState.isUsable(a.address()) && !ignored.contains(a.interfaceIndex());
            case NetlinkMessage.Route route -> NetlinkTables.isDefaultRoute(route);
            case NetlinkMessage.Overrun o -> true;
            case NetlinkMessage.Refused r -> true;
            case NetlinkMessage.End e -> false;
            case NetlinkMessage.Other o -> false;
        };
    }
}
