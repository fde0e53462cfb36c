package pt.sunbeam.netstack;

import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.datagram.DatagramOutput;
import pt.sunbeam.netstack.datagram.EventQueue;
import pt.sunbeam.netstack.fragment.Reassembler;
import pt.sunbeam.netstack.icmp.EchoEvents;
import pt.sunbeam.netstack.icmp.EchoSocket;
import pt.sunbeam.netstack.icmp.EchoSockets;
import pt.sunbeam.netstack.icmp.IcmpErrors;
import pt.sunbeam.netstack.icmp.IcmpLayer;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.memory.ChunkPool;
import pt.sunbeam.netstack.tcp.Acceptor;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.netstack.tcp.TcpLayer;
import pt.sunbeam.netstack.timer.TimerHeap;
import pt.sunbeam.netstack.udp.UdpEvents;
import pt.sunbeam.netstack.udp.UdpLayer;
import pt.sunbeam.netstack.udp.UdpSocket;

/**
 * A virtual host: IPv4 and IPv6, TCP, UDP and ICMP, between applications' bytes and a tunnel's inner packets.
 *
 * <p>Owned by one thread, and a pure function of its inputs: packets, socket calls, time, and the random source given at
 * construction. {@link #input}, {@link #advance} and the socket calls only change state; {@link #pull} is the only place
 * where segments are built, so that nothing exists before it can leave: one acknowledgement answers a batch, data rides
 * on acknowledgements, and a peer that cannot take packets holds back its own connections and nobody else's. Events reach
 * the application at the end of these calls, never within them.
 *
 * <p>Packets to its own addresses never leave it: they are taken in at the end of these calls too, which is why
 * {@link #nextDeadlineNanos} may say "now" after a socket call.
 */
public final class Stack {
    private final StackConfig config;
    private final StackCounters counters = new StackCounters();
    private final TimerHeap timers = new TimerHeap();
    private final ChunkPool chunks;
    private final Loopback loopback;
    private final Host host;
    private final TcpLayer tcp;
    private final UdpLayer udp;
    private final EchoSockets echoes;
    private final Reassembler reassembler;
    private final TsmpLayer tsmp;
    private final IpInput ip;
    private final EventQueue datagramEvents = new EventQueue();
    private boolean settling;
    private long nowNanos;

    public Stack(StackConfig config, RandomGenerator random, EgressRouter router) {
        this.config = config;
        int mtuBytes = config.tcp().mtuBytes();
        chunks = new ChunkPool(config.memoryBytes());
        loopback = new Loopback(counters, chunks, mtuBytes);
        host = new Host(router, loopback.egress());
        tcp = new TcpLayer(
                config.tcp(), timers, chunks, counters, random, (v6, hi, lo) -> host.pathTo(new IpAddress(v6, hi, lo)));
        DatagramOutput output = new DatagramOutput(host, mtuBytes, random);
        IcmpErrors errors = new IcmpErrors(host, counters);
        udp = new UdpLayer(output, errors, chunks, counters, datagramEvents, random);
        echoes = new EchoSockets(output, chunks, counters, datagramEvents, random);
        reassembler = new Reassembler(timers, counters);
        IcmpLayer icmp = new IcmpLayer(
                host, output, mtuBytes, echoes, this::tcpError, (quoted, b, kind, mtu) -> udp.onError(quoted, b, kind));
        tsmp = new TsmpLayer(host, tcp);
        ip = new IpInput(host, counters, reassembler, errors, icmp, udp, tcp, tsmp);
    }

    private boolean tcpError(IpHeader quoted, byte[] b, Icmp.ErrorKind kind, int mtu) {
        return kind == Icmp.ErrorKind.TOO_BIG ? tcp.onPacketTooBig(quoted, b, mtu) : tcp.onError(quoted, b, kind);
    }

    /** An egress of this stack; see {@link Egress} for the arguments. */
    public Egress newEgress(Object attachment, Consumer<Egress> onReady) {
        return new Egress(attachment, onReady, counters, chunks);
    }

    /** Our own addresses from now on; connections of those that vanished are aborted. */
    public void setAddresses(List<IpAddress> own) {
        List<IpAddress> before = host.addresses();
        host.setAddresses(own);
        for (IpAddress address : before) {
            if (!host.isOwn(address)) {
                tcp.abortAll(address, ResetCause.ADDRESS_GONE);
            }
        }
        settle();
    }

    /**
     * Who is told a peer's disco key when the peer tells it inside the tunnel. It hears that in the midst of {@link #input}, and
     * must only take a note; whose key it is, the caller of that knows.
     */
    public void setDiscoKeyListener(Consumer<DiscoPublic> listener) {
        tsmp.setDiscoKeyListener(listener);
    }

