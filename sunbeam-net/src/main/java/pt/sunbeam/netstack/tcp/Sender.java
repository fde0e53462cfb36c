package pt.sunbeam.netstack.tcp;

import java.nio.ByteBuffer;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.tcp.Recovery.Mode;
import pt.sunbeam.netstack.timer.Timer;
import pt.sunbeam.time.Deadline;

/**
 * The sending half of a connection: what may leave, what has to leave again, and when to ask.
 *
 * <p>Segments are built only in {@link #emit}, when they can leave. One timer serves the retransmit family (RFC 8985
 * section 8): reorder, tail loss probe, retransmission time-out, window probe; one of them is armed whenever anything is
 * unacknowledged or blocked by the peer's window. Loss is found by {@link Rack} and by duplicate acknowledgements of
 * peers without SACK (RFC 6582); the congestion window is a {@link CongestionController}'s, in fast recovery
 * {@link Recovery}'s.
 */
final class Sender extends Timer {
    private static final long MAX_ACK_DELAY = Deadline.millis(200);
    private static final long MAX_PERSIST = Deadline.seconds(60);
    private static final long SLEEP = Deadline.seconds(2);
    private static final int DUP_THRESHOLD = 3;
    private static final int MAX_FIN_BACKOFF = 8;
    private static final int NOTHING = -1;

    private enum Wait {
        NONE,
        SYN,
        REORDER,
        PROBE_TAIL,
        TIMEOUT,
        PERSIST
    }

    private final TcpConnection c;
    private final SendBuffer buffer;
    final TransmitQueue queue = new TransmitQueue();
    final RttEstimator rtt = new RttEstimator();
    final Rack rack = new Rack();
    final Recovery recovery = new Recovery();
    private CongestionController congestion;
    int iss;
    int una;
    int nxt;
    private int windowBytes;
    private int maxWindowBytes;
    private int windowSeq;
    private int windowAck;
    private int bufferSeq;
    private boolean finQueued;
    private boolean finSent;
    private int duplicateAcks;
    private Wait wait = Wait.NONE;
    private long timeoutNanos = Deadline.NONE;
    private long tailProbeNanos = Deadline.NONE;
    private boolean tailProbeDue;
    private boolean tailProbeOut;
    private boolean tailProbeResent;
    private int tailProbeEnd;
    private boolean windowProbeDue;
    private boolean smallSegmentDue;
    private int persistBackoff;
    private long stalledSinceNanos = Deadline.NONE;
    private long reportedInFlight;
    private long lastSentNanos;
    private long maxInFlight;
    private long lastMaxInFlight;
    private int roundEnd;
    private boolean synDue;
    private int synSent;
    private long synSentNanos;
    private long retransmits;

    private int sackCacheCount;
    private final int[] sackCacheStart = new int[4];
    private final int[] sackCacheEnd = new int[4];
    private long deliveredBytes;
    private long newestDeliveredSentNanos;

    Sender(TcpConnection c) {
        this.c = c;
        buffer = new SendBuffer(c.layer.chunks);
        congestion = new Cubic(c.sendMss);
    }

    void begin(int initialSeq) {
        iss = initialSeq;
        una = initialSeq;
        nxt = initialSeq + 1;
        bufferSeq = nxt;
        rack.begin(initialSeq);
        roundEnd = nxt;
    }

    // --- handshake

    void requestSyn() {
        synDue = true;
    }

    /** The SYN was acknowledged; {@code mss} is now known. */
    void established(Segment s, long arrivalNanos, int window, boolean sampleRtt) {
        una = iss + 1;
        synDue = false;
        wait = Wait.NONE;
        c.layer.timers.arm(this, Deadline.NONE);
        congestion = new Cubic(c.sendMss);
        if (sampleRtt && synSent == 1) {
            rtt.sample(arrivalNanos - synSentNanos, arrivalNanos);
        } else if (synSent > 1) {
            rtt.synWasRetransmitted();
        }
        setWindow(s.seq, s.ack, window);
    }

    void setRtt(long sampleNanos, long nowNanos) {
        rtt.sample(sampleNanos, nowNanos);
    }

    private void setWindow(int seq, int ack, int window) {
        windowSeq = seq;
        windowAck = ack;
        windowBytes = window;
        maxWindowBytes = Math.max(maxWindowBytes, window);
    }

