package pt.sunbeam.netstack.icmp;

import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.datagram.HostRouting;
import pt.sunbeam.netstack.datagram.PacketPath;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.tcp.RateLimit;

/**
 * The errors that this host sends: at most {@link #PER_SECOND}, never about an ICMP error, a multicast or a later fragment
 * (RFC 1122 section 3.2.2, RFC 4443 section 2.4). Sources and targets were checked before a packet comes here.
 */
public final class IcmpErrors {
    static final int PER_SECOND = 100;

    private static final int UNREACHABLE_V4 = 3;
    private static final int PROTOCOL_UNREACHABLE_V4 = 2;
    private static final int PORT_UNREACHABLE_V4 = 3;
    private static final int UNREACHABLE_V6 = 1;
    private static final int PORT_UNREACHABLE_V6 = 4;
    private static final int PARAMETER_PROBLEM_V6 = 4;
    private static final int UNKNOWN_NEXT_HEADER = 1;

    private final HostRouting routing;
    private final StackCounters counters;
    private final RateLimit limit = new RateLimit(PER_SECOND);

    public IcmpErrors(HostRouting routing, StackCounters counters) {
        this.routing = routing;
        this.counters = counters;
    }

    /** Nobody listens at the port to which the datagram in {@code ip} was sent. */
    public void portUnreachable(IpHeader ip, byte[] b, long nowNanos) {
        if (ip.v6) {
            send(ip, b, UNREACHABLE_V6, PORT_UNREACHABLE_V6, 0, nowNanos);
        } else {
            send(ip, b, UNREACHABLE_V4, PORT_UNREACHABLE_V4, 0, nowNanos);
        }
    }

    /** The protocol of the packet in {@code ip} is none of ours. */
    public void unknownProtocol(IpHeader ip, byte[] b, long nowNanos) {
        if (ip.v6) {
            send(ip, b, PARAMETER_PROBLEM_V6, UNKNOWN_NEXT_HEADER, ip.nextHeaderOffset, nowNanos);
        } else {
            send(ip, b, UNREACHABLE_V4, PROTOCOL_UNREACHABLE_V4, 0, nowNanos);
        }
    }

    /** The extension headers of the IPv6 packet in {@code ip} were refused with a problem that its sender has to know. */
    public void parameterProblem(IpHeader ip, byte[] b, long nowNanos) {
        send(ip, b, PARAMETER_PROBLEM_V6, ip.problemCode, ip.problemPointer, nowNanos);
    }

    private void send(IpHeader ip, byte[] b, int type, int code, int rest, long nowNanos) {
        if (ip.fragmentOffset != 0 || Icmp.isAboutError(ip, b)) {
            return;
        }
        if (!limit.tryTake(nowNanos)) {
            counters.drop(DropCause.ICMP_RATE_LIMITED);
            return;
        }
        PacketPath path = routing.pathTo(ip.source());
        if (path == null) {
            counters.drop(DropCause.NO_ROUTE);
            return;
        }
        path.reply(Icmp.error(ip, b, type, code, rest));
    }
}