    /** Tells the peer at {@code to} this node's disco key inside the tunnel; it leaves before any data. */
    public void tellDiscoKey(IpAddress to, DiscoPublic own) {
        tsmp.tellDiscoKey(to, own);
    }

    // --- packets and time

    /** Takes decrypted inner packets. Their arrival stamp, when set, is the time of every measurement. */
    public void input(PacketBatch in, long now) {
        turn(now);
        long arrival = in.arrivalNanos() == 0 ? now : in.arrivalNanos();
        for (int i = 0; i < in.count(); i++) {
            ip.input(in.array(), in.offset(i), in.length(i), arrival, now);
        }
        settle();
    }

    /** Fires what is due. Call {@link #input} first when packets are waiting. */
    public void advance(long now) {
        turn(now);
        timers.fireDue(now);
        settle();
    }

    /** When {@link #advance} has to be called next; may be early, never late. */
    public long nextDeadlineNanos() {
        return hasEvents() || loopback.isReady() ? nowNanos : timers.nextDeadlineNanos();
    }

    /** Socket calls from here on happen at {@code now}: their timers start from it. */
    public void at(long now) {
        turn(now);
    }

    private void turn(long now) {
        nowNanos = now;
        tcp.setNow(now);
    }

    private boolean hasEvents() {
        return tcp.hasEvents() || !datagramEvents.isEmpty();
    }

    /** Ends a call: events are told, and what they and we sent to ourselves is taken in, within a limit. */
    private void settle() {
        if (settling) {
            return;
        }
        settling = true;
        try {
            deliverEvents();
            for (int i = 0; i < Loopback.MAX_BATCHES && loopback.isReady(); i++) {
                loopback.turn(ip, nowNanos);
                deliverEvents();
            }
        } finally {
            settling = false;
        }
    }

    private void deliverEvents() {
        while (hasEvents()) {
            tcp.deliverEvents();
            datagramEvents.deliver();
        }
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
        settle();
        return count;
    }

    /** The peer is gone or refused: its connections end, and no datagram of ours waits for it. */
    public void abortAll(Egress egress, ResetCause cause) {
        egress.dropDatagrams();
        tcp.abortAll(egress, cause);
        settle();
    }

    /** The way to the peer of {@code egress} works again after it did not: its connections stop waiting. */
    public void pathReturned(Egress egress, long now) {
        turn(now);
        tcp.pathReturned(egress, now);
        settle();
    }

    // --- sockets

    /** Opens a connection, or returns why there can be none. The outcome is told to {@code events}. */
    public ConnectResult connect(IpEndpoint remote, ConnectOptions options, TcpEvents events, long now) {
        turn(now);
        Egress egress = host.pathTo(remote.address());
        IpAddress local = host.sourceFor(remote.address());
        if (egress == null || local == null) {
            return new ConnectResult.Failed(ConnectFailure.UNREACHABLE);
        }
        TcpConnection c = tcp.connect(local, remote, egress, options, events);
        return c == null ? new ConnectResult.Failed(ConnectFailure.NO_RESOURCES) : new ConnectResult.Opening(c);
    }

    /** Accepts connections to {@code port} of any own address; false when the port is taken. */
    public boolean listen(int port, Acceptor acceptor) {
        return tcp.listen(port, acceptor);
    }

    /** Takes no more connections to {@code port}; those that exist go on. */
    public void closeListener(int port) {
        tcp.closeListener(port);
    }

    /**
     * Opens a UDP socket on every own address.
     *
     * @param port 1 to 65535, or 0 for a free one
     * @return null when the port is taken, or too many sockets are open
     */
    public @Nullable UdpSocket udpBind(int port, UdpEvents events) {
        return udp.open(port, null, events);
    }

    /** Opens a UDP socket on a free port that speaks with {@code remote} alone; null when too many are open. */
    public @Nullable UdpSocket udpConnect(IpEndpoint remote, UdpEvents events) {
        return udp.open(0, remote, events);
    }

    /** Opens a socket for echoes ("ping") of {@code remote}; null when too many are open. */
    public @Nullable EchoSocket openEcho(IpAddress remote, EchoEvents events) {
        return echoes.open(remote, events);
    }

    /** Ends all connections with a reset; the egresses still hold the packets that say so. */
    public void stop() {
        tcp.abortAll(ResetCause.STOPPED);
        settle();
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
                udp.socketCount(),
                echoes.count(),
                reassembler.storedBytes(),
                chunks.chargedBytes(),
                counters.snapshot());
    }
}
