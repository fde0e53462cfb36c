package pt.sunbeam.network;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;

/**
 * What of this machine's network matters to sockets and paths. Interfaces of tunnels (ours, other VPNs) are left out, unless
 * a default route leaves by them.
 *
 * @param interfaces those that are up and have a usable address
 * @param defaultV4 the best IPv4 default route, or null
 * @param defaultV6 the best IPv6 default route, or null
 */
public record NetworkState(
        Set<InterfaceState> interfaces,
        @Nullable DefaultRoute defaultV4,
        @Nullable DefaultRoute defaultV6) {
    /** Before anything is known: no interface, no route. */
    public static final NetworkState UNKNOWN = new NetworkState(Set.of(), null, null);

    public NetworkState {
        interfaces = Set.copyOf(interfaces);
    }

    /** Whether a socket bound to {@code address} still has it. */
    public boolean hasAddress(IpAddress address) {
        return interfaces.stream().anyMatch(i -> i.addresses().contains(address));
    }
}
