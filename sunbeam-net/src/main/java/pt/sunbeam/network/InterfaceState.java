package pt.sunbeam.network;

import java.util.Set;
import pt.sunbeam.ip.IpAddress;

/**
 * An interface that is up and running, as far as it matters to sockets.
 *
 * @param name as the system shows it, "eth0"
 * @param addresses its usable addresses: see {@link #isUsable}; never empty within a {@link NetworkState}
 */
public record InterfaceState(String name, Set<IpAddress> addresses) {
    public InterfaceState {
        addresses = Set.copyOf(addresses);
    }

    /** Whether a peer elsewhere could reach {@code address}: no loopback, no multicast, no IPv6 link-local address. */
    static boolean isUsable(IpAddress address) {
        return !address.isUnspecified()
                && !address.isLoopback()
                && !address.isMulticast()
                && !(address.v6() && address.isLinkLocal());
    }
}
