package pt.sunbeam.netstack.tcp;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.ip.Checksum;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.memory.ChunkPool;
import pt.sunbeam.netstack.timer.TimerHeap;
import pt.sunbeam.tsmp.TsmpMessage;

/**
 * All TCP of one stack: the flow table, listeners, half-open and TIME-WAIT entries, and the answers to segments that
 * belong to none. Confined to the stack's owner thread.
 */
public final class TcpLayer {
    /**
     * RFC 6056 section 3.2: all of them. Twice as many as {@link TcpConfig#maxTimeWait}, so that connections in TIME-WAIT
     * never use up the ports towards one target.
     */
    private static final int PORT_FIRST = 1024;

    private static final int PORT_LAST = 65535;
    private static final int SOFT_ERRORS = 3;

    final TcpConfig config;
    final TimerHeap timers;
    final ChunkPool chunks;
    final StackCounters counters;
    final RandomGenerator random;
    final TcpRouting routing;
    final Resets resets;
    private final SipHash secret;
    final FlowTable flows;
    private final Map<Integer, Acceptor> listeners = new HashMap<>();
    final SegmentRun segmentRun = new SegmentRun();
    private final Segment segment = new Segment();
    final HalfOpens halfOpens;
    private final TimeWaits timeWaits;
    private final EventQueue eventQueue = new EventQueue();
    private int connections;
    private long nowNanos;

    public TcpLayer(
            TcpConfig config,
            TimerHeap timers,
            ChunkPool chunks,
            StackCounters counters,
            RandomGenerator random,
            TcpRouting routing) {
        this.config = config;
        this.timers = timers;
        this.chunks = chunks;
        this.counters = counters;
        this.random = random;
        this.routing = routing;
        secret = new SipHash(random);
        flows = new FlowTable(new SipHash(random));
        resets = new Resets(this);
        halfOpens = new HalfOpens(this);
        timeWaits = new TimeWaits(this);
    }

    /** The time of the current turn; socket calls between turns use the last one. */
    public void setNow(long nanos) {
        nowNanos = nanos;
    }

    long nowNanos() {
        return nowNanos;
    }

    public int connectionCount() {
        return connections;
    }

    public int halfOpenCount() {
        return halfOpens.count();
    }

    public int timeWaitCount() {
        return timeWaits.count();
    }

    // --- socket calls

    /** Opens a connection from {@code local}; its path must exist. Null when no port or no room is left. */
    public @Nullable TcpConnection connect(
            IpAddress local, IpEndpoint remote, TcpPath path, ConnectOptions options, TcpEvents events) {
        if (connections >= config.maxConnections() || chunks.isExhausted()) {
            counters.drop(DropCause.TCP_CONNECTION_LIMIT);
            return null;
        }
        int port = freePort(local, remote);
        if (port < 0) {
            return null;
        }
        Endpoints endpoints = new Endpoints(local, port, remote.address(), remote.port());
        TcpConnection c = new TcpConnection(this, path, endpoints, TcpState.SYN_SENT, random.nextInt());
        add(c);
        c.beginConnect(initialSequence(c), options, events, nowNanos);
        return c;
    }

    private int freePort(IpAddress local, IpEndpoint remote) {
        int span = PORT_LAST - PORT_FIRST + 1;
        int start = random.nextInt(span);
        IpAddress to = remote.address();
        for (int i = 0; i < span; i++) {
            int port = PORT_FIRST + (start + i) % span;
            boolean toItself = port == remote.port() && local.equals(to);
            if (!toItself && flows.find(local.high(), local.low(), to.high(), to.low(), port, remote.port()) == null) {
                return port;
            }
        }
        return -1;
    }

    /** RFC 6528: a clock of 4 microseconds plus a keyed hash of the endpoints. */
    int initialSequence(Flow f) {
        long ports = FlowTable.ports(f.localPort, f.remotePort);
        long hash = secret.hash(f.localHigh, f.localLow, f.remoteHigh, f.remoteLow, ports);
        return (int) (nowNanos / 4000) + (int) hash;
    }

