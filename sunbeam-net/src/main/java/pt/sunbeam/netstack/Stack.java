package pt.sunbeam.netstack;

import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.ip.Checksum;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.ip.TsmpReject;
import pt.sunbeam.netstack.memory.ChunkPool;
import pt.sunbeam.netstack.tcp.Acceptor;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.RateLimit;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.netstack.tcp.TcpLayer;
import pt.sunbeam.netstack.timer.TimerHeap;

/**
 * A virtual host: IPv4 and IPv6, TCP, ICMP echo, between applications' bytes and a tunnel's inner packets.
 *
 * <p>Owned by one thread, and a pure function of its inputs: packets, socket calls, time, and the random source given at
 * construction. {@link #input}, {@link #advance} and the socket calls only change state; {@link #pull} is the only place
 * where segments are built, so that nothing exists before it can leave: one acknowledgement answers a batch, data rides
 * on acknowledgements, and a peer that cannot take packets holds back its own connections and nobody else's. Events reach
 * the application at the end of these calls, never within them.
 *
 * <p>Not here: UDP sockets, fragment reassembly, path MTU discovery, delivery to our own addresses.
 */
public final class Stack {
    private static final int ICMP_PER_SECOND = 100;

    private final StackConfig config;
    private final EgressRouter router;
    private final StackCounters counters = new StackCounters();
    private final TimerHeap timers = new TimerHeap();
    private final ChunkPool chunks;
    private final TcpLayer tcp;
    private final IpHeader ip = new IpHeader();
    private final IpHeader quoted = new IpHeader();
    private final RateLimit echoReplies = new RateLimit(ICMP_PER_SECOND);
    private final RateLimit icmpErrors = new RateLimit(ICMP_PER_SECOND);
    private List<IpAddress> addresses = List.of();
    private long nowNanos;

    public Stack(StackConfig config, RandomGenerator random, EgressRouter router) {
        this.config = config;
        this.router = router;
        chunks = new ChunkPool(config.memoryBytes());
        tcp = new TcpLayer(
                config.tcp(),
                timers,
                chunks,
                counters,
                random,
                (v6, hi, lo) -> router.route(new IpAddress(v6, hi, lo)));
    }

    /** An egress of this stack; see {@link Egress} for the arguments. */
    public Egress newEgress(Object attachment, Consumer<Egress> onReady) {
        return new Egress(attachment, onReady, counters);
    }

    /** Our own addresses from now on; connections of those that vanished are aborted. */
    public void setAddresses(List<IpAddress> own) {
        List<IpAddress> before = addresses;
        addresses = List.copyOf(own);
        for (IpAddress address : before) {
            if (!addresses.contains(address)) {
                tcp.abortAll(address, ResetCause.ADDRESS_GONE);
            }
        }
        tcp.deliverEvents();
    }

    // --- packets and time

    /** Takes decrypted inner packets. Their arrival stamp, when set, is the time of every measurement. */
    public void input(PacketBatch in, long now) {
        turn(now);
        long arrival = in.arrivalNanos() == 0 ? now : in.arrivalNanos();
        for (int i = 0; i < in.count(); i++) {
            counters.packetIn();
            DropCause cause = inputPacket(in.array(), in.offset(i), in.length(i), arrival);
            if (cause != null) {
                counters.drop(cause);
            }
        }
        tcp.deliverEvents();
    }

    /** Fires what is due. Call {@link #input} first when packets are waiting. */
    public void advance(long now) {
        turn(now);
        timers.fireDue(now);
        tcp.deliverEvents();
    }

    /** When {@link #advance} has to be called next; may be early, never late. */
    public long nextDeadlineNanos() {
        return tcp.hasEvents() ? nowNanos : timers.nextDeadlineNanos();
    }

    /** Socket calls from here on happen at {@code now}: their timers start from it. */
    public void at(long now) {
        turn(now);
    }

    private void turn(long now) {
        nowNanos = now;
        tcp.setNow(now);
    }

    private @Nullable DropCause inputPacket(byte[] b, int offset, int length, long arrivalNanos) {
        DropCause bad = ip.read(b, offset, length);
        if (bad != null) {
            return bad;
        }
        if (!isOwn(ip.v6, ip.targetHigh, ip.targetLow)) {
            return DropCause.IP_NOT_OURS;
        }
        if (isOwn(ip.v6, ip.sourceHigh, ip.sourceLow)) {
            return DropCause.IP_BAD_SOURCE;
        }
        return switch (ip.protocol) {
            case IpHeader.TCP -> {
                tcp.input(ip, b, arrivalNanos);
                yield null;
            }
            case IpHeader.UDP -> inputUdp(b);
            case IpHeader.ICMP -> ip.v6 ? DropCause.IP_UNKNOWN_PROTOCOL : inputIcmp(b);
            case IpHeader.ICMPV6 -> ip.v6 ? inputIcmp(b) : DropCause.IP_UNKNOWN_PROTOCOL;
            case IpHeader.TSMP -> inputTsmp(b);
            default -> DropCause.IP_UNKNOWN_PROTOCOL;
        };
    }

    private boolean isOwn(boolean v6, long high, long low) {
        for (int i = 0; i < addresses.size(); i++) {
            IpAddress own = addresses.get(i);
            if (own.low() == low && own.high() == high && own.v6() == v6) {
                return true;
            }
        }
        return false;
    }

