package pt.sunbeam.path;

import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;

/**
 * Which endpoints a peer may offer as candidates. Whoever names an endpoint makes this host send datagrams there; so what can
 * only be a mistake or a trick is refused before the first ping.
 *
 * <p>Accepted are private and global unicast addresses, and IPv4 link-local ones. An IPv6 address that carries an IPv4 one, in
 * the way of {@link EmbeddedIpv4}, has to pass as both.
 */
public final class CandidateFilter {
    private static final IpPrefix THIS_NETWORK = prefix("0.0.0.0/8");
    private static final IpPrefix TAILNET_V4 = prefix("100.64.0.0/10");
    private static final IpPrefix TAILNET_V6 = prefix("fd7a:115c:a1e0::/48");
    private static final IpPrefix BROADCAST = prefix("255.255.255.255/32");
    private static final IpPrefix METADATA_V4 = prefix("169.254.169.254/32");
    private static final IpPrefix METADATA_V6 = prefix("fd00:ec2::254/128");

    private final Predicate<IpEndpoint> ownHost;

    /**
     * @param ownHost whether an endpoint is on this host; it may also know the broadcast addresses of the host's networks
     */
    public CandidateFilter(Predicate<IpEndpoint> ownHost) {
        this.ownHost = ownHost;
    }

    /** Whether {@code candidate} may be tried, or why not. */
    public CandidateVerdict verdict(IpEndpoint candidate) {
        if (candidate.port() == 0) {
            return CandidateVerdict.PORT_ZERO;
        }
        CandidateVerdict asGiven = verdictOf(candidate);
        IpAddress embedded = EmbeddedIpv4.in(candidate.address());
        return asGiven.accepted() && embedded != null ? verdictOf(new IpEndpoint(embedded, candidate.port())) : asGiven;
    }

    private CandidateVerdict verdictOf(IpEndpoint candidate) {
        IpAddress address = candidate.address();
        CandidateVerdict special = address.v6() ? specialV6(address) : specialV4(address);
        if (special != null) {
            return special;
        }
        return ownHost.test(candidate) ? CandidateVerdict.OWN_HOST : CandidateVerdict.ACCEPT;
    }

    private static @Nullable CandidateVerdict specialV4(IpAddress address) {
        if (THIS_NETWORK.contains(address)) {
            return CandidateVerdict.UNSPECIFIED;
        }
        if (BROADCAST.contains(address)) {
            return CandidateVerdict.BROADCAST;
        }
        if (METADATA_V4.contains(address)) {
            return CandidateVerdict.METADATA;
        }
        return TAILNET_V4.contains(address) ? CandidateVerdict.TAILNET : specialInBoth(address);
    }

    private static @Nullable CandidateVerdict specialV6(IpAddress address) {
        if (address.isUnspecified()) {
            return CandidateVerdict.UNSPECIFIED;
        }
        if (address.isLinkLocal()) {
            return CandidateVerdict.LINK_LOCAL_V6;
        }
        if (METADATA_V6.contains(address)) {
            return CandidateVerdict.METADATA;
        }
        return TAILNET_V6.contains(address) ? CandidateVerdict.TAILNET : specialInBoth(address);
    }

    private static @Nullable CandidateVerdict specialInBoth(IpAddress address) {
        if (address.isLoopback()) {
            return CandidateVerdict.LOOPBACK;
        }
        return address.isMulticast() ? CandidateVerdict.MULTICAST : null;
    }

    private static IpPrefix prefix(String text) {
        return Objects.requireNonNull(IpPrefix.parse(text));
    }
}
