package pt.sunbeam.netstack.tcp;

import java.nio.ByteBuffer;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.netstack.tcp.Recovery.Mode;

/**
 * The sending half of a connection: the sequence space between what is acknowledged and what is written, and what of it
 * may leave.
 *
 * <p>Its parts share this state: {@link Emission} builds segments, {@link AckProcessing} takes acknowledgements,
 * {@link RetransmitTimer} asks when none come, {@link CongestionWindow} says how much may be in the network.
 */
final class Sender {
    /** No length and no record. */
    static final int NOTHING = -1;

    private static final long MIN_UNSENT = 128L << 10;
    private static final long MAX_UNSENT = 1L << 20;

    private final TcpConnection c;
    private final SendBuffer buffer;
    final TransmitQueue queue = new TransmitQueue();
    final RttEstimator rtt = new RttEstimator();
    final Rack rack = new Rack();
    final DeliveryRate rate = new DeliveryRate();
    final Pacer pacer = new Pacer();
    final Recovery recovery = new Recovery();
    final SendWindow offer = new SendWindow();
    final TailLossProbe probe = new TailLossProbe();
    final CongestionWindow window;
    final RetransmitTimer timer;
    final AckProcessing acks;
    final Emission emission;
    int iss;
    int una;
    int nxt;
    private int bufferSeq;
    private boolean finQueued;
    private boolean finSent;

    Sender(TcpConnection c) {
        this.c = c;
        buffer = new SendBuffer(c.layer.chunks);
        window = new CongestionWindow(c, queue, recovery);
        timer = new RetransmitTimer(c, this);
        acks = new AckProcessing(c, this);
        emission = new Emission(c, this);
    }

    // --- handshake

    void begin(int initialSeq) {
        iss = initialSeq;
        una = initialSeq;
        nxt = initialSeq + 1;
        bufferSeq = nxt;
        rack.begin(initialSeq);
        window.begin(nxt);
    }

    void requestSyn() {
        emission.requestSyn();
    }

    /** The SYN was acknowledged; the peer's MSS is now known. */
    void established(Segment s, long arrivalNanos, int windowBytes, boolean sampleRtt) {
        una = iss + 1;
        emission.synAcknowledged();
        timer.synAcknowledged();
        window.established();
        if (sampleRtt && emission.synSent() == 1) {
            rtt.sample(arrivalNanos - emission.synSentNanos(), arrivalNanos);
        } else if (emission.synSent() > 1) {
            rtt.synWasRetransmitted();
        }
        offer.set(s, windowBytes);
    }

    // --- application side

    int write(ByteBuffer source) {
        noteIfStarved();
        int room = writableBytes();
        return room <= 0 ? 0 : buffer.append(source, room);
    }

    /** draft-ietf-ccwg-bbr section 4.1.2.4: samples taken while the application was the limit say little of the path. */
    private void noteIfStarved() {
        boolean starved = unsent() < c.sendMss && queue.firstLost() == NOTHING && window.allows(c.sendMss);
        if (starved && c.canSend()) {
            rate.appLimited(queue.inFlightBytes());
        }
    }

    int writableBytes() {
        return finQueued ? 0 : (int) Math.max(0, bufferLimit() - buffer.length());
    }

    /** What may wait in front of the window: about one window, so that the application is asked neither often nor early. */
    private long unsentLimit() {
        return Math.clamp(window.controlledBytes(), MIN_UNSENT, MAX_UNSENT);
    }

    private long bufferLimit() {
        long outstanding = (long) buffer.length() - unsent();
        return Math.min(outstanding + unsentLimit(), c.layer.config.sendMaxBytes());
    }

    int bufferedBytes() {
        return buffer.length();
    }

    /** True when asking the application for more is worth it. */
    boolean isRoomy() {
        return writableBytes() * 2L >= Math.min(unsentLimit(), c.layer.config.sendMaxBytes());
    }

    void queueFin() {
        finQueued = true;
    }

    boolean isFinQueued() {
        return finQueued;
    }

    boolean isFinSent() {
        return finSent;
    }

    /** True when our FIN was sent and acknowledged. */
    boolean isFinAcked() {
        return finSent && una == nxt;
    }

    // --- what may leave

    /** Written bytes that were never sent. */
    int unsent() {
        return buffer.length() - (nxt - bufferSeq - (finSent ? 1 : 0));
    }

    /** How far SND.NXT is from the right edge of the peer's window; negative when the window shrank. */
    int windowRoom() {
        return una + offer.bytes() - nxt;
    }

    /** The data length of the next new segment, 0 for a FIN alone, or {@link #NOTHING}. Ignores the congestion window. */
    int nextNewLength() {
        if (finSent || !c.canSend()) {
            return NOTHING;
        }
        int unsent = unsent();
        int room = windowRoom();
        if (unsent == 0) {
            return finQueued && room > 0 ? 0 : NOTHING;
        }
        int length = Math.min(Math.min(c.sendMss, unsent), room);
        if (length <= 0) {
            return NOTHING;
        }
        // Sender silly-window avoidance (RFC 9293 section 3.8.6.2.1): a segment cut by the window waits.
        boolean cut = length < c.sendMss && length < unsent;
        return cut && !emission.isSmallSegmentDue() && length < offer.maxBytes() / 2 ? NOTHING : length;
    }

    /** True when the peer's window alone keeps something back and nothing in flight will open it. */
    boolean isWindowBlocked() {
        return c.canSend() && queue.isEmpty() && !finSent && (unsent() > 0 || finQueued) && nextNewLength() == NOTHING;
    }

