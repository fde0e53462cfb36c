package pt.sunbeam.path;

import java.util.Objects;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;

/**
 * Which of two endpoints that answered is the better path (Tailscale 1.103, wgengine/magicsock/endpoint.go, betterAddr): the
 * quicker one, by percents, with points for staying in the local network and for IPv6, and some reluctance to change.
 */
final class PathScore {
    private static final int LOOPBACK_POINTS = 50;
    private static final int LINK_LOCAL_POINTS = 30;
    private static final int PRIVATE_POINTS = 20;
    private static final int IPV6_POINTS = 10;
    private static final IpPrefix PRIVATE_10 = prefix("10.0.0.0/8");
    private static final IpPrefix PRIVATE_172 = prefix("172.16.0.0/12");
    private static final IpPrefix PRIVATE_192 = prefix("192.168.0.0/16");
    private static final IpPrefix UNIQUE_LOCAL = prefix("fc00::/7");

    private PathScore() {}

    /** True when {@code a} should take the place of {@code b}; latencies in nanoseconds, 0 or more. */
    static boolean better(IpEndpoint a, long aLatencyNanos, IpEndpoint b, long bLatencyNanos) {
        if (a.equals(b)) {
            return false;
        }
        long aPoints = quickness(aLatencyNanos, bLatencyNanos);
        long bPoints = quickness(bLatencyNanos, aLatencyNanos);
        aPoints += nearness(a.address());
        bPoints += nearness(b.address());
        // One percent is no reason to change.
        boolean aboutTheSame = aPoints <= 1 && bPoints == 0;
        return !aboutTheSame && aPoints > bPoints;
    }

    /** By how many percent {@code nanos} is the smaller one; 0 when it is not. */
    private static long quickness(long nanos, long otherNanos) {
        return otherNanos > nanos ? 100 - nanos * 100 / otherNanos : 0;
    }

    private static int nearness(IpAddress address) {
        int points = address.v6() ? IPV6_POINTS : 0;
        if (address.isLoopback()) {
            return points + LOOPBACK_POINTS;
        }
        if (address.isLinkLocal()) {
            return points + LINK_LOCAL_POINTS;
        }
        return isPrivate(address) ? points + PRIVATE_POINTS : points;
    }

    /** RFC 1918 section 3, RFC 4193 section 3.1. */
    private static boolean isPrivate(IpAddress address) {
        return PRIVATE_10.contains(address)
                || PRIVATE_172.contains(address)
                || PRIVATE_192.contains(address)
                || UNIQUE_LOCAL.contains(address);
    }

    private static IpPrefix prefix(String text) {
        return Objects.requireNonNull(IpPrefix.parse(text));
    }
}
