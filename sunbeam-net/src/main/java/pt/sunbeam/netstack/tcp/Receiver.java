package pt.sunbeam.netstack.tcp;

import java.nio.ByteBuffer;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.time.Deadline;

/**
 * The receiving half of a connection: buffer, advertised window, acknowledgement policy, SACK blocks.
 *
 * <p>The right edge of the window never moves left (RFC 9293 section 3.8.6.2.2). The scaled field may say up to one unit
 * less, because it is rounded down (RFC 7323 section 2.4); what was promised once is accepted all the same. Rounding up
 * instead would let small segments push the edge on for ever. Memory is not reserved for a window, only charged when bytes arrive.
 */
final class Receiver {
    private static final int QUICK_ACKS = 16;
    private static final long MIN_DELAY = Deadline.millis(5);
    private static final long MAX_DELAY = Deadline.millis(25);
    private static final int RECENT = 4;
    private static final int TIGHT_WINDOW = 16 << 10;
    private static final int MAX_WINDOW_FIELD = 65535;
    private static final int NO_FIN = 0;
    private static final int FIN_SEEN = 1;
    private static final int FIN_REACHED = 2;

    private final TcpConnection c;
    private final ReceiveBuffer buffer;
    private final long[] recent = new long[RECENT];
    private int recentCount;
    private int irs;
    private int right;
    private int scale;
    private int fin;
    private long finPosition;
    private final ReceiveTuning tuning;
    private boolean ackNow;
    private int unackedSegments;
    private int quickAcks = QUICK_ACKS;
    private long delayedAckNanos = Deadline.NONE;
    private boolean duplicate;
    private int duplicateStart;
    private int duplicateEnd;
    int lastAckSent;

    Receiver(TcpConnection c) {
        this.c = c;
        buffer = new ReceiveBuffer(c.layer.chunks);
        tuning = new ReceiveTuning(c);
    }

    void begin(int peerIss, int windowScale) {
        irs = peerIss;
        scale = windowScale;
        right = nxt() + synWindow();
        lastAckSent = nxt();
    }

    int synWindow() {
        return Math.min(MAX_WINDOW_FIELD, Math.min(limitBytes(), pathShare()));
    }

    /** RCV.NXT. */
    int nxt() {
        return sequenceOf(buffer.endPosition()) + (fin == FIN_REACHED ? 1 : 0);
    }

    boolean finReached() {
        return fin == FIN_REACHED;
    }

    int readableBytes() {
        return buffer.readableBytes();
    }

    int limitBytes() {
        return tuning.limitBytes();
    }

    private int sequenceOf(long position) {
        return irs + 1 + (int) position;
    }

    private long positionOf(int seq) {
        return buffer.endPosition() + (seq - sequenceOf(buffer.endPosition()));
    }

    /** RFC 9293 section 3.10.7.4, first check; with a zero window a segment at RCV.NXT still counts for its ACK. */
    boolean isAcceptable(Segment s) {
        int nxt = nxt();
        int length = s.sequenceLength();
        if (length == 0) {
            return !Seq.before(s.seq, nxt) && !Seq.after(s.seq, right);
        }
        return Seq.after(s.seq + length, nxt) && (Seq.before(s.seq, right) || s.seq == nxt);
    }

    /** An unacceptable segment that carried something: report it as a duplicate (RFC 2883). */
    void noteDuplicate(Segment s) {
        int start = s.dataSeq();
        if (s.dataLength > 0 && Seq.before(start, nxt())) {
            reportDuplicate(start, Seq.min(start + s.dataLength, nxt()));
        }
    }

    private void reportDuplicate(int start, int end) {
        duplicate = true;
        duplicateStart = start;
        duplicateEnd = end;
        ackNow = true;
    }

