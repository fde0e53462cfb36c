package pt.sunbeam.netstack.tcp;

import pt.sunbeam.netstack.tcp.Recovery.Mode;
import pt.sunbeam.time.Deadline;

/**
 * What an acknowledgement does to the sending half, in the order that matters: SACK blocks, cumulative part, round trip,
 * window, tail loss probe, proof that an episode was spurious, loss detection, congestion window, timers.
 *
 * <p>Loss is found by {@link Rack} (RFC 8985), for peers without SACK by duplicate acknowledgements (RFC 6582).
 */
final class AckProcessing {
    private static final int DUP_THRESHOLD = 3;
    private static final int MAX_ECHO_MILLIS = 60_000;
    private static final long NO_SAMPLE = Long.MIN_VALUE;

    private final TcpConnection c;
    private final Sender s;
    private final SackBlocks sacks = new SackBlocks();
    private long newestDeliveredSentNanos;
    private boolean originalDelivered;

    AckProcessing(TcpConnection c, Sender s) {
        this.c = c;
        this.s = s;
    }

    /** Processes the acknowledgement of an acceptable segment; {@code window} is its window in bytes. */
    void onAck(Segment a, int window, long arrivalNanos, long nowNanos) {
        long flightBefore = s.outstandingBytes();
        boolean advanced = Seq.after(a.ack, s.una);
        boolean isDuplicate = !advanced && isDuplicate(a, window);
        s.rate.begin(arrivalNanos, s.queue.inFlightBytes());
        s.rack.beginAck();
        newestDeliveredSentNanos = NO_SAMPLE;
        originalDelivered = false;
        boolean duplicateReport = c.sack && readSacks(a, arrivalNanos);
        if (advanced) {
            advance(a, arrivalNanos);
        }
        // What reports a duplicate answers that one: the acknowledgements of the rest were lost, and their age is no
        // round trip.
        if (!duplicateReport) {
            sampleRtt(a, advanced, arrivalNanos);
        }
        s.offer.offered(a, window);
        if (s.queue.isEmpty()) {
            s.timer.nothingOutstanding();
        }
        boolean bareDuplicate = isDuplicate && a.sackCount == 0;
        tailProbeAnswered(s.probe.repairedLoss(a.ack, duplicateReport, bareDuplicate), nowNanos);
        undoIfSpurious(a, advanced, duplicateReport, nowNanos);
        boolean lossFound = detectLoss(advanced, isDuplicate, arrivalNanos);
        progress(advanced, lossFound, flightBefore, nowNanos);
        if (advanced || window > 0) {
            s.timer.persistAnswered();
        }
        if (advanced || s.queue.sackedBytes() > 0) {
            s.scheduleTailProbe(nowNanos);
        }
        s.timer.rearm(nowNanos);
    }

    /** RFC 5681 section 2. */
    private boolean isDuplicate(Segment a, int window) {
        return a.ack == s.una
                && a.dataLength == 0
                && !a.has(TcpFlags.FIN)
                && window == s.offer.bytes()
                && !s.queue.isEmpty();
    }

    private boolean readSacks(Segment a, long arrivalNanos) {
        if (a.sackCount == 0) {
            return false;
        }
        boolean duplicateReport = SackBlocks.reportsDuplicate(a, s.una, s.offer.maxBytes());
        sacks.mark(a, duplicateReport ? 1 : 0, s, this, arrivalNanos);
        if (duplicateReport) {
            s.rack.onDuplicateReport(s.una, s.nxt);
        }
        return duplicateReport;
    }

    private void advance(Segment a, long arrivalNanos) {
        TransmitQueue q = s.queue;
        while (!q.isEmpty() && !Seq.after(q.end(q.head()), a.ack)) {
            int id = q.head();
            if (!q.isSacked(id)) {
                recordDelivered(id, a, arrivalNanos);
            }
            q.removeHead();
        }
        if (!q.isEmpty() && Seq.after(a.ack, q.start(q.head()))) {
            if (!q.isSacked(q.head())) {
                s.rate.onPartlyDelivered(a.ack - q.start(q.head()), arrivalNanos);
            }
            q.trimHead(a.ack);
        }
        s.acknowledged(a.ack);
        s.rtt.resetBackoff();
        c.mtu.advanced();
        s.timer.advanced(q.isEmpty(), arrivalNanos);
        s.window.advanced();
    }

    /** The record has reached the peer, in order or not. */
    void recordDelivered(int id, Segment a, long arrivalNanos) {
        TransmitQueue q = s.queue;
        s.rate.onDelivered(q, id, arrivalNanos);
        c.mtu.delivered(s.dataLength(id));
        long rttNanos = arrivalNanos - q.sentNanos(id);
        boolean resent = q.wasResent(id);
        // RFC 7323 section 4.3: the echo belongs to the segment that moved the acknowledgement, and says nothing of one
        // beyond a hole.
        boolean olderEcho = Seq.after(a.ack, q.start(id))
                && c.timestamps
                && a.timestamps
                && Seq.before(a.tsEcr, c.tsClock(q.sentNanos(id)));
        boolean ambiguous = resent && (olderEcho || rttNanos < s.rtt.minNanos());
        if (!resent) {
            originalDelivered |= !Seq.after(q.end(id), s.recovery.point());
            newestDeliveredSentNanos = Math.max(newestDeliveredSentNanos, q.sentNanos(id));
        }
        s.rack.delivered(q, id, rttNanos, ambiguous);
    }