    private void emitSyn(PacketBatch out, long nowNanos) {
        synDue = false;
        synSent++;
        synSentNanos = nowNanos;
        boolean reply = c.state == TcpState.SYN_RECEIVED;
        int ip = IpHeader.bytes(c.v6);
        int at = out.reserve(ip + SegmentWriter.TCP_HEADER + 20);
        boolean withTs = !reply || c.timestamps;
        int options = SegmentWriter.writeSynOptions(
                out.array(),
                at + ip + SegmentWriter.TCP_HEADER,
                c.localMss(),
                !reply || c.sack,
                withTs,
                c.tsClock(nowNanos),
                reply ? c.tsRecent : 0,
                !reply || c.windowScaling ? c.layer.config.windowScale() : -1);
        int flags = TcpFlags.SYN | (reply ? TcpFlags.ACK : 0);
        int ack = reply ? c.receiver.nxt() : 0;
        SegmentWriter.finish(
                out.array(),
                at,
                c,
                iss,
                ack,
                flags,
                c.receiver.synWindow(),
                options,
                SegmentWriter.TCP_HEADER + options);
        if (reply) {
            c.receiver.acknowledged();
        }
        arm(Wait.SYN, nowNanos + (Deadline.SECOND << Math.min(synSent - 1, 5)));
    }

    // --- application side

    int write(ByteBuffer source) {
        int room = writableBytes();
        return room <= 0 ? 0 : buffer.append(source, room);
    }

    int writableBytes() {
        return finQueued ? 0 : (int) Math.max(0, bufferLimit() - buffer.length());
    }

    private long bufferLimit() {
        return Math.clamp(2 * congestion.cwndBytes() + 65536, 128 << 10, c.layer.config.sendMaxBytes());
    }

    int bufferedBytes() {
        return buffer.length();
    }

    /** True when at least half of the buffer is free again. */
    boolean isRoomy() {
        return buffer.length() * 2L <= bufferLimit();
    }

    void queueFin() {
        finQueued = true;
    }

    boolean isFinQueued() {
        return finQueued;
    }

    /** True when our FIN was sent and acknowledged. */
    boolean isFinAcked() {
        return finSent && una == nxt;
    }

    boolean isFinSent() {
        return finSent;
    }

    // --- what may leave

    private long flight() {
        return c.sack ? queue.inFlightBytes() : queue.inFlightBytes() - (long) duplicateAcks * c.sendMss;
    }

    private long cwnd() {
        return recovery.mode() == Mode.RECOVERY ? recovery.windowBytes() : congestion.cwndBytes();
    }

    private boolean cwndAllows(int bytes) {
        return flight() <= 0 || flight() + bytes <= cwnd();
    }

    private int unsent() {
        return buffer.length() - (nxt - bufferSeq - (finSent ? 1 : 0));
    }

    private int windowRoom() {
        return una + windowBytes - nxt;
    }

    /** The data length of the next new segment, 0 for a FIN alone, or {@link #NOTHING}. Ignores the congestion window. */
    private int nextNewLength() {
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
        return cut && !smallSegmentDue && length < maxWindowBytes / 2 ? NOTHING : length;
    }

    /** True when the peer's window alone keeps something back and nothing in flight will open it. */
    private boolean isWindowBlocked() {
        return c.canSend() && queue.isEmpty() && !finSent && (unsent() > 0 || finQueued) && nextNewLength() == NOTHING;
    }

    boolean hasControl() {
        return synDue || c.canSpeak() && (windowProbeDue || c.receiver.isAckDue() || c.keepAliveDue);
    }

    boolean hasData() {
        if (!c.canSpeak()) {
            return false;
        }
        int lost = queue.firstLost();
        if (lost != NOTHING) {
            return cwndAllows(queue.length(lost));
        }
        if (tailProbeDue) {
            return true;
        }
        int length = nextNewLength();
        return length != NOTHING && cwndAllows(length);
    }

    /** Builds the one segment that is most urgent. The batch has room for a full packet. */
    void emit(PacketBatch out, long nowNanos) {
        if (synDue) {
            emitSyn(out, nowNanos);
        } else if (c.canSpeak()) {
            restartIfIdle(nowNanos);
            if (!c.path.hasCredit() || !emitData(out, nowNanos)) {
                emitControl(out, nowNanos);
            }
            reportInFlight();
        }
    }

