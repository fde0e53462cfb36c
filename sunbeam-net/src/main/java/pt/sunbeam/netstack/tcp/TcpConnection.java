package pt.sunbeam.netstack.tcp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.time.Deadline;

/**
 * One TCP connection (RFC 9293): its state, what the handshake negotiated, and the application's side of it.
 *
 * <p>Confined to the stack's owner thread. The halves do the work: {@link Sender} and {@link Receiver}; what a segment
 * means is decided by {@link SegmentArrival}, what time means by {@link RetransmitTimer} and {@link SlowTimers}. Calls
 * only change state; segments are built when the data plane pulls.
 */
public final class TcpConnection extends Flow {
    private static final int MIN_MSS = 88;
    private static final int DEFAULT_MSS_V4 = 536;
    private static final int DEFAULT_MSS_V6 = 1220;

    final TcpLayer layer;
    final TcpPath path;
    TcpState state;
    int sendMss;
    boolean sack;
    boolean timestamps;
    boolean windowScaling;
    int peerWindowScale;
    int tsOffset;
    int tsRecent;
    long tsRecentNanos;
    final Sender sender;
    final Receiver receiver;
    final SlowTimers slow = new SlowTimers(this);
    final PathMtu mtu = new PathMtu(this);
    final PendingEvents events = new PendingEvents(this);
    final ChallengeLimit challenges = new ChallengeLimit();

    @Nullable
    ReadyList readyList;

    @Nullable
    TcpConnection readyPrevious;

    @Nullable
    TcpConnection readyNext;

    int receiveEpoch = -1;

    /** What remains of the connection in the table, once it is in TIME-WAIT. */
    @Nullable
    TimeWaitEntry timeWait;

    /** True while this open holds a place among the young ones of its path. */
    boolean youngOpen;

    private boolean wantsWritable;
    private boolean detached;
    private int softErrors;

    TcpConnection(TcpLayer layer, TcpPath path, Flow endpoints, TcpState state, int tsOffset) {
        super(endpoints);
        this.layer = layer;
        this.path = path;
        this.state = state;
        this.tsOffset = tsOffset;
        sendMss = localMss();
        receiver = new Receiver(this);
        sender = new Sender(this);
    }

    // --- application side

    /** Takes as many bytes of {@code source} as there is room for and returns how many; {@link TcpEvents#writable} tells of more. */
    public int write(ByteBuffer source) {
        if (!mayWrite()) {
            return 0;
        }
        int before = source.remaining();
        int taken = sender.write(source);
        if (taken < before) {
            wantsWritable = true;
            if (sender.writableBytes() > 0) {
                slow.retryForMemory();
            }
        }
        changed();
        return taken;
    }

    private boolean mayWrite() {
        return switch (state) {
            case SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> !sender.isFinQueued();
            default -> false;
        };
    }

    /** Bytes that {@link #write} would take now. */
    public int writableBytes() {
        return mayWrite() ? sender.writableBytes() : 0;
    }

    /** Moves in-order bytes into {@code target}; returns how many. Reading opens the window. */
    public int read(ByteBuffer target) {
        int count = receiver.read(target, layer.nowNanos());
        changed();
        return count;
    }

    public int readableBytes() {
        return receiver.readableBytes();
    }

    /** True when the peer has closed its direction; bytes before that may still be readable. */
    public boolean isPeerFin() {
        return receiver.finReached();
    }

    /** Closes our direction once everything written has been sent; reading goes on. */
    public void shutdownWrite() {
        if (mayWrite()) {
            sender.queueFin();
            changed();
        }
    }

    /** Ends the connection at once with a reset; no further event is delivered. */
    public void abort() {
        events.tellNobody();
        if (state != TcpState.CLOSED && state != TcpState.TIME_WAIT) {
            abort(ResetCause.LOCAL_ABORT);
        }
        receiver.discard();
    }

    /**
     * Lets go of the connection: no further event is delivered, what was written is still sent. When received bytes were
     * not read, or more arrive, the peer gets a reset (RFC 1122 section 4.2.2.13).
     */
    public void close() {
        events.tellNobody();
        boolean unread = receiver.readableBytes() > 0;
        if (state == TcpState.SYN_SENT || unread && isLive()) {
            abort();
            return;
        }
        receiver.discard();
        if (isLive()) {
            detached = true;
            shutdownWrite();
            lingerIfOver();
        }
    }