    /** Accepts connections to {@code port} of any own address. False when the port is taken. */
    public boolean listen(int port, Acceptor acceptor) {
        return listeners.putIfAbsent(port, acceptor) == null;
    }

    public void closeListener(int port) {
        listeners.remove(port);
    }

    /** Ends every connection that leaves through {@code path}. */
    @SuppressWarnings("ReferenceEquality") // a path is itself, whatever its subclass compares
    public void abortAll(TcpPath path, ResetCause cause) {
        abortIf(f -> f instanceof TcpConnection c && c.path == path, cause);
    }

    /** The way to the peer behind {@code path} works again. */
    @SuppressWarnings("ReferenceEquality")
    public void pathReturned(TcpPath path, long nowNanos) {
        flows.forEach(f -> {
            if (f instanceof TcpConnection c && c.path == path) {
                c.sender.timer.pathReturned(nowNanos);
            }
        });
    }

    /** Ends every connection of {@code local}. */
    public void abortAll(IpAddress local, ResetCause cause) {
        abortIf(f -> f.localAddress().equals(local), cause);
    }

    /** Ends everything. */
    public void abortAll(ResetCause cause) {
        abortIf(f -> true, cause);
    }

    private void abortIf(Predicate<Flow> chosen, ResetCause cause) {
        flows.forEach(f -> {
            if (chosen.test(f)) {
                switch (f) {
                    case TcpConnection c -> c.abort(cause);
                    case HalfOpen h -> halfOpens.drop(h);
                    case TimeWaitEntry t -> timeWaits.ended(t);
                    case Endpoints e -> {}
                }
            }
        });
    }

    // --- packets

    /** Takes the TCP segment in {@code ip}. */
    public void input(IpHeader ip, byte[] b, long arrivalNanos) {
        long pseudo = ip.pseudoHeaderSum(IpHeader.TCP, ip.payloadLength);
        Segment s = segment;
        if (!s.read(b, ip.payloadOffset, ip.payloadLength)) {
            counters.drop(DropCause.TCP_BAD_HEADER);
        } else if (Checksum.fold(pseudo + Checksum.sum(b, ip.payloadOffset, ip.payloadLength)) != 0) {
            counters.drop(DropCause.TCP_BAD_CHECKSUM);
        } else {
            dispatch(ip, s, arrivalNanos);
        }
    }

    private void dispatch(IpHeader ip, Segment s, long arrivalNanos) {
        Flow flow = flows.find(ip.targetHigh, ip.targetLow, ip.sourceHigh, ip.sourceLow, s.targetPort, s.sourcePort);
        switch (flow) {
            case null -> toNobody(ip, s);
            case TcpConnection c -> SegmentArrival.onSegment(c, s, arrivalNanos, nowNanos);
            case HalfOpen h -> halfOpens.onSegment(h, ip, s, arrivalNanos);
            case TimeWaitEntry t -> timeWaits.onSegment(t, ip, s);
            case Endpoints e -> throw new IllegalStateException("in the table: " + e.remote());
        }
    }

    /** A segment that belongs to no flow: a SYN for a listener, or to be refused. */
    private void toNobody(IpHeader ip, Segment s) {
        Acceptor acceptor = acceptorOf(s);
        if (acceptor != null) {
            halfOpens.open(ip, s, acceptor);
            return;
        }
        counters.drop(DropCause.TCP_NO_CONNECTION);
        resets.refuse(ip, s);
    }

    /** Who takes the connection that a segment opens; null when it opens none, or nobody listens. */
    @Nullable
    Acceptor acceptorOf(Segment s) {
        int controls = s.flags & (TcpFlags.SYN | TcpFlags.ACK | TcpFlags.RST | TcpFlags.FIN);
        return controls == TcpFlags.SYN ? listeners.get(s.targetPort) : null;
    }

    // --- the table

    void add(TcpConnection c) {
        connections++;
        flows.put(c);
    }

