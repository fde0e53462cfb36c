package pt.sunbeam.netstack;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.fragment.Reassembler;
import pt.sunbeam.netstack.icmp.IcmpErrors;
import pt.sunbeam.netstack.icmp.IcmpLayer;
import pt.sunbeam.netstack.ip.ExtensionHeaders;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.tcp.TcpLayer;
import pt.sunbeam.netstack.udp.UdpLayer;

/**
 * What happens to a received packet before its transport protocol: validation, extension headers, fragments. Every packet
 * without effect is counted by cause.
 */
final class IpInput {
    private final Host host;
    private final StackCounters counters;
    private final Reassembler reassembler;
    private final IcmpErrors errors;
    private final IcmpLayer icmp;
    private final UdpLayer udp;
    private final TcpLayer tcp;
    private final TsmpLayer tsmp;
    private final IpHeader ip = new IpHeader();
    private long arrivalNanos;
    private long nowNanos;

    IpInput(
            Host host,
            StackCounters counters,
            Reassembler reassembler,
            IcmpErrors errors,
            IcmpLayer icmp,
            UdpLayer udp,
            TcpLayer tcp,
            TsmpLayer tsmp) {
        this.host = host;
        this.counters = counters;
        this.reassembler = reassembler;
        this.errors = errors;
        this.icmp = icmp;
        this.udp = udp;
        this.tcp = tcp;
        this.tsmp = tsmp;
    }

    /**
     * Takes a packet of the tunnel.
     *
     * @param arrivalNanos when it left its socket
     */
    void input(byte[] b, int offset, int length, long arrivalNanos, long nowNanos) {
        counters.packetIn();
        this.arrivalNanos = arrivalNanos;
        this.nowNanos = nowNanos;
        DropCause bad = ip.read(b, offset, length);
        if (bad == null) {
            bad = isForged() ? DropCause.IP_BAD_SOURCE : deliver(b);
        }
        count(bad);
    }

    /** Takes a packet that this host sent to itself: its source is one of our addresses. */
    void inputLooped(byte[] b, int offset, int length, long nowNanos) {
        this.arrivalNanos = nowNanos;
        this.nowNanos = nowNanos;
        DropCause bad = ip.read(b, offset, length);
        count(bad != null ? bad : deliver(b));
    }

    private void count(@Nullable DropCause cause) {
        if (cause != null) {
            counters.drop(cause);
        }
    }

    private boolean isForged() {
        return ip.hasImpossibleSource() || host.isOwn(ip.v6, ip.sourceHigh, ip.sourceLow);
    }

    private @Nullable DropCause deliver(byte[] b) {
        if (!host.isOwn(ip.v6, ip.targetHigh, ip.targetLow)) {
            return DropCause.IP_NOT_OURS;
        }
        DropCause bad = skipExtensions(b, false);
        if (bad != null) {
            return bad;
        }
        return ip.isFragment() ? reassemble(b) : dispatch(b);
    }

    private @Nullable DropCause skipExtensions(byte[] b, boolean reassembled) {
        if (!ip.v6) {
            return null;
        }
        DropCause bad = ExtensionHeaders.skip(ip, b, reassembled);
        if (bad != null && ip.problemCode != IpHeader.NO_PROBLEM) {
            errors.parameterProblem(ip, b, nowNanos);
        }
        return bad;
    }

    private @Nullable DropCause reassemble(byte[] fragment) {
        int length = reassembler.add(ip, fragment, nowNanos);
        if (length == 0) {
            return null;
        }
        byte[] whole = reassembler.packet();
        DropCause bad = ip.read(whole, 0, length);
        if (bad == null) {
            bad = skipExtensions(whole, true);
        }
        return bad != null ? bad : dispatch(whole);
    }

    private @Nullable DropCause dispatch(byte[] b) {
        return switch (ip.protocol) {
            case IpHeader.TCP -> {
                tcp.input(ip, b, arrivalNanos);
                yield null;
            }
            case IpHeader.UDP -> udp.input(ip, b, arrivalNanos, nowNanos);
            case IpHeader.ICMP -> ip.v6 ? unknownProtocol(b) : icmp.input(ip, b, arrivalNanos, nowNanos);
            case IpHeader.ICMPV6 -> ip.v6 ? icmp.input(ip, b, arrivalNanos, nowNanos) : unknownProtocol(b);
            case IpHeader.TSMP -> tsmp.input(ip, b);
            case IpHeader.NO_NEXT_HEADER -> ip.v6 ? DropCause.IP_UNKNOWN_PROTOCOL : unknownProtocol(b);
            default -> unknownProtocol(b);
        };
    }

    private DropCause unknownProtocol(byte[] b) {
        errors.unknownProtocol(ip, b, nowNanos);
        return DropCause.IP_UNKNOWN_PROTOCOL;
    }
}
