package pt.sunbeam.portmap;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;

/**
 * The router to ask.
 *
 * @param address its inner address
 * @param own this machine's address as the router sees it, with the length of the network's prefix
 */
public record Gateway(IpAddress address, IpPrefix own) {
    /** Where NAT-PMP and PCP servers listen (RFC 6886 section 3, RFC 6887 section 19.1). */
    public static final int PORT = 5351;

    private static final List<IpPrefix> PRIVATE =
            List.of(prefix("10.0.0.0/8"), prefix("172.16.0.0/12"), prefix("192.168.0.0/16"));
    private static final IpPrefix THIS_NETWORK = prefix("0.0.0.0/8");
    private static final IpPrefix CARRIER = prefix("100.64.0.0/10");
    private static final IpPrefix CLASS_E = prefix("240.0.0.0/4");

    /**
     * Whether a router at this address may be asked: only one in a private network (RFC 1918) translates for us (Tailscale
     * 1.103, net/netmon, LikelyHomeRouterIP).
     */
    public static boolean mayTranslate(IpAddress address) {
        return isPrivate(address);
    }

    public IpEndpoint endpoint() {
        return new IpEndpoint(address, PORT);
    }

    static boolean isPrivate(IpAddress address) {
        return PRIVATE.stream().anyMatch(each -> each.contains(address));
    }

    /** Why peers could not reach us at {@code external}; null when they may. A private address is another NAT's inside. */
    @Nullable
    PortMappingRefusal refusalOf(IpAddress external) {
        if (external.v6()) {
            return PortMappingRefusal.OTHER_FAMILY;
        }
        if (external.isUnspecified()) {
            return PortMappingRefusal.NO_EXTERNAL_ADDRESS;
        }
        if (CARRIER.contains(external)) {
            return PortMappingRefusal.CARRIER_ADDRESS;
        }
        if (external.isLoopback()
                || external.isLinkLocal()
                || external.isMulticast()
                || THIS_NETWORK.contains(external)
                || CLASS_E.contains(external)) {
            return PortMappingRefusal.RESERVED_ADDRESS;
        }
        return own.contains(external) || external.equals(address) ? PortMappingRefusal.OWN_NETWORK : null;
    }

    private static IpPrefix prefix(String text) {
        return Objects.requireNonNull(IpPrefix.parse(text));
    }
}