    /** A connection has reached TIME-WAIT: a small entry takes its place. */
    void enterTimeWait(TcpConnection c) {
        connections--;
        timeWaits.enter(c);
    }

    void removed(TcpConnection c) {
        connections--;
        flows.remove(c);
    }

    // --- ICMP errors (RFC 5927: only when they quote something that is in flight)

    /** An ICMP error quotes a segment of ours; returns false when it matches no connection. */
    public boolean onError(IpHeader quoted, byte[] b, Icmp.ErrorKind kind) {
        if (quotedFlow(quoted, b) instanceof HalfOpen h) {
            return onHalfOpenError(h, Endian.intBe(b, quoted.payloadOffset + 4), kind);
        }
        TcpConnection c = quotedConnection(quoted, b);
        if (c != null && c.state == TcpState.SYN_SENT) {
            boolean enough = kind == Icmp.ErrorKind.SOFT && c.softError() >= SOFT_ERRORS;
            if (kind == Icmp.ErrorKind.REFUSED || enough) {
                c.failConnect(enough ? ConnectFailure.UNREACHABLE : ConnectFailure.REFUSED);
            }
        }
        return c != null;
    }

    /** Only our SYN-ACK is in flight; who refuses it wants no connection. */
    private boolean onHalfOpenError(HalfOpen h, int seq, Icmp.ErrorKind kind) {
        boolean matched = seq == h.iss;
        if (matched && kind == Icmp.ErrorKind.REFUSED) {
            halfOpens.drop(h);
        }
        return matched;
    }

    /**
     * A segment of ours was too big for a link whose MTU is {@code mtuBytes}; returns false when it matches no connection.
     */
    public boolean onPacketTooBig(IpHeader quoted, byte[] b, int mtuBytes) {
        TcpConnection c = quotedConnection(quoted, b);
        if (c != null) {
            c.mtu.onPacketTooBig(mtuBytes, nowNanos);
        }
        return c != null;
    }

    /** The connection whose segment is quoted, when that segment is in flight. */
    private @Nullable TcpConnection quotedConnection(IpHeader quoted, byte[] b) {
        int seq = Endian.intBe(b, quoted.payloadOffset + 4);
        Flow flow = quotedFlow(quoted, b);
        boolean inFlight =
                flow instanceof TcpConnection c && !Seq.before(seq, c.sender.una) && Seq.before(seq, c.sender.nxt);
        return inFlight ? (TcpConnection) flow : null;
    }

    private @Nullable Flow quotedFlow(IpHeader quoted, byte[] b) {
        int at = quoted.payloadOffset;
        return flows.find(
                quoted.sourceHigh,
                quoted.sourceLow,
                quoted.targetHigh,
                quoted.targetLow,
                Endian.shortBe(b, at),
                Endian.shortBe(b, at + 2));
    }

    /** The peer in {@code ip} rejected a flow of ours; returns false when there is none. Ends only what is being opened. */
    public boolean onReject(IpHeader ip, TsmpMessage.Reject reject) {
        Flow flow = flows.find(
                ip.targetHigh, ip.targetLow, ip.sourceHigh, ip.sourceLow, reject.localPort(), reject.remotePort());
        if (!(flow instanceof TcpConnection c)) {
            return false;
        }
        if (c.state == TcpState.SYN_SENT && !reject.maybeBroken()) {
            c.failConnect(
                    switch (reject.reason()) {
                        case POLICY -> ConnectFailure.PROHIBITED;
                        case NOT_FORWARDED -> ConnectFailure.UNREACHABLE;
                        case HOST_FIREWALL, OTHER -> ConnectFailure.REFUSED;
                    });
        }
        return true;
    }

    // --- events

    void eventPending(TcpConnection c) {
        eventQueue.add(c);
    }

    /** True when {@link #deliverEvents} has something to tell. */
    public boolean hasEvents() {
        return !eventQueue.isEmpty();
    }

    /** Delivers events until there are none; a call from within an event does nothing. */
    public void deliverEvents() {
        eventQueue.deliver();
    }
}
