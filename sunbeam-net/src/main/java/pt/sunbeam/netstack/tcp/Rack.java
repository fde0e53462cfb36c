package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * Time-based loss detection (RACK, RFC 8985 section 6): a segment is lost when one sent sufficiently later was delivered.
 *
 * <p>All times of delivery are arrival times at the socket, not times of processing.
 */
final class Rack {
    private static final int PERSIST_ROUNDS = 16;
    private static final int DUP_THRESHOLD_SEGMENTS = 3;

    private long sentNanos;
    private int endSeq;
    private boolean valid;
    private long rttNanos;
    private int highestDelivered;
    private int highestBefore;
    private boolean reorderingSeen;
    private int multiplier = 1;
    private int persist;
    private int roundEnd;
    private boolean inRound;
    private long reorderDeadlineNanos = Deadline.NONE;

    void begin(int iss) {
        highestDelivered = iss;
        highestBefore = iss;
    }

    /** An acknowledgement begins. Its blocks come in any order, so only what earlier ones reported proves reordering. */
    void beginAck() {
        highestBefore = highestDelivered;
    }

    /** A record was delivered, cumulatively or selectively. */
    void delivered(TransmitQueue q, int id, long rtt, boolean ambiguous) {
        if (!ambiguous && (!valid || sentAfter(q.sentNanos(id), q.end(id), sentNanos, endSeq))) {
            valid = true;
            sentNanos = q.sentNanos(id);
            endSeq = q.end(id);
            rttNanos = rtt;
        }
        if (Seq.after(q.end(id), highestDelivered)) {
            highestDelivered = q.end(id);
        }
        if (Seq.before(q.end(id), highestBefore) && !q.wasResent(id)) {
            reorderingSeen = true;
        }
    }

    private static boolean sentAfter(long aNanos, int aEnd, long bNanos, int bEnd) {
        return aNanos > bNanos || aNanos == bNanos && Seq.after(aEnd, bEnd);
    }

    /** A duplicate was reported: something was resent too early. Widens the window once a round. */
    void onDuplicateReport(int una, int nxt) {
        if (inRound && Seq.after(una, roundEnd)) {
            inRound = false;
        }
        if (!inRound) {
            inRound = true;
            roundEnd = nxt;
            multiplier++;
            persist = PERSIST_ROUNDS;
        }
    }

    void onRecoveryEnd() {
        if (persist > 0 && --persist == 0) {
            multiplier = 1;
        }
    }

    /** Marks what is lost at {@code nowNanos}; returns true when anything was. Sets the deadline for the rest. */
    boolean detect(Sender s, boolean recovering, int mss, long nowNanos) {
        TransmitQueue q = s.queue;
        reorderDeadlineNanos = Deadline.NONE;
        if (!valid) {
            return false;
        }
        long patience = rttNanos + reorderWindow(q, s.rtt, recovering, mss);
        boolean found = false;
        for (int id = q.oldestInFlight(); id != -1; ) {
            int next = q.nextNewer(id);
            if (!sentAfter(sentNanos, endSeq, q.sentNanos(id), q.end(id))) {
                break;
            }
            long due = q.sentNanos(id) + patience;
            if (due <= nowNanos) {
                s.markLost(id, nowNanos);
                found = true;
            } else {
                reorderDeadlineNanos =
                        reorderDeadlineNanos == Deadline.NONE ? due : Math.max(reorderDeadlineNanos, due);
            }
            id = next;
        }
        return found;
    }

    private long reorderWindow(TransmitQueue q, RttEstimator rtt, boolean recovering, int mss) {
        if (!reorderingSeen && (recovering || q.sackedBytes() >= (long) DUP_THRESHOLD_SEGMENTS * mss)) {
            return 0;
        }
        return Math.min(multiplier * rtt.minNanos() / 4, rtt.srttNanos());
    }

    /** Whether a time-out may take the record for lost (RFC 8985 section 6.3). */
    boolean isOverdue(TransmitQueue q, int id, RttEstimator rtt, int mss, long nowNanos) {
        return q.sentNanos(id) + rttNanos + reorderWindow(q, rtt, false, mss) <= nowNanos;
    }

    /** When to look again, or none. */
    long reorderDeadlineNanos() {
        return reorderDeadlineNanos;
    }
}
