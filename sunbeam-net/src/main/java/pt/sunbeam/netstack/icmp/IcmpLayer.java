package pt.sunbeam.netstack.icmp;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.datagram.DatagramOutput;
import pt.sunbeam.netstack.datagram.HostRouting;
import pt.sunbeam.netstack.datagram.PacketPath;
import pt.sunbeam.netstack.datagram.SendResult;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.tcp.RateLimit;

/**
 * Takes ICMP and ICMPv6: answers echo requests, hands replies to their sockets and errors to those whose packet they quote.
 *
 * <p>An error counts only when it comes from the peer through which the quoted packet left, as nobody else can have seen
 * that packet.
 */
public final class IcmpLayer {
    private static final int ECHOES_PER_SECOND = 100;

    private final HostRouting routing;
    private final DatagramOutput output;
    private final int mtuBytes;
    private final EchoSockets echoes;
    private final ErrorListener tcp;
    private final ErrorListener udp;
    private final RateLimit echoReplies = new RateLimit(ECHOES_PER_SECOND);
    private final IpHeader quoted = new IpHeader();

    public IcmpLayer(
            HostRouting routing,
            DatagramOutput output,
            int mtuBytes,
            EchoSockets echoes,
            ErrorListener tcp,
            ErrorListener udp) {
        this.routing = routing;
        this.output = output;
        this.mtuBytes = mtuBytes;
        this.echoes = echoes;
        this.tcp = tcp;
        this.udp = udp;
    }

    /** Takes the message in {@code ip}; null, or why it had no effect. */
    public @Nullable DropCause input(IpHeader ip, byte[] b, long arrivalNanos, long nowNanos) {
        if (!Icmp.isValid(ip, b)) {
            return DropCause.ICMP_BAD;
        }
        if (Icmp.isEchoRequest(ip, b)) {
            return answerEcho(ip, b, nowNanos);
        }
        if (Icmp.isEchoReply(ip, b)) {
            return echoes.onReply(ip, b, arrivalNanos);
        }
        Icmp.ErrorKind kind = Icmp.errorKind(ip, b);
        return kind == null ? DropCause.ICMP_UNKNOWN_TYPE : inputError(ip, b, kind);
    }

    private @Nullable DropCause answerEcho(IpHeader ip, byte[] b, long nowNanos) {
        if (!echoReplies.tryTake(nowNanos)) {
            return DropCause.ICMP_RATE_LIMITED;
        }
        IpAddress target = ip.source();
        PacketPath path = routing.pathTo(target);
        if (path == null) {
            return DropCause.NO_ROUTE;
        }
        byte[] reply = Icmp.echoReply(ip, b);
        if (reply.length <= mtuBytes) {
            path.reply(reply);
            return null;
        }
        int header = IpHeader.bytes(ip.v6);
        int length = reply.length - header;
        System.arraycopy(reply, header, output.buffer(), DatagramOutput.START, length);
        SendResult result = output.send(ip.target(), target, ip.protocol, length);
        return result == SendResult.SENT ? null : DropCause.DATAGRAM_SEND_QUEUE_FULL;
    }

    @SuppressWarnings("ReferenceEquality") // a path is itself
    private @Nullable DropCause inputError(IpHeader ip, byte[] b, Icmp.ErrorKind kind) {
        if (!quoted.readQuoted(b, Icmp.quoteOffset(ip), Icmp.quoteLength(ip)) || quoted.v6 != ip.v6) {
            return DropCause.ICMP_UNMATCHED;
        }
        PacketPath path = routing.pathTo(quoted.target());
        if (path == null || path != routing.pathTo(ip.source()) || !routing.isOwn(quoted.source())) {
            return DropCause.ICMP_UNMATCHED;
        }
        int mtu = kind == Icmp.ErrorKind.TOO_BIG ? Icmp.mtuBytes(ip, b, quoted.packetLength) : 0;
        if (kind == Icmp.ErrorKind.TOO_BIG && mtu == 0) {
            return DropCause.ICMP_MTU_BELOW_MINIMUM;
        }
        return tell(b, kind, mtu) ? null : DropCause.ICMP_UNMATCHED;
    }

    private boolean tell(byte[] b, Icmp.ErrorKind kind, int mtu) {
        return switch (quoted.protocol) {
            case IpHeader.TCP -> tcp.onError(quoted, b, kind, mtu);
            case IpHeader.UDP -> udp.onError(quoted, b, kind, mtu);
            case IpHeader.ICMP, IpHeader.ICMPV6 -> echoes.onError(quoted, b, kind);
            default -> false;
        };
    }
}
