package pt.sunbeam.network;

import java.util.List;
import java.util.Locale;

/** How the interfaces of VPNs are named: a tunnel through one would depend on another tunnel. Java does not know their kind. */
public final class TunnelNames {
    private static final List<String> PREFIXES = List.of("tailscale", "wg", "utun", "tun", "tap", "zt", "ipsec");

    private TunnelNames() {}

    /** Whether the name is that of a VPN's interface. */
    public static boolean isTunnel(String interfaceName) {
        String name = interfaceName.toLowerCase(Locale.ROOT);
        return PREFIXES.stream().anyMatch(name::startsWith);
    }
}
