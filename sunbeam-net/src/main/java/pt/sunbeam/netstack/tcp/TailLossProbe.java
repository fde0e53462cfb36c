package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * The tail loss probe (RFC 8985 section 7): when acknowledgements stop although something is in flight, one segment asks
 * for one before the retransmission time-out does.
 */
final class TailLossProbe {
    private static final long MAX_ACK_DELAY = Deadline.millis(200);
    private static final long SLACK = Deadline.millis(2);

    private long deadlineNanos = Deadline.NONE;
    private boolean due;
    private boolean out;
    private boolean resent;
    private int end;

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** True when the probe may leave, whatever the congestion window says. */
    boolean isDue() {
        return due;
    }

    /** True when a probe is on its way. */
    boolean isOut() {
        return out;
    }

    /** Arms the probe (RFC 8985 section 7.2): two round trips, and a delayed acknowledgement when one segment is alone. */
    void schedule(RttEstimator rtt, boolean single, long nowNanos) {
        long patience = rtt.hasSample() ? 2 * rtt.srttNanos() : Deadline.SECOND;
        deadlineNanos = nowNanos + patience + (single ? MAX_ACK_DELAY : SLACK);
    }

    void unschedule() {
        deadlineNanos = Deadline.NONE;
    }

    void onTimer() {
        deadlineNanos = Deadline.NONE;
        due = true;
    }

    /** Nothing can be probed with. */
    void notSent() {
        due = false;
    }

    void repeatsSegment() {
        resent = true;
    }

    void sent(int sndNxt) {
        due = false;
        out = true;
        end = sndNxt;
    }

    void cancel() {
        due = false;
        out = false;
        resent = false;
        deadlineNanos = Deadline.NONE;
    }

    /**
     * Takes an acknowledgement (RFC 8985 section 7.4.2); true when the probe has repaired a loss that nothing else reports: it
     * repeated a segment, and more was acknowledged without a word that the segment came twice.
     *
     * @param duplicateReported whether the acknowledgement reports a duplicate (RFC 2883)
     * @param bareDuplicate whether it acknowledges nothing new and carries no SACK block
     */
    boolean repairedLoss(int ack, boolean duplicateReported, boolean bareDuplicate) {
        if (!out || Seq.before(ack, end)) {
            return false;
        }
        boolean repaired = resent && !duplicateReported && Seq.after(ack, end);
        if (!resent || duplicateReported || repaired || bareDuplicate) {
            out = false;
            resent = false;
        }
        return repaired;
    }
}