    /** The state of RFC 9293 section 3.3.2; after TIME-WAIT it is CLOSED again. */
    public TcpState state() {
        return timeWait != null && timeWait.over ? TcpState.CLOSED : state;
    }

    public boolean isOpen() {
        return isLive() && state != TcpState.SYN_SENT && state != TcpState.SYN_RECEIVED;
    }

    public TcpInfo info() {
        return new TcpInfo(
                state,
                sender.rtt.srttNanos(),
                sender.rtt.rtoNanos(),
                sender.window.bytes(),
                sender.queue.inFlightBytes(),
                sender.offer.bytes(),
                sender.bufferedBytes(),
                receiver.readableBytes(),
                receiver.limitBytes(),
                sender.emission.retransmits(),
                sendMss);
    }

    // --- opening

    void beginConnect(int iss, ConnectOptions options, TcpEvents listener, long nowNanos) {
        events.tell(listener);
        timestamps = true;
        sender.begin(iss);
        slow.beginConnect(options, nowNanos);
        path.openings.request(this);
    }

    /** Takes over what a SYN or SYN-ACK negotiated. */
    void negotiate(int peerMss, int scale, boolean peerSack, boolean peerTimestamps) {
        int offered = peerMss == 0 ? v6 ? DEFAULT_MSS_V6 : DEFAULT_MSS_V4 : Math.max(peerMss, MIN_MSS);
        timestamps = peerTimestamps;
        sack = peerSack;
        windowScaling = scale >= 0;
        peerWindowScale = Math.max(scale, 0);
        sendMss = Math.min(offered, localMss()) - (timestamps ? SegmentWriter.TIMESTAMPS_BYTES : 0);
        mtu.negotiated();
    }

    void setTsRecent(int value, long nowNanos) {
        tsRecent = value;
        tsRecentNanos = nowNanos;
    }

    int ownWindowScale() {
        return windowScaling ? layer.config.windowScale() : 0;
    }

    /** The MSS that we announce: what fits our MTU without options (RFC 6691). */
    int localMss() {
        return layer.config.mtuBytes() - IpHeader.bytes(v6) - SegmentWriter.TCP_HEADER;
    }

    void established(long nowNanos) {
        state = TcpState.ESTABLISHED;
        path.openings.settled(this);
        slow.established(nowNanos);
        events.raise(PendingEvents.CONNECTED);
        slow.arm();
        // What was written before may wait for a window that the handshake left closed.
        sender.timer.wake(nowNanos);
    }

    // --- state

    boolean isLive() {
        return state != TcpState.CLOSED && state != TcpState.TIME_WAIT;
    }

    boolean isDetached() {
        return detached;
    }

    /** True when segments with acknowledgements may leave. */
    boolean canSpeak() {
        return switch (state) {
            case SYN_SENT, CLOSED, TIME_WAIT, SYN_RECEIVED -> false;
            default -> true;
        };
    }

    /** True when new data or a FIN may leave. */
    boolean canSend() {
        return switch (state) {
            case ESTABLISHED, CLOSE_WAIT -> true;
            default -> false;
        };
    }

    void onFinSent() {
        state = state == TcpState.CLOSE_WAIT ? TcpState.LAST_ACK : TcpState.FIN_WAIT_1;
        lingerIfOver();
    }

    /** State changes due to the acknowledgement of our FIN. */
    void onFinAcked() {
        switch (state) {
            case FIN_WAIT_1 -> {
                state = TcpState.FIN_WAIT_2;
                lingerIfOver();
            }
            case CLOSING -> enterTimeWait();
            case LAST_ACK -> finished();
            default -> {}
        }
    }

    void onPeerFin() {
        events.raise(PendingEvents.PEER_FIN);
        switch (state) {
            case ESTABLISHED -> state = TcpState.CLOSE_WAIT;
            case FIN_WAIT_1 -> state = TcpState.CLOSING;
            case FIN_WAIT_2 -> enterTimeWait();
            default -> {}
        }
    }

    private void enterTimeWait() {
        events.raise(PendingEvents.CLOSED);
        state = TcpState.TIME_WAIT;
        layer.enterTimeWait(this);
        release();
    }

