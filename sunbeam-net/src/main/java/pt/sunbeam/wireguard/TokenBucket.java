package pt.sunbeam.wireguard;

import pt.sunbeam.time.Deadline;

/** A rate limit: tokens come in at a steady rate up to a burst, each admitted event takes one. */
final class TokenBucket {
    private final long nanosPerToken;
    private final long burstNanos;
    private long filledNanos;
    private long lastNanos;

    /** A full bucket. */
    TokenBucket(int perSecond, int burst, long nowNanos) {
        nanosPerToken = Deadline.SECOND / perSecond;
        burstNanos = burst * nanosPerToken;
        filledNanos = burstNanos;
        lastNanos = nowNanos;
    }

    boolean take(long nowNanos) {
        filledNanos = Math.min(burstNanos, filledNanos + (nowNanos - lastNanos));
        lastNanos = nowNanos;
        if (filledNanos < nanosPerToken) {
            return false;
        }
        filledNanos -= nanosPerToken;
        return true;
    }
}