    /** Samples taken while the peer's window was the limit say as little of the path as those of an idle application. */
    void noteIfWindowLimited() {
        if (unsent() > 0 && c.canSend() && windowRoom() < c.sendMss && window.allows(c.sendMss)) {
            rate.appLimited(queue.inFlightBytes());
        }
    }

    boolean hasControl() {
        return emission.hasControl();
    }

    /** True when data could leave; {@link #pacer} may still hold it back. */
    boolean hasData() {
        return emission.hasData();
    }

    /** True when all there is to send, sent or not, is less than two segments. */
    boolean isSmall() {
        return buffer.length() < 2 * c.sendMss;
    }

    /** True when what {@link #hasData} speaks of may leave now. A tail loss probe does not wait. */
    boolean isReleased(long nowNanos) {
        return pacer.isOpen(nowNanos) || probe.isDue();
    }

    /** Builds what is most urgent: one segment, or a run of at most {@code most}, for which the batch has room. */
    void emit(PacketBatch out, int most, long nowNanos) {
        emission.emit(out, most, nowNanos);
    }

    /**
     * How many full segments of new data, of which the first may leave, may leave at once: at least one, at most {@code most},
     * and never more than would leave one by one. The segment with the last byte written is left out, as PSH and FIN make
     * it different.
     */
    int runSegments(int most, long nowNanos) {
        long bytes = Math.min(Math.min(unsent() - 1, windowRoom()), window.roomBytes());
        long full = bytes / c.sendMss;
        return full <= 1 ? 1 : pacer.segmentsUntilClosed(c.sendMss, (int) Math.min(most, full), nowNanos);
    }

    /** The next {@code length} bytes, and the FIN after them, are being sent for the first time. */
    void appended(int length, boolean withFin, long nowNanos) {
        int start = nxt;
        nxt += length + (withFin ? 1 : 0);
        finSent |= withFin;
        boolean firstInFlight = queue.inFlightBytes() == 0;
        queue.append(start, nxt, nowNanos);
        rate.onSent(queue, queue.tail() - 1, firstInFlight, nowNanos);
    }

    /**
     * True when lost record {@code id} may leave now. What lies beyond a window that shrank waits (RFC 9293 section 3.8.6
     * leaves it open); the first record is sent all the same, and so finds out about the window.
     */
    boolean mayResend(int id) {
        boolean within = id == queue.head() || !Seq.after(queue.end(id), una + offer.bytes());
        return within && window.allows(queue.length(id));
    }

    /** Record {@code id} is being sent again. */
    void resent(int id, long nowNanos) {
        boolean firstInFlight = queue.inFlightBytes() == 0;
        queue.resent(id, nowNanos);
        rate.onSent(queue, id, firstInFlight, nowNanos);
    }

    /** Record {@code id} is believed lost; does nothing when that is known. */
    void markLost(int id, long nowNanos) {
        if (queue.isSacked(id) || queue.isLost(id)) {
            return;
        }
        int bytes = queue.length(id);
        DeliverySnapshots at = queue.snapshots();
        int slot = queue.slot(id);
        rate.onLost(bytes);
        queue.markLost(id);
        long lostSince = rate.lostBytes() - at.lostBytes(slot);
        window.onSegmentLost(bytes, at.inFlightBytes(slot), lostSince, at.isAppLimited(slot), nowNanos);
    }

    /** Data bytes of record {@code id}, without a FIN. */
    int dataLength(int id) {
        return queue.length(id) - (finSent && queue.end(id) == nxt ? 1 : 0);
    }

    /** Takes what is too long for {@link TcpConnection#sendMss} for lost, in parts that are not. */
    void cutToSize(long nowNanos) {
        queue.cutToSize(c.sendMss, finSent ? nxt - 1 : nxt);
        if (!queue.isEmpty()) {
            timer.rearm(nowNanos);
        }
    }

    void copyTo(int seq, byte[] target, int at, int length) {
        buffer.copyTo(seq - bufferSeq, target, at, length);
    }

    /** Arms the tail loss probe where RFC 8985 section 7.2 wants one. */
    void scheduleTailProbe(long nowNanos) {
        boolean wanted = c.sack
                && recovery.mode() == Mode.OPEN
                && !queue.isEmpty()
                && queue.sackedBytes() == 0
                && queue.firstLost() == NOTHING
                && !probe.isOut()
                && rtt.backoff() == 0;
        if (wanted) {
            probe.schedule(rtt, queue.tail() - queue.head() == 1, nowNanos);
        } else {
            probe.unschedule();
        }
    }

    // --- acknowledgements

    /** RFC 5961 section 5.2. */
    boolean isAcceptableAck(int ack) {
        return !Seq.before(ack, una - offer.maxBytes()) && !Seq.after(ack, nxt);
    }

    /** Moves SND.UNA and lets go of what lies before it. */
    void acknowledged(int ack) {
        una = ack;
        int bytes = Math.min(ack - bufferSeq, buffer.length());
        if (bytes > 0) {
            buffer.release(bytes);
            bufferSeq += bytes;
        }
    }

    /** Sent, and neither acknowledged nor selectively acknowledged. */
    long outstandingBytes() {
        return nxt - una - queue.sackedBytes();
    }

    void discard() {
        buffer.clear();
        queue.clear();
        timer.remove();
    }
}
