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
import pt.sunbeam.time.Deadline;

/**
 * All TCP of one stack: the flow table, listeners, half-open and TIME-WAIT entries, and the answers to segments that
 * belong to none. Confined to the stack's owner thread.
 */
public final class TcpLayer {
    private static final int PORT_FIRST = 32768;
    private static final int PORT_LAST = 60999;
    private static final int RESETS_PER_SECOND = 200;
    private static final int SOFT_ERRORS = 3;

    final TcpConfig config;
    final TimerHeap timers;
    final ChunkPool chunks;
    final StackCounters counters;
    private final RandomGenerator random;
    private final TcpRouting routing;
    private final SipHash secret;
    private final FlowTable flows;
    private final Map<Integer, Acceptor> listeners = new HashMap<>();
    private final Segment segment = new Segment();
    private final RateLimit resets = new RateLimit(RESETS_PER_SECOND);
    private final EventQueue eventQueue = new EventQueue();
    private int connections;
    private int halfOpen;
    private int timeWaits;
    private @Nullable TimeWaitEntry oldestTimeWait;
    private @Nullable TimeWaitEntry newestTimeWait;
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
        return halfOpen;
    }

    public int timeWaitCount() {
        return timeWaits;
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
            if (flows.find(local.high(), local.low(), to.high(), to.low(), port, remote.port()) == null) {
                return port;
            }
        }
        return -1;
    }

    /** RFC 6528: a clock of 4 microseconds plus a keyed hash of the endpoints. */
    private int initialSequence(Flow f) {
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
                    case HalfOpen h -> dropHalfOpen(h);
                    case TimeWaitEntry t -> timeWaitEnded(t);
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
            case HalfOpen h -> toHalfOpen(h, ip, s, arrivalNanos);
            case TimeWaitEntry t -> toTimeWait(t, ip, s);
            case Endpoints e -> throw new IllegalStateException("in the table: " + e.remote());
        }
    }

    private void toNobody(IpHeader ip, Segment s) {
        Acceptor acceptor = listeners.get(s.targetPort);
        if (acceptor != null && s.has(TcpFlags.SYN) && (s.flags & (TcpFlags.ACK | TcpFlags.RST | TcpFlags.FIN)) == 0) {
            open(ip, s, acceptor);
            return;
        }
        counters.drop(DropCause.TCP_NO_CONNECTION);
        refuse(ip, s);
    }

    /** RFC 9293 section 3.10.7.1: a reset for a segment that belongs to no connection. */
    private void refuse(IpHeader ip, Segment s) {
        TcpPath path = routing.pathTo(ip.v6, ip.sourceHigh, ip.sourceLow);
        if (s.has(TcpFlags.RST) || path == null) {
            return;
        }
        if (!resets.tryTake(nowNanos)) {
            counters.drop(DropCause.TCP_RESET_RATE_LIMITED);
            return;
        }
        Flow flow = new Endpoints(ip, s);
        if (s.has(TcpFlags.ACK)) {
            replyReset(flow, path, s.ack);
        } else {
            counters.resetSent();
            int flags = TcpFlags.RST | TcpFlags.ACK;
            path.reply(SegmentWriter.control(flow, 0, s.seq + s.sequenceLength(), flags, 0, null));
        }
    }

    /** A reset without an acknowledgement, at the sequence number that the other side named. */
    void replyReset(Flow flow, TcpPath path, int seq) {
        counters.resetSent();
        path.reply(SegmentWriter.control(flow, seq, 0, TcpFlags.RST, 0, null));
    }

    /** A reset that ends a connection of ours. */
    void replyReset(Flow flow, TcpPath path, int seq, int ack) {
        counters.resetSent();
        path.reply(SegmentWriter.control(flow, seq, ack, TcpFlags.RST | TcpFlags.ACK, 0, null));
    }

    // --- passive open

    private void open(IpHeader ip, Segment s, Acceptor acceptor) {
        if (halfOpen >= config.maxHalfOpen()) {
            counters.drop(DropCause.TCP_HALF_OPEN_LIMIT);
            return;
        }
        if (connections + halfOpen >= config.maxConnections() || chunks.isExhausted()) {
            counters.drop(DropCause.TCP_CONNECTION_LIMIT);
            return;
        }
        Flow endpoints = new Endpoints(ip, s);
        HalfOpen h = new HalfOpen(this, endpoints, s, acceptor, initialSequence(endpoints), random.nextInt());
        halfOpen++;
        flows.put(h);
        sendSynAck(h, nowNanos);
    }

    void sendSynAck(HalfOpen h, long now) {
        TcpPath path = routing.pathTo(h.v6, h.remoteHigh, h.remoteLow);
        timers.arm(h, h.nextResendNanos(now));
        if (h.synAcks++ == 0) {
            h.firstSentNanos = now;
        }
        if (path == null) {
            return;
        }
        byte[] options = new byte[20];
        int mss = config.mtuBytes() - IpHeader.bytes(h.v6) - SegmentWriter.TCP_HEADER;
        int scale = h.peerWindowScale < 0 ? -1 : config.windowScale();
        int tsVal = (int) (now / Deadline.MILLI) + h.tsOffset;
        SegmentWriter.writeSynOptions(options, 0, mss, h.sack, h.timestamps, tsVal, h.tsRecent, scale);
        int window = Math.min(65535, config.receiveStartBytes());
        int flags = TcpFlags.SYN | TcpFlags.ACK;
        path.reply(SegmentWriter.control(h, h.iss, h.irs + 1, flags, window, options));
    }

    void dropHalfOpen(HalfOpen h) {
        halfOpen--;
        timers.remove(h);
        flows.remove(h);
    }

    private void toHalfOpen(HalfOpen h, IpHeader ip, Segment s, long arrivalNanos) {
        if (s.has(TcpFlags.RST)) {
            if (s.seq == h.irs + 1) {
                dropHalfOpen(h);
            } else {
                counters.drop(DropCause.TCP_RESET_NOT_EXACT);
            }
        } else if (s.has(TcpFlags.SYN)) {
            // The SYN again: our answer was lost, or is late.
            if (s.seq == h.irs && !s.has(TcpFlags.ACK)) {
                sendSynAck(h, nowNanos);
            } else {
                counters.drop(DropCause.TCP_UNEXPECTED_SYN);
            }
        } else if (!s.has(TcpFlags.ACK)) {
            counters.drop(DropCause.TCP_NO_ACK_BIT);
        } else if (s.ack != h.iss + 1) {
            counters.drop(DropCause.TCP_UNACCEPTABLE_ACK);
            refuse(ip, s);
        } else {
            accept(h, s, arrivalNanos);
        }
    }

    private void accept(HalfOpen h, Segment s, long arrivalNanos) {
        TcpPath path = routing.pathTo(h.v6, h.remoteHigh, h.remoteLow);
        dropHalfOpen(h);
        if (path == null) {
            counters.drop(DropCause.NO_ROUTE);
            return;
        }
        TcpConnection c = new TcpConnection(this, path, h, TcpState.SYN_RECEIVED, h.tsOffset);
        c.negotiate(h.peerMss, h.peerWindowScale, h.sack, h.timestamps);
        c.setTsRecent(h.tsRecent, nowNanos);
        c.sender.begin(h.iss);
        c.receiver.begin(h.irs, c.ownWindowScale());
        if (h.synAcks == 1) {
            c.sender.setRtt(arrivalNanos - h.firstSentNanos, arrivalNanos);
        }
        add(c);
        c.sender.established(s, arrivalNanos, s.windowField << c.peerWindowScale, false);
        c.established(nowNanos);
        c.events = h.acceptor.accept(c);
        if (c.events == null) {
            c.abort();
            return;
        }
        SegmentArrival.onSegment(c, s, arrivalNanos, nowNanos);
    }

    private void add(TcpConnection c) {
        connections++;
        flows.put(c);
    }

    void removed(TcpConnection c) {
        connections--;
        flows.remove(c);
    }

    // --- TIME-WAIT

    void enterTimeWait(TcpConnection c, long now) {
        connections--;
        TimeWaitEntry entry = new TimeWaitEntry(c, this);
        flows.put(entry);
        timeWaits++;
        append(entry, now);
        acknowledge(entry, c.path);
        if (timeWaits > config.maxTimeWait() && oldestTimeWait != null) {
            timeWaitEnded(oldestTimeWait);
        }
    }

    private void append(TimeWaitEntry entry, long now) {
        timers.arm(entry, now + config.timeWaitNanos());
        entry.older = newestTimeWait;
        entry.newer = null;
        if (newestTimeWait == null) {
            oldestTimeWait = entry;
        } else {
            newestTimeWait.newer = entry;
        }
        newestTimeWait = entry;
    }

    private void unlink(TimeWaitEntry entry) {
        TimeWaitEntry older = entry.older;
        TimeWaitEntry newer = entry.newer;
        if (older == null) {
            oldestTimeWait = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newestTimeWait = older;
        } else {
            newer.older = older;
        }
    }

    void timeWaitEnded(TimeWaitEntry entry) {
        timeWaits--;
        timers.remove(entry);
        unlink(entry);
        flows.remove(entry);
    }

    private void acknowledge(TimeWaitEntry t, TcpPath path) {
        byte[] options = null;
        if (t.timestamps) {
            options = new byte[SegmentWriter.TIMESTAMPS_BYTES];
            SegmentWriter.writeTimestamps(options, 0, (int) (nowNanos / Deadline.MILLI) + t.tsOffset, t.tsRecent);
        }
        path.reply(SegmentWriter.control(t, t.sndNxt, t.rcvNxt, TcpFlags.ACK, 0xffff, options));
    }

    private void toTimeWait(TimeWaitEntry t, IpHeader ip, Segment s) {
        boolean syn = s.has(TcpFlags.SYN) && !s.has(TcpFlags.ACK) && !s.has(TcpFlags.RST);
        if (syn && t.mayReopen(s) && listeners.containsKey(s.targetPort)) {
            timeWaitEnded(t);
            toNobody(ip, s);
            return;
        }
        counters.drop(DropCause.TCP_TIME_WAIT);
        // RFC 1337: a reset does not end TIME-WAIT.
        TcpPath path = routing.pathTo(t.v6, t.remoteHigh, t.remoteLow);
        boolean answer = !s.has(TcpFlags.RST) && (s.sequenceLength() > 0 || s.seq != t.rcvNxt);
        if (answer && path != null && resets.tryTake(nowNanos)) {
            acknowledge(t, path);
            if (s.has(TcpFlags.FIN)) {
                unlink(t);
                append(t, nowNanos);
            }
        }
    }

    // --- ICMP errors (RFC 5927: only when they quote something that is in flight)

    /** An ICMP error quotes a segment of ours; returns false when it matches no connection. */
    public boolean onError(IpHeader quoted, byte[] b, Icmp.ErrorKind kind) {
        int at = quoted.payloadOffset;
        Flow flow = flows.find(
                quoted.sourceHigh,
                quoted.sourceLow,
                quoted.targetHigh,
                quoted.targetLow,
                Endian.shortBe(b, at),
                Endian.shortBe(b, at + 2));
        if (!(flow instanceof TcpConnection c)) {
            return false;
        }
        int seq = Endian.intBe(b, at + 4);
        if (Seq.before(seq, c.sender.una) || !Seq.before(seq, c.sender.nxt)) {
            return false;
        }
        if (c.state == TcpState.SYN_SENT) {
            boolean enough = kind == Icmp.ErrorKind.SOFT && ++c.softErrors >= SOFT_ERRORS;
            if (kind == Icmp.ErrorKind.REFUSED || enough) {
                c.failConnect(enough ? ConnectFailure.UNREACHABLE : ConnectFailure.REFUSED);
            }
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