    /** True when both sides have said all and heard all: a reset then takes nothing away (RFC 9293 section 3.10.7.4). */
    boolean bothEnded() {
        boolean closing = state == TcpState.CLOSING || state == TcpState.LAST_ACK;
        return closing && sender.nxt - sender.una <= 1;
    }

    /** Over, without a word to the peer. */
    void finished() {
        events.raise(PendingEvents.CLOSED);
        state = TcpState.CLOSED;
        layer.removed(this);
        release();
    }

    private void release() {
        sender.discard();
        layer.timers.remove(this);
        if (readyList != null) {
            readyList.remove(this);
        }
    }

    /** Ends the connection with a reset to the peer. */
    void abort(ResetCause cause) {
        if (state != TcpState.SYN_SENT) {
            layer.resets.send(this, path, resetSequence(), receiver.nxt());
        }
        fail(cause);
    }

    /** SND.NXT, or the right edge when the window shrank below that by more than rounding: beyond it nobody would look. */
    private int resetSequence() {
        int edge = sender.una + sender.offer.bytes();
        boolean shrunk = isOpen() && sender.nxt - edge >= 1 << peerWindowScale;
        return shrunk ? edge : sender.nxt;
    }

    /** Ends the connection without a word to the peer. */
    void fail(ResetCause cause) {
        boolean opening = state == TcpState.SYN_SENT || state == TcpState.SYN_RECEIVED;
        if (opening) {
            failConnect(
                    switch (cause) {
                        case PEER_RESET -> ConnectFailure.REFUSED;
                        case TIMED_OUT -> ConnectFailure.TIMED_OUT;
                        case LOCAL_ABORT, PEER_GONE, ADDRESS_GONE, STOPPED -> ConnectFailure.PEER_GONE;
                    });
            return;
        }
        events.raiseReset(cause);
        end();
    }

    void failConnect(ConnectFailure cause) {
        events.raiseFailed(cause);
        end();
    }

    private void end() {
        if (!isLive()) {
            return;
        }
        state = TcpState.CLOSED;
        path.openings.settled(this);
        layer.removed(this);
        release();
        if (detached) {
            receiver.discard();
        }
    }

    private void lingerIfOver() {
        if (detached && (state == TcpState.FIN_WAIT_2 || state == TcpState.LAST_ACK || state == TcpState.CLOSING)) {
            slow.linger();
        }
    }

    @Override
    protected void fire(long nowNanos) {
        slow.fire(nowNanos);
    }

    // --- what the halves and the arrival of segments use

    /** The timestamp clock: milliseconds from a random origin (RFC 7323 section 5.4). */
    int tsClock(long nanos) {
        return (int) (nanos / Deadline.MILLI) + tsOffset;
    }

    void drop(DropCause cause) {
        layer.counters.drop(cause);
    }

    /** A transient ICMP error during the handshake; returns how many there were. */
    int softError() {
        return ++softErrors;
    }

    private void changed() {
        if (isLive()) {
            sender.timer.wake(layer.nowNanos());
            touch();
        }
    }

    /** Lists the connection where it belongs: with the control segments, with the data, or nowhere. */
    void touch() {
        ReadyList wanted = !isLive() ? null : sender.hasControl() ? path.control : listForData();
        if (wanted != readyList) {
            if (readyList != null) {
                readyList.remove(this);
            }
            if (wanted != null) {
                wanted.append(this);
                path.announce();
            }
        }
    }

    private @Nullable ReadyList listForData() {
        if (!sender.hasData()) {
            sender.noteIfWindowLimited();
            return null;
        }
        if (sender.isReleased(layer.nowNanos())) {
            return sender.isSmall() ? path.small : path.data;
        }
        slow.awaitRelease(sender.pacer.releaseNanos());
        return null;
    }

    // --- events

    void raiseReadable() {
        events.raise(PendingEvents.READABLE);
    }

    /** Tells of room when somebody waits for it. */
    void raiseWritable() {
        if (wantsWritable && mayWrite() && sender.isRoomy()) {
            wantsWritable = false;
            events.raise(PendingEvents.WRITABLE);
        }
    }

    /** The application has taken an accepted connection; if it has ended or closed it already, it hears no more. */
    void accepted(TcpEvents listener) {
        if (isLive() && !detached) {
            events.tell(listener);
            events.raise(PendingEvents.CONNECTED);
        }
    }
}