    private boolean emitData(PacketBatch out, long nowNanos) {
        int lost = queue.firstLost();
        if (lost != NOTHING) {
            if (!cwndAllows(queue.length(lost))) {
                return false;
            }
            resend(lost, out, nowNanos);
            return true;
        }
        int length = nextNewLength();
        if (length != NOTHING && (tailProbeDue || cwndAllows(length))) {
            sendNew(length, out, nowNanos);
            return true;
        }
        if (tailProbeDue && !queue.isEmpty()) {
            tailProbeResent = true;
            resend(queue.tail() - 1, out, nowNanos);
            return true;
        }
        tailProbeDue = false;
        return false;
    }

    private void emitControl(PacketBatch out, long nowNanos) {
        if (windowProbeDue || c.keepAliveDue) {
            int seq = windowProbeDue ? una - 1 : nxt - 1;
            windowProbeDue = false;
            c.keepAliveDue = false;
            write(out, seq, 0, false, false, nowNanos);
        } else if (c.receiver.isAckDue()) {
            write(out, nxt, 0, false, false, nowNanos);
        }
    }

    private void sendNew(int wanted, PacketBatch out, long nowNanos) {
        int sacks = c.receiver.sackBlockCount(3);
        int length = Math.min(wanted, c.sendMss - sackBytes(sacks));
        boolean last = length == unsent();
        boolean withFin = last && finQueued && windowRoom() > length;
        int start = nxt;
        nxt += length + (withFin ? 1 : 0);
        finSent |= withFin;
        smallSegmentDue = false;
        boolean first = queue.isEmpty();
        queue.append(start, nxt, nowNanos);
        sent(length, first, nowNanos);
        write(out, start, length, withFin, last, nowNanos);
        if (withFin) {
            c.onFinSent();
        }
    }

    private static int sackBytes(int blocks) {
        return blocks == 0 ? 0 : 4 + 8 * blocks;
    }

    private void resend(int id, PacketBatch out, long nowNanos) {
        boolean probe = tailProbeDue;
        int start = queue.start(id);
        int end = queue.end(id);
        boolean withFin = finSent && end == nxt;
        queue.resent(id, nowNanos);
        retransmits++;
        c.layer.counters.segmentRetransmitted();
        if (!probe) {
            recovery.onResent(c.tsClock(nowNanos));
        }
        sent(end - start, id == queue.head(), nowNanos);
        write(out, start, end - start - (withFin ? 1 : 0), withFin, false, nowNanos);
    }

    private void sent(int bytes, boolean restartTimeout, long nowNanos) {
        recovery.onSent(bytes);
        lastSentNanos = nowNanos;
        maxInFlight = Math.max(maxInFlight, queue.inFlightBytes());
        if (tailProbeDue) {
            tailProbeDue = false;
            tailProbeOut = true;
            tailProbeEnd = nxt;
            restartTimeout(nowNanos);
        } else {
            if (restartTimeout || timeoutNanos == Deadline.NONE) {
                restartTimeout(nowNanos);
            }
            scheduleTailProbe(nowNanos);
        }
        rearm(nowNanos);
    }

    private void restartIfIdle(long nowNanos) {
        if (queue.isEmpty() && lastSentNanos != 0 && unsent() > 0 && nowNanos - lastSentNanos > rtt.rtoNanos()) {
            congestion.onIdle(nowNanos - lastSentNanos, rtt.rtoNanos());
            lastSentNanos = nowNanos;
        }
    }

