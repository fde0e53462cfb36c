package pt.sunbeam.netcheck;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.network.DefaultRoute;
import pt.sunbeam.network.NetworkMonitor;
import pt.sunbeam.network.TunnelNames;

/**
 * The addresses that this machine's interfaces had at one moment, and its way out. Reading them takes milliseconds, so not on a loop.
 *
 * @param usable of interfaces that are up and no VPN's tunnels: where peers may reach this node
 * @param all of every interface: what a socket may be bound to
 * @param gatewayV4 the next hop of the IPv4 default route; null for none, and where the system does not tell
 */
public record InterfaceAddresses(
        List<InterfaceAddress> usable,
        Set<IpAddress> all,
        @Nullable IpAddress gatewayV4) {
    public static final InterfaceAddresses NONE = new InterfaceAddresses(List.of(), Set.of(), null);

    public InterfaceAddresses {
        usable = List.copyOf(usable);
        all = Set.copyOf(all);
    }

    /** Whether a socket bound to {@code address} may still work; true of all when the system does not tell. */
    public boolean mayHave(IpAddress address) {
        return all.isEmpty() || all.contains(address);
    }

    /** {@link #NONE} when the system does not tell. */
    public static InterfaceAddresses present() {
        try {
            List<NetworkInterface> interfaces =
                    NetworkInterface.networkInterfaces().toList();
            List<InterfaceAddress> usable = new ArrayList<>();
            for (NetworkInterface each : interfaces) {
                add(usable, each);
            }
            Set<IpAddress> all = interfaces.stream()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(IpAddress::of)
                    .collect(Collectors.toSet());
            return new InterfaceAddresses(usable, all, gateway());
        } catch (SocketException e) {
            return NONE;
        }
    }

    private static @Nullable IpAddress gateway() {
        DefaultRoute route = NetworkMonitor.present().defaultV4();
        IpAddress gateway = route == null ? null : route.gateway();
        return gateway == null || gateway.v6() ? null : gateway;
    }

    /** An interface may vanish while it is looked at; the others stay. */
    private static void add(List<InterfaceAddress> found, NetworkInterface each) {
        try {
            if (!each.isUp() || TunnelNames.isTunnel(each.getName())) {
                return;
            }
            boolean loopback = each.isLoopback();
            for (java.net.InterfaceAddress address : each.getInterfaceAddresses()) {
                IpAddress ip = IpAddress.of(address.getAddress());
                int bits = Math.clamp(address.getNetworkPrefixLength(), 0, ip.bitCount());
                found.add(new InterfaceAddress(new IpPrefix(ip, bits), loopback));
            }
        } catch (SocketException e) {
            return;
        }
    }
}
