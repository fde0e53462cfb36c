package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * Smoothed round-trip time and the retransmission time-out (RFC 6298).
 *
 * <p>RTO = SRTT + max(200 ms, 4 RTTVAR), 1 s without a sample, at most 60 s. The 200 ms stand on top of the round trip, so
 * that a delay spike of a relay on a long path does not look like a loss. RTTVAR takes the largest deviation of a round, as
 * many samples a round would otherwise shrink it (RFC 7323 appendix G names the problem).
 */
final class RttEstimator {
    private static final long INITIAL_RTO = Deadline.SECOND;
    private static final long MIN_VARIANCE = Deadline.millis(200);
    private static final long MAX_RTO = Deadline.seconds(60);
    private static final long MIN_RTT_WINDOW = Deadline.seconds(10);
    private static final int MAX_BACKOFF = 15;

    private long srttNanos;
    private long rttvarNanos;
    private long roundDeviationNanos;
    private long roundEndNanos;
    private long latestNanos;
    private long latestStampNanos = Deadline.LONG_AGO;
    private long minNanos = Deadline.NONE;
    private long minStampNanos;
    private long initialRtoNanos = INITIAL_RTO;
    private int backoff;

    void sample(long rtt, long nowNanos) {
        long rttNanos = Math.max(rtt, 1000);
        latestNanos = rttNanos;
        latestStampNanos = nowNanos;
        if (rttNanos <= minNanos || nowNanos - minStampNanos > MIN_RTT_WINDOW) {
            minNanos = rttNanos;
            minStampNanos = nowNanos;
        }
        if (srttNanos == 0) {
            srttNanos = rttNanos;
            rttvarNanos = rttNanos / 2;
            roundEndNanos = nowNanos + rttNanos;
            return;
        }
        long deviation = Math.abs(srttNanos - rttNanos);
        srttNanos += (rttNanos - srttNanos) / 8;
        roundDeviationNanos = Math.max(roundDeviationNanos, deviation);
        if (roundDeviationNanos > rttvarNanos) {
            rttvarNanos += (roundDeviationNanos - rttvarNanos) / 4;
        }
        // A round that began when the round trip was much longer, as behind a relay that held everything, ends sooner.
        roundEndNanos = Math.min(roundEndNanos, nowNanos + srttNanos);
        if (nowNanos - roundEndNanos >= 0) {
            rttvarNanos += (roundDeviationNanos - rttvarNanos) / 4;
            roundDeviationNanos = 0;
            roundEndNanos = nowNanos + srttNanos;
        }
    }

    boolean hasSample() {
        return srttNanos != 0;
    }

    /** 0 without a sample. */
    long srttNanos() {
        return srttNanos;
    }

    long latestNanos() {
        return latestNanos;
    }

    /** When the latest sample was taken. */
    long latestStampNanos() {
        return latestStampNanos;
    }

    /** The least sample of about ten seconds; 0 without a sample. */
    long minNanos() {
        return minNanos == Deadline.NONE ? 0 : minNanos;
    }

    long rtoNanos() {
        long base = hasSample() ? srttNanos + Math.max(MIN_VARIANCE, 4 * rttvarNanos) : initialRtoNanos;
        return Math.min(base << Math.min(backoff, 9), MAX_RTO);
    }

    /** RFC 6298 section 5.7: the SYN was retransmitted, so the first data waits 3 s. */
    void synWasRetransmitted() {
        initialRtoNanos = 3 * INITIAL_RTO;
    }

    /** The timer expired: the next time-out is twice as long. False when it expired too often to go on. */
    boolean backOff() {
        return ++backoff <= MAX_BACKOFF;
    }

    void resetBackoff() {
        backoff = 0;
    }

    int backoff() {
        return backoff;
    }
}
