package pt.sunbeam.netcheck;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;

/** The addresses that this machine's interfaces have now. Interfaces that are down, and tunnels of VPNs, are left out. */
public final class InterfaceAddresses {
    /** How the interfaces of overlay networks are named: a tunnel through them would depend on another tunnel. */
    private static final List<String> TUNNELS = List.of("tailscale", "tun", "wg", "utun", "zt");

    private InterfaceAddresses() {}

    /** Empty when the system does not tell. */
    public static List<InterfaceAddress> present() {
        List<InterfaceAddress> found = new ArrayList<>();
        try {
            for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
                add(found, each);
            }
        } catch (SocketException e) {
            return List.copyOf(found);
        }
        return List.copyOf(found);
    }

    /** An interface may vanish while it is looked at; the others stay. */
    private static void add(List<InterfaceAddress> found, NetworkInterface each) {
        try {
            if (!each.isUp() || isTunnel(each.getName())) {
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

    /** Whether the name is that of a VPN's interface. */
    static boolean isTunnel(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return TUNNELS.stream().anyMatch(lower::startsWith);
    }
}