    /** From the newest delivered segment that was sent once (Karn), otherwise from the echoed timestamp (RFC 7323). */
    private void sampleRtt(Segment a, boolean advanced, long arrivalNanos) {
        if (newestDeliveredSentNanos != NO_SAMPLE) {
            s.rtt.sample(arrivalNanos - newestDeliveredSentNanos, arrivalNanos);
            s.rate.sample.rttNanos = s.rtt.latestNanos();
        } else if (advanced && c.timestamps && a.timestamps && a.tsEcr != 0) {
            int millis = c.tsClock(arrivalNanos) - a.tsEcr;
            if (millis >= 0 && millis < MAX_ECHO_MILLIS) {
                s.rtt.sample(Deadline.millis(Math.max(1, millis)), arrivalNanos);
            }
        }
    }

    private void tailProbeAnswered(boolean repairedLoss, long nowNanos) {
        if (repairedLoss && s.recovery.mode() == Mode.OPEN && s.queue.sackedBytes() == 0) {
            s.window.onRepairedTail(nowNanos);
        }
    }

    // --- loss

    private void undoIfSpurious(Segment a, boolean advanced, boolean duplicateReport, long nowNanos) {
        boolean reported = duplicateReport && s.recovery.duplicateReported(s.una);
        boolean older = advanced && c.timestamps && a.timestamps && s.recovery.provesSpurious(a.tsEcr);
        if (!reported && !older && !isForwardProof()) {
            return;
        }
        s.window.undo(nowNanos);
        c.mtu.timeoutsWereSpurious();
        s.queue.unmarkLost();
        s.rtt.resetBackoff();
        if (!s.queue.isEmpty()) {
            s.timer.restartTimeout(nowNanos);
        }
    }

    /**
     * F-RTO (RFC 5682 section 3, with SACK): after a time-out, something that was sent only before it has arrived. Where there are
     * timestamps they know better.
     */
    private boolean isForwardProof() {
        return originalDelivered && c.sack && !c.timestamps && s.recovery.mode() == Mode.LOSS;
    }

    private boolean detectLoss(boolean advanced, boolean isDuplicate, long arrivalNanos) {
        if (s.queue.isEmpty()) {
            return false;
        }
        if (c.sack) {
            return s.rack.detect(s, s.recovery.mode() != Mode.OPEN, c.sendMss, arrivalNanos);
        }
        if (isDuplicate) {
            s.window.duplicateAck();
        }
        Mode mode = s.recovery.mode();
        boolean partial = advanced && mode == Mode.RECOVERY && Seq.before(s.una, s.recovery.point());
        boolean third = mode == Mode.OPEN && s.window.duplicateAcks() >= DUP_THRESHOLD;
        if (partial || third) {
            s.markLost(s.queue.head(), arrivalNanos);
        }
        return partial || third;
    }

    private void progress(boolean advanced, boolean lossFound, long flightBefore, long nowNanos) {
        if (s.recovery.mode() != Mode.OPEN && advanced && !Seq.before(s.una, s.recovery.point())) {
            s.window.leave(s.nxt, nowNanos);
            c.mtu.episodeOver();
            s.rack.onRecoveryEnd();
        }
        if (lossFound && s.recovery.mode() == Mode.OPEN) {
            s.window.enterRecovery(s.nxt, flightBefore, nowNanos);
            s.probe.unschedule();
        }
        s.window.onDelivered(s.rate.end(s.rtt, s.queue.inFlightBytes()), advanced && !lossFound);
        s.pacer.setRate(s.window.pacingBytesPerSecond(), c.sendMss);
        if (advanced) {
            s.window.endRound(s.una, s.nxt);
        }
    }

    /** The reorder timer: what was only late until now is lost (RFC 8985 section 6.2, step 5). */
    void onReorderTimer(long nowNanos) {
        long flightBefore = s.outstandingBytes();
        s.rate.begin(nowNanos, s.queue.inFlightBytes());
        boolean lossFound = s.rack.detect(s, s.recovery.mode() != Mode.OPEN, c.sendMss, nowNanos);
        progress(false, lossFound, flightBefore, nowNanos);
        s.timer.rearm(nowNanos);
    }

    /** The retransmission time-out: the first segment is lost, and of the rest what is overdue (RFC 8985 section 6.3). */
    void enterLoss(long nowNanos) {
        TransmitQueue q = s.queue;
        long flightBytes = s.outstandingBytes();
        if (q.isSacked(q.head())) {
            q.forgetSacks();
            sacks.forget();
        }
        for (int id = q.head(); id != q.tail(); id++) {
            if (id == q.head() || !c.sack || s.rack.isOverdue(q, id, s.rtt, c.sendMss, nowNanos)) {
                s.markLost(id, nowNanos);
            }
        }
        s.window.enterLoss(s.nxt, flightBytes, nowNanos);
        s.probe.cancel();
    }
}
