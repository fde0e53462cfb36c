package pt.sunbeam.path;

import pt.sunbeam.time.Deadline;

/**
 * When a peer without a trusted path is looked for: at once, after one and two seconds, then every five seconds, and every
 * fifteen once that has failed for half a minute. In the slow part, candidates that once answered are still tried every five
 * seconds, so that a path which heals is soon found.
 */
final class Rounds {
    private static final int EARLY_ROUNDS = 3;

    private long sinceNanos = Deadline.NONE;
    private long lastFullNanos = Deadline.LONG_AGO;
    private long dueNanos = Deadline.NONE;
    private int count;

    boolean running() {
        return sinceNanos != Deadline.NONE;
    }

    /** When the next round is due; {@link Deadline#NONE} while none is. */
    long dueNanos() {
        return dueNanos;
    }

    /** When the last full round was, {@link Deadline#LONG_AGO} when none was. */
    long lastFullNanos() {
        return lastFullNanos;
    }

    /** Begins; soon after an earlier round it goes on in the later, slower pace. */
    void begin(long nowNanos) {
        sinceNanos = nowNanos;
        boolean anew = nowNanos - lastFullNanos >= PathTiming.ROUND_GAP_NANOS;
        count = anew ? 0 : EARLY_ROUNDS;
        dueNanos = anew ? nowNanos : lastFullNanos + PathTiming.ROUND_GAP_NANOS;
    }

    /** Begins anew since something changed, a second after the last round at the earliest. */
    void restart(long nowNanos) {
        sinceNanos = nowNanos;
        count = 0;
        dueNanos = Math.max(nowNanos, lastFullNanos + PathTiming.EARLY_ROUND_GAP_NANOS);
    }

    void stop() {
        sinceNanos = Deadline.NONE;
        dueNanos = Deadline.NONE;
    }

    /** Forgets also when the last round was. */
    void forget() {
        stop();
        lastFullNanos = Deadline.LONG_AGO;
    }

    /** Whether the round that is due goes to all candidates, or only to those that once answered. */
    boolean isFull(long nowNanos) {
        return !isSlow(nowNanos) || nowNanos - lastFullNanos >= PathTiming.SLOW_ROUND_GAP_NANOS;
    }

    /**
     * A round was made.
     *
     * @param answeredBefore whether some candidate once answered
     */
    void made(boolean full, boolean answeredBefore, long nowNanos) {
        if (full) {
            lastFullNanos = nowNanos;
            count++;
        }
        if (running()) {
            dueNanos = nextNanos(answeredBefore, nowNanos);
        }
    }

    private long nextNanos(boolean answeredBefore, long nowNanos) {
        if (count < EARLY_ROUNDS) {
            return nowNanos + PathTiming.EARLY_ROUND_GAP_NANOS;
        }
        boolean nobodyToTryBetween = isSlow(nowNanos) && !answeredBefore;
        return nobodyToTryBetween
                ? lastFullNanos + PathTiming.SLOW_ROUND_GAP_NANOS
                : nowNanos + PathTiming.ROUND_GAP_NANOS;
    }

    private boolean isSlow(long nowNanos) {
        return running() && nowNanos - sinceNanos >= PathTiming.ROUNDS_SLOW_AFTER_NANOS;
    }
}