    /** Takes data and FIN of an acceptable segment; returns true when in-order bytes were added. */
    boolean take(Segment s, long nowNanos) {
        long before = buffer.endPosition();
        if (s.dataLength > 0) {
            takeData(s);
        }
        if (s.has(TcpFlags.FIN)) {
            takeFin(s.dataSeq() + s.dataLength);
        }
        boolean added = buffer.endPosition() != before;
        if (fin == FIN_SEEN && finPosition == buffer.endPosition()) {
            fin = FIN_REACHED;
        }
        if (added) {
            c.path.received(c, nowNanos);
            tuning.arrived(s, buffer.endPosition() - before, nxt(), right, nowNanos);
            countForAck(s, nowNanos);
        }
        return added;
    }

    /** A FIN ends the stream where it stands, unless bytes beyond it have come: then one of the two is a lie. */
    private void takeFin(int seq) {
        ackNow = true;
        if (fin != NO_FIN || Seq.after(seq, right)) {
            return;
        }
        if (positionOf(seq) < buffer.furthestPosition()) {
            c.drop(DropCause.TCP_UNACCEPTABLE_SEQUENCE);
            return;
        }
        fin = FIN_SEEN;
        finPosition = positionOf(seq);
    }

    private void takeData(Segment s) {
        int nxt = nxt();
        int start = s.dataSeq();
        int end = start + s.dataLength;
        if (Seq.before(start, nxt)) {
            reportDuplicate(start, Seq.min(end, nxt));
            start = nxt;
        }
        if (Seq.after(end, right)) {
            end = right;
            ackNow = true;
        }
        if (fin == FIN_SEEN) {
            end = Seq.min(end, sequenceOf(finPosition));
        }
        int length = end - start;
        if (length <= 0 || fin == FIN_REACHED) {
            ackNow = true;
            return;
        }
        long position = positionOf(start);
        boolean inOrder = position == buffer.endPosition();
        boolean hadHole = buffer.rangeCount() > 0;
        if (!inOrder && buffer.beyondBytes() + length > limitBytes() - limitBytes() / 4) {
            c.drop(DropCause.TCP_OUT_OF_ORDER_LIMIT);
            ackNow = true;
            return;
        }
        if (!inOrder) {
            noteOverlap(position, start, end);
        }
        store(s, position, start, length);
        if (!inOrder) {
            remember(position);
        }
        ackNow |= !inOrder || hadHole;
    }

    private void noteOverlap(long position, int start, int end) {
        int range = buffer.rangeAt(position);
        if (range >= 0) {
            long stored = buffer.rangeEnd(range) - position;
            reportDuplicate(start, start + (int) Math.min(stored, end - start));
        }
    }

    private void store(Segment s, long position, int start, int length) {
        switch (buffer.store(position, s.array, s.dataOffset + (start - s.dataSeq()), length)) {
            case YES -> {}
            case NO_MEMORY -> {
                c.drop(DropCause.TCP_MEMORY);
                ackNow = true;
            }
            case TOO_MANY_RANGES -> {
                c.drop(DropCause.TCP_OUT_OF_ORDER_LIMIT);
                ackNow = true;
            }
        }
    }

    /** The newest out-of-order arrival leads the SACK blocks (RFC 2018 section 4). */
    private void remember(long position) {
        int range = buffer.rangeAt(position);
        if (range < 0) {
            return;
        }
        int kept = 0;
        long[] old = recent;
        for (int i = 0; i < recentCount; i++) {
            if (buffer.rangeAt(old[i]) >= 0 && buffer.rangeAt(old[i]) != range) {
                old[kept++] = old[i];
            }
        }
        recentCount = Math.min(kept + 1, RECENT);
        System.arraycopy(recent, 0, recent, 1, recentCount - 1);
        recent[0] = position;
    }

    private void countForAck(Segment s, long nowNanos) {
        unackedSegments++;
        if (quickAcks > 0 || unackedSegments >= 2 || s.dataLength > 2 * c.sendMss) {
            quickAcks = Math.max(0, quickAcks - 1);
            ackNow = true;
        } else if (delayedAckNanos == Deadline.NONE) {
            delayedAckNanos = nowNanos + Math.clamp(c.sender.rtt.srttNanos() / 4, MIN_DELAY, MAX_DELAY);
        }
    }

    void requestAck() {
        ackNow = true;
    }

    boolean isAckDue() {
        return ackNow;
    }