    private void write(PacketBatch out, int seq, int length, boolean fin, boolean push, long nowNanos) {
        int ip = IpHeader.bytes(c.v6);
        int sacks = c.receiver.sackBlockCount(3);
        if (length + sackBytes(sacks) > c.sendMss) {
            sacks = 0;
        }
        int options = SegmentWriter.optionBytes(c.timestamps, sacks);
        int tcpBytes = SegmentWriter.TCP_HEADER + options + length;
        int at = out.reserve(ip + tcpBytes);
        int optionsAt = at + ip + SegmentWriter.TCP_HEADER;
        byte[] b = out.array();
        if (c.timestamps) {
            optionsAt += SegmentWriter.writeTimestamps(b, optionsAt, c.tsClock(nowNanos), c.tsRecent);
        }
        if (sacks > 0) {
            c.receiver.writeSack(b, optionsAt, sacks);
        }
        if (length > 0) {
            buffer.copyTo(seq - bufferSeq, b, at + ip + SegmentWriter.TCP_HEADER + options, length);
        }
        int flags = TcpFlags.ACK | (fin ? TcpFlags.FIN : 0) | (push && length > 0 ? TcpFlags.PSH : 0);
        int window = c.receiver.advertise();
        SegmentWriter.finish(b, at, c, seq, c.receiver.nxt(), flags, window, options, tcpBytes);
        c.receiver.acknowledged();
    }

    // --- acknowledgements

    /** RFC 5961 section 5.2. */
    boolean isAcceptableAck(int ack) {
        return !Seq.before(ack, una - maxWindowBytes) && !Seq.after(ack, nxt);
    }

    /** Processes the acknowledgement of an acceptable segment; {@code window} is its window in bytes. */
    void onAck(Segment s, int window, long arrivalNanos, long nowNanos) {
        long flightBefore = nxt - una - queue.sackedBytes();
        boolean advanced = Seq.after(s.ack, una);
        boolean isDuplicate = !advanced
                && s.ack == una
                && s.dataLength == 0
                && !s.has(TcpFlags.FIN)
                && window == windowBytes
                && !queue.isEmpty();
        deliveredBytes = 0;
        newestDeliveredSentNanos = Long.MIN_VALUE;
        boolean duplicateReport = c.sack && s.sackCount > 0 && readSacks(s, arrivalNanos);
        if (advanced) {
            advance(s, arrivalNanos);
        }
        sampleRtt(s, advanced, arrivalNanos);
        updateWindow(s, window);
        tailProbeAnswered(s.ack, duplicateReport, nowNanos);
        boolean spurious = duplicateReport && recovery.duplicateReported()
                || advanced && c.timestamps && s.timestamps && recovery.provesSpurious(s.tsEcr);
        if (spurious && recovery.mode() != Mode.OPEN) {
            undo(nowNanos);
        }
        boolean lossFound = detectLoss(advanced, isDuplicate, arrivalNanos);
        progress(advanced, lossFound, flightBefore, nowNanos);
        if (advanced || window > 0) {
            persistBackoff = 0;
        }
        if (advanced) {
            scheduleTailProbe(nowNanos);
        }
        rearm(nowNanos);
        reportInFlight();
    }

    private void updateWindow(Segment s, int window) {
        boolean newer = Seq.before(windowSeq, s.seq) || windowSeq == s.seq && !Seq.after(windowAck, s.ack);
        if (newer) {
            setWindow(s.seq, s.ack, window);
        }
        stalledSinceNanos = queue.isEmpty() ? Deadline.NONE : stalledSinceNanos;
    }

    private void advance(Segment s, long arrivalNanos) {
        int ack = s.ack;
        while (!queue.isEmpty() && !Seq.after(queue.end(queue.head()), ack)) {
            int id = queue.head();
            if (!queue.isSacked(id)) {
                recordDelivered(id, s, arrivalNanos);
            }
            queue.removeHead();
        }
        if (!queue.isEmpty() && Seq.after(ack, queue.start(queue.head()))) {
            queue.trimHead(ack);
        }
        una = ack;
        int bytes = Math.min(ack - bufferSeq, buffer.length());
        if (bytes > 0) {
            buffer.release(bytes);
            bufferSeq += bytes;
        }
        stalledSinceNanos = Deadline.NONE;
        rtt.resetBackoff();
        timeoutNanos = queue.isEmpty() ? Deadline.NONE : arrivalNanos + rtt.rtoNanos();
        duplicateAcks = recovery.mode() == Mode.OPEN ? 0 : Math.max(0, duplicateAcks - 1);
    }

    private void recordDelivered(int id, Segment s, long arrivalNanos) {
        deliveredBytes += queue.length(id);
        long rttNanos = arrivalNanos - queue.sentNanos(id);
        boolean resent = queue.wasResent(id);
        boolean ambiguous = resent
                && (c.timestamps && s.timestamps && Seq.before(s.tsEcr, c.tsClock(queue.sentNanos(id)))
                        || rttNanos < rtt.minNanos());
        if (!resent) {
            newestDeliveredSentNanos = Math.max(newestDeliveredSentNanos, queue.sentNanos(id));
        }
        rack.delivered(queue, id, rttNanos, ambiguous);
    }

