package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * HyStart++ (RFC 9406): ends slow start when the round trip grows, before the queue overflows. A growing round trip leads to
 * conservative slow start, at a quarter of the speed; when it shrinks again, that was a mistake; after five rounds slow
 * start is over.
 */
final class HyStart {
    private static final long MIN_RTT_THRESH = Deadline.millis(4);
    private static final long MAX_RTT_THRESH = Deadline.millis(16);
    private static final int MIN_RTT_DIVISOR = 8;
    private static final int N_RTT_SAMPLE = 8;
    private static final int CSS_GROWTH_DIVISOR = 4;
    private static final int CSS_ROUNDS = 5;

    private long lastRoundMinRtt = Deadline.NONE;
    private long currentRoundMinRtt = Deadline.NONE;
    private long cssBaselineMinRtt = Deadline.NONE;
    private int samples;
    private boolean conservative;
    private int cssRounds;

    /** 1, or {@link #CSS_GROWTH_DIVISOR} in conservative slow start. */
    int growthDivisor() {
        return conservative ? CSS_GROWTH_DIVISOR : 1;
    }

    /** Takes an acknowledgement during slow start; true when slow start has to end. */
    boolean onAck(RateSample s) {
        if (s.roundStart) {
            lastRoundMinRtt = currentRoundMinRtt;
            currentRoundMinRtt = Deadline.NONE;
            samples = 0;
            if (conservative && ++cssRounds >= CSS_ROUNDS) {
                return true;
            }
        }
        if (s.rttNanos == 0) {
            return false;
        }
        currentRoundMinRtt = Math.min(currentRoundMinRtt, s.rttNanos);
        samples++;
        if (samples >= N_RTT_SAMPLE && lastRoundMinRtt != Deadline.NONE) {
            judge();
        }
        return false;
    }

    private void judge() {
        if (conservative) {
            conservative = currentRoundMinRtt >= cssBaselineMinRtt;
            return;
        }
        long threshold = Math.clamp(lastRoundMinRtt / MIN_RTT_DIVISOR, MIN_RTT_THRESH, MAX_RTT_THRESH);
        if (currentRoundMinRtt >= lastRoundMinRtt + threshold) {
            cssBaselineMinRtt = currentRoundMinRtt;
            conservative = true;
            cssRounds = 0;
        }
    }
}