    // --- ICMP and UDP

    private @Nullable DropCause inputIcmp(byte[] b) {
        if (!Icmp.isValid(ip, b)) {
            return DropCause.ICMP_BAD;
        }
        if (Icmp.isEchoRequest(ip, b)) {
            return answerEcho(b);
        }
        Icmp.ErrorKind kind = Icmp.errorKind(ip, b);
        return kind == null ? null : inputError(b, kind);
    }

    private @Nullable DropCause answerEcho(byte[] b) {
        if (!echoReplies.tryTake(nowNanos) || ip.packetLength > config.tcp().mtuBytes()) {
            return DropCause.ICMP_RATE_LIMITED;
        }
        return reply(Icmp.echoReply(ip, b));
    }

    private @Nullable DropCause reply(byte[] packet) {
        Egress egress = router.route(ip.source());
        if (egress == null) {
            return DropCause.NO_ROUTE;
        }
        egress.reply(packet);
        return null;
    }

    private @Nullable DropCause inputError(byte[] b, Icmp.ErrorKind kind) {
        boolean readable = quoted.readQuoted(b, Icmp.quoteOffset(ip), Icmp.quoteLength(ip));
        boolean matched = readable
                && quoted.protocol == IpHeader.TCP
                && isOwn(quoted.v6, quoted.sourceHigh, quoted.sourceLow)
                && tcp.onError(quoted, b, kind);
        return matched ? null : DropCause.ICMP_UNMATCHED;
    }

    /** WireGuard has proved who sent it, so the peer's word about its own address is taken. */
    private @Nullable DropCause inputTsmp(byte[] b) {
        TsmpReject reject = TsmpReject.read(ip, b);
        if (reject == null) {
            return DropCause.TSMP_UNKNOWN;
        }
        boolean matched = reject.protocol() == IpHeader.TCP && tcp.onReject(ip, reject);
        return matched ? null : DropCause.TSMP_UNMATCHED;
    }

    private @Nullable DropCause inputUdp(byte[] b) {
        if (!isValidUdp(b)) {
            return DropCause.UDP_BAD;
        }
        if (!icmpErrors.tryTake(nowNanos)) {
            return DropCause.ICMP_RATE_LIMITED;
        }
        DropCause failed = reply(Icmp.portUnreachable(ip, b));
        return failed != null ? failed : DropCause.UDP_NO_LISTENER;
    }

    private boolean isValidUdp(byte[] b) {
        int at = ip.payloadOffset;
        int length = ip.payloadLength < 8 ? 0 : Endian.shortBe(b, at + 4);
        if (length < 8 || length > ip.payloadLength) {
            return false;
        }
        if (Endian.shortBe(b, at + 6) == 0) {
            return !ip.v6;
        }
        return Checksum.fold(ip.pseudoHeaderSum(IpHeader.UDP, length) + Checksum.sum(b, at, length)) == 0;
    }

    // --- out

    /** True when {@link #pull} would return packets. */
    public boolean isReady(Egress egress) {
        return egress.isReady();
    }

    /** Builds packets that leave through {@code egress}, at most {@code maxBytes} of them in all; returns how many. */
    public int pull(Egress egress, PacketBatch out, int maxBytes, long now) {
        turn(now);
        int count = egress.pull(out, maxBytes, config.tcp().mtuBytes(), now);
        counters.packetsOut(count);
        tcp.deliverEvents();
        return count;
    }

    /** The peer is gone or refused: its connections end. */
    public void abortAll(Egress egress, ResetCause cause) {
        tcp.abortAll(egress, cause);
        tcp.deliverEvents();
    }

    // --- sockets

    /** Opens a connection, or returns why there can be none. The outcome is told to {@code events}. */
    public ConnectResult connect(IpEndpoint remote, ConnectOptions options, TcpEvents events, long now) {
        turn(now);
        Egress egress = router.route(remote.address());
        IpAddress local = ownAddress(remote.address().v6());
        if (egress == null || local == null) {
            return new ConnectResult.Failed(ConnectFailure.UNREACHABLE);
        }
        TcpConnection c = tcp.connect(local, remote, egress, options, events);
        return c == null ? new ConnectResult.Failed(ConnectFailure.NO_RESOURCES) : new ConnectResult.Opening(c);
    }

    private @Nullable IpAddress ownAddress(boolean v6) {
        for (IpAddress own : addresses) {
            if (own.v6() == v6) {
                return own;
            }
        }
        return null;
    }

    /** Accepts connections to {@code port} of any own address; false when the port is taken. */
    public boolean listen(int port, Acceptor acceptor) {
        return tcp.listen(port, acceptor);
    }

    /** Takes no more connections to {@code port}; those that exist go on. */
    public void closeListener(int port) {
        tcp.closeListener(port);
    }

    /** Ends all connections with a reset; the egresses still hold the packets that say so. */
    public void stop() {
        tcp.abortAll(ResetCause.STOPPED);
        tcp.deliverEvents();
    }

    /** For audits of the whole state. */
    TcpLayer tcp() {
        return tcp;
    }

    public StackStatus status() {
        return new StackStatus(
                tcp.connectionCount(),
                tcp.halfOpenCount(),
                tcp.timeWaitCount(),
                chunks.chargedBytes(),
                counters.snapshot());
    }
}