    private void sampleRtt(Segment s, boolean advanced, long arrivalNanos) {
        if (newestDeliveredSentNanos != Long.MIN_VALUE) {
            rtt.sample(arrivalNanos - newestDeliveredSentNanos, arrivalNanos);
        } else if (advanced && c.timestamps && s.timestamps && s.tsEcr != 0) {
            int millis = c.tsClock(arrivalNanos) - s.tsEcr;
            if (millis >= 0 && millis < 60_000) {
                rtt.sample(Deadline.millis(Math.max(1, millis)), arrivalNanos);
            }
        }
    }

    /** Marks what SACK blocks cover; returns true when the first one reports a duplicate. */
    private boolean readSacks(Segment s, long arrivalNanos) {
        boolean duplicateReport = isDuplicateReport(s);
        for (int i = duplicateReport ? 1 : 0; i < s.sackCount; i++) {
            markSacked(s, s.sackStart[i], s.sackEnd[i], arrivalNanos);
        }
        sackCacheCount = 0;
        for (int i = duplicateReport ? 1 : 0; i < s.sackCount; i++) {
            sackCacheStart[sackCacheCount] = s.sackStart[i];
            sackCacheEnd[sackCacheCount++] = s.sackEnd[i];
        }
        if (duplicateReport) {
            rack.onDuplicateReport(una, nxt);
        }
        return duplicateReport;
    }

    private boolean isDuplicateReport(Segment s) {
        boolean belowAck = !Seq.after(s.sackEnd[0], s.ack) && Seq.after(s.sackEnd[0], una - maxWindowBytes);
        boolean withinSecond = s.sackCount > 1
                && !Seq.before(s.sackStart[0], s.sackStart[1])
                && !Seq.after(s.sackEnd[0], s.sackEnd[1]);
        return Seq.before(s.sackStart[0], s.sackEnd[0]) && (belowAck || withinSecond);
    }

    private void markSacked(Segment s, int blockStart, int blockEnd, long arrivalNanos) {
        int start = Seq.max(blockStart, s.ack);
        int end = blockEnd;
        if (!Seq.before(start, end) || Seq.before(start, una) || Seq.after(end, nxt)) {
            return;
        }
        // Blocks mostly repeat the last acknowledgement's: walk only what is new.
        for (int i = 0; i < sackCacheCount; i++) {
            if (!Seq.after(sackCacheStart[i], start) && Seq.after(sackCacheEnd[i], start)) {
                start = Seq.max(start, sackCacheEnd[i]);
            }
        }
        if (!Seq.before(start, end)) {
            return;
        }
        for (int id = queue.firstEndingAfter(start); id != queue.tail() && !Seq.after(queue.end(id), end); id++) {
            if (!queue.isSacked(id) && !Seq.before(queue.start(id), start)) {
                recordDelivered(id, s, arrivalNanos);
                queue.markSacked(id);
            }
        }
    }

    // --- loss

    private boolean detectLoss(boolean advanced, boolean isDuplicate, long arrivalNanos) {
        if (queue.isEmpty()) {
            return false;
        }
        if (c.sack) {
            return rack.detect(queue, rtt, recovery.mode() != Mode.OPEN, c.sendMss, arrivalNanos);
        }
        if (isDuplicate) {
            duplicateAcks++;
        }
        boolean partial = advanced && recovery.mode() == Mode.RECOVERY && Seq.before(una, recovery.point());
        boolean third = recovery.mode() == Mode.OPEN && duplicateAcks >= DUP_THRESHOLD;
        if (partial || third) {
            queue.markLost(queue.head());
            return true;
        }
        return false;
    }