    long delayedAckNanos() {
        return delayedAckNanos;
    }

    void onDelayedAck(long nowNanos) {
        if (delayedAckNanos <= nowNanos) {
            ackNow = true;
            delayedAckNanos = Deadline.NONE;
        }
    }

    /** A segment with an acknowledgement was built. */
    void acknowledged() {
        ackNow = false;
        unackedSegments = 0;
        delayedAckNanos = Deadline.NONE;
        duplicate = false;
        lastAckSent = nxt();
    }

    /** The window field of the segment being built; remembers the edge that it promises. */
    int advertise() {
        int nxt = nxt();
        int wanted = wantedWindow();
        int promised = Math.max(0, right - nxt);
        boolean wider = wanted > promised && worthAnnouncing(wanted, promised);
        int field = Math.min((wider ? wanted : promised) >>> scale, MAX_WINDOW_FIELD);
        right = Seq.max(right, nxt + (field << scale));
        return field;
    }

    private int wantedWindow() {
        int limit = Math.min(limitBytes(), pathShare());
        if (c.layer.chunks.isTight()) {
            // What was promised stays promised; once it is used up, a few segments are all that is offered.
            limit = Math.min(limit, TIGHT_WINDOW);
        }
        int free = Math.max(0, limit - buffer.readableBytes() - buffer.beyondBytes());
        // More cannot be said, so it must not look like news after every read.
        return Math.min(free, MAX_WINDOW_FIELD << scale);
    }

    private int pathShare() {
        int least = Math.max(tuning.fullLineBytes(), 2 * c.layer.config.mtuBytes());
        return Math.max(c.path.receiveWindowShare(), least);
    }

    /** Receiver silly-window avoidance (RFC 9293 section 3.8.6.2.2). */
    private boolean worthAnnouncing(int wanted, int promised) {
        return wanted - promised >= Math.min(limitBytes() / 2, c.sendMss);
    }

    int read(ByteBuffer target, long nowNanos) {
        int count = buffer.read(target);
        if (count > 0 && fin != FIN_REACHED) {
            tuning.consumed(count, nowNanos);
            int promised = Math.max(0, right - nxt());
            int wanted = wantedWindow();
            boolean wasClosed = promised < c.sendMss;
            if (worthAnnouncing(wanted, promised) && (wasClosed || wanted / 2 >= promised)) {
                ackNow = true;
            }
        }
        return count;
    }

    /** How many SACK blocks the next segment carries, at most {@code max}. */
    int sackBlockCount(int max) {
        if (!c.sack) {
            return 0;
        }
        int ranges = 0;
        for (int i = 0; i < recentCount; i++) {
            ranges += isReportable(i) ? 1 : 0;
        }
        return Math.min(max, ranges + (duplicate ? 1 : 0));
    }

    private boolean isReportable(int index) {
        int range = buffer.rangeAt(recent[index]);
        for (int i = 0; i < index && range >= 0; i++) {
            if (buffer.rangeAt(recent[i]) == range) {
                return false;
            }
        }
        return range >= 0;
    }

    /** Writes the SACK option with {@code blocks} blocks: a duplicate first (RFC 2883), then the most recent ranges. */
    void writeSack(byte[] b, int at, int blocks) {
        Endian.putIntBe(b, at, 0x01010500 | 2 + 8 * blocks);
        int written = 0;
        if (duplicate) {
            writeBlock(b, at + 4, duplicateStart, duplicateEnd);
            written++;
        }
        for (int i = 0; i < recentCount && written < blocks; i++) {
            if (isReportable(i)) {
                int range = buffer.rangeAt(recent[i]);
                writeBlock(
                        b,
                        at + 4 + 8 * written++,
                        sequenceOf(buffer.rangeStart(range)),
                        sequenceOf(buffer.rangeEnd(range)));
            }
        }
    }

    private static void writeBlock(byte[] b, int at, int start, int end) {
        Endian.putIntBe(b, at, start);
        Endian.putIntBe(b, at + 4, end);
    }

    /** The right edge that was promised. */
    int right() {
        return right;
    }

    void discard() {
        buffer.clear();
    }
}