    private void progress(boolean advanced, boolean lossFound, long flightBefore, long nowNanos) {
        if (recovery.mode() != Mode.OPEN && advanced && !Seq.before(una, recovery.point())) {
            if (recovery.mode() == Mode.RECOVERY) {
                congestion.onRecovered(nowNanos);
            }
            recovery.leave();
            rack.onRecoveryEnd();
            duplicateAcks = 0;
        }
        if (lossFound && recovery.mode() == Mode.OPEN) {
            enterRecovery(flightBefore, nowNanos);
        }
        if (recovery.mode() == Mode.RECOVERY) {
            boolean safe = advanced && !lossFound;
            recovery.onAck(deliveredBytes, Math.max(0, flight()), congestion.ssthreshBytes(), c.sendMss, safe);
        } else if (deliveredBytes > 0) {
            congestion.onAck(deliveredBytes, rtt.latestNanos(), rtt.srttNanos(), isCwndLimited(), nowNanos);
        }
        if (advanced && Seq.after(una, roundEnd)) {
            roundEnd = nxt;
            lastMaxInFlight = maxInFlight;
            maxInFlight = queue.inFlightBytes();
        }
    }

    private boolean isCwndLimited() {
        long most = Math.max(maxInFlight, lastMaxInFlight);
        long cwnd = congestion.cwndBytes();
        return cwnd < congestion.ssthreshBytes() ? most * 2 >= cwnd : most + c.sendMss >= cwnd;
    }

    private void enterRecovery(long flightBytes, long nowNanos) {
        congestion.onLoss(flightBytes, nowNanos);
        recovery.enter(Mode.RECOVERY, nxt, flightBytes, true);
        tailProbeNanos = Deadline.NONE;
    }

    private void undo(long nowNanos) {
        congestion.onUndo(nowNanos);
        queue.unmarkLost();
        recovery.leave();
        rtt.resetBackoff();
        duplicateAcks = 0;
        if (!queue.isEmpty()) {
            restartTimeout(nowNanos);
        }
    }

    private void tailProbeAnswered(int ack, boolean duplicateReport, long nowNanos) {
        if (!tailProbeOut || Seq.before(ack, tailProbeEnd)) {
            return;
        }
        tailProbeOut = false;
        if (tailProbeResent && !duplicateReport && recovery.mode() == Mode.OPEN && queue.sackedBytes() == 0) {
            // The probe repaired a loss that nothing else will report (RFC 8985 section 7.4.2).
            congestion.onLoss(c.sendMss, nowNanos);
        }
        tailProbeResent = false;
    }

    // --- timers

    private void restartTimeout(long nowNanos) {
        timeoutNanos = nowNanos + rtt.rtoNanos();
    }

    private void scheduleTailProbe(long nowNanos) {
        boolean wanted = c.sack
                && recovery.mode() == Mode.OPEN
                && !queue.isEmpty()
                && queue.sackedBytes() == 0
                && !tailProbeOut
                && rtt.backoff() == 0;
        if (!wanted) {
            tailProbeNanos = Deadline.NONE;
            return;
        }
        long patience = rtt.hasSample() ? 2 * rtt.srttNanos() : Deadline.SECOND;
        boolean single = queue.tail() - queue.head() == 1;
        tailProbeNanos = nowNanos + patience + (single ? MAX_ACK_DELAY : 2 * Deadline.MILLI);
    }

    private void rearm(long nowNanos) {
        if (wait == Wait.SYN) {
            return;
        }
        if (!queue.isEmpty()) {
            if (timeoutNanos == Deadline.NONE) {
                restartTimeout(nowNanos);
            }
            if (rack.reorderDeadlineNanos() < timeoutNanos) {
                arm(Wait.REORDER, rack.reorderDeadlineNanos());
            } else if (tailProbeNanos < timeoutNanos) {
                arm(Wait.PROBE_TAIL, tailProbeNanos);
            } else {
                arm(Wait.TIMEOUT, timeoutNanos);
            }
            return;
        }
        timeoutNanos = Deadline.NONE;
        tailProbeNanos = Deadline.NONE;
        if (!isWindowBlocked()) {
            arm(Wait.NONE, Deadline.NONE);
        } else if (wait != Wait.PERSIST) {
            long interval = Math.min(rtt.rtoNanos() << Math.min(persistBackoff, 9), MAX_PERSIST);
            arm(Wait.PERSIST, nowNanos + interval);
        }
    }

    private void arm(Wait kind, long deadlineNanos) {
        wait = kind;
        c.layer.timers.arm(this, deadlineNanos);
    }

    /** Called when something was written: an armed timer may be missing. */
    void wake(long nowNanos) {
        if (wait == Wait.NONE) {
            rearm(nowNanos);
        }
    }

    /** The least deadline a slept-through timer gets: one more time-out for answers that wait in a queue. */
    @Override
    protected void fire(long nowNanos) {
        Wait fired = wait;
        wait = Wait.NONE;
        long late = fired == Wait.TIMEOUT ? nowNanos - timeoutNanos : 0;
        if (late > SLEEP) {
            restartTimeout(nowNanos);
            rearm(nowNanos);
            return;
        }
        switch (fired) {
            case NONE -> {}
            case SYN -> synDue = true;
            case REORDER -> onReorderTimer(nowNanos);
            case PROBE_TAIL -> onTailProbeTimer(nowNanos);
            case TIMEOUT -> onTimeout(nowNanos);
            case PERSIST -> onPersistTimer(nowNanos);
        }
        reportInFlight();
        c.touch();
    }

    private void onReorderTimer(long nowNanos) {
        long flightBefore = nxt - una - queue.sackedBytes();
        boolean lossFound = rack.detect(queue, rtt, recovery.mode() != Mode.OPEN, c.sendMss, nowNanos);
        deliveredBytes = 0;
        progress(false, lossFound, flightBefore, nowNanos);
        rearm(nowNanos);
    }

    private void onTailProbeTimer(long nowNanos) {
        tailProbeNanos = Deadline.NONE;
        tailProbeDue = true;
        restartTimeout(nowNanos);
        rearm(nowNanos);
    }

    private void onTimeout(long nowNanos) {
        int lost = queue.firstLost();
        boolean waiting = lost != NOTHING && lost == queue.head();
        if (waiting && queue.inFlightBytes() == 0) {
            // What has to be repeated could not leave yet: the path is at fault, not the network.
            restartTimeout(nowNanos);
            rearm(nowNanos);
            return;
        }
        if (stalledSinceNanos == Deadline.NONE) {
            stalledSinceNanos = nowNanos;
        }
        boolean exhausted = !rtt.backOff() || finSent && c.isDetached() && rtt.backoff() > MAX_FIN_BACKOFF;
        if (exhausted || nowNanos - stalledSinceNanos > c.layer.config.userTimeoutNanos()) {
            c.fail(ResetCause.TIMED_OUT);
            return;
        }
        enterLoss(nowNanos);
        restartTimeout(nowNanos);
        rearm(nowNanos);
    }

    private void enterLoss(long nowNanos) {
        long flightBytes = nxt - una - queue.sackedBytes();
        if (queue.isSacked(queue.head())) {
            queue.forgetSacks();
            sackCacheCount = 0;
        }
        for (int id = queue.head(); id != queue.tail(); id++) {
            if (id == queue.head() || !c.sack || rack.isOverdue(queue, id, rtt, c.sendMss, nowNanos)) {
                queue.markLost(id);
            }
        }
        congestion.onRetransmissionTimeout(flightBytes, recovery.mode() == Mode.OPEN, nowNanos);
        recovery.enter(Mode.LOSS, nxt, flightBytes, recovery.mode() == Mode.OPEN);
        duplicateAcks = 0;
        tailProbeDue = false;
        tailProbeOut = false;
        tailProbeNanos = Deadline.NONE;
    }

    private void onPersistTimer(long nowNanos) {
        if (!isWindowBlocked()) {
            rearm(nowNanos);
            return;
        }
        if (nowNanos - c.lastHeardNanos > c.layer.config.userTimeoutNanos()) {
            c.fail(ResetCause.TIMED_OUT);
            return;
        }
        persistBackoff++;
        smallSegmentDue = windowRoom() > 0;
        windowProbeDue = !smallSegmentDue;
        rearm(nowNanos);
    }

    private void reportInFlight() {
        long now = queue.inFlightBytes();
        if (now != reportedInFlight) {
            long delta = now - reportedInFlight;
            reportedInFlight = now;
            c.path.inFlightChanged(delta);
        }
    }

    void discard() {
        buffer.clear();
        queue.clear();
        reportInFlight();
        c.layer.timers.remove(this);
        wait = Wait.NONE;
    }

    long cwndBytes() {
        return cwnd();
    }

    long retransmits() {
        return retransmits;
    }

    int windowBytes() {
        return windowBytes;
    }
}
