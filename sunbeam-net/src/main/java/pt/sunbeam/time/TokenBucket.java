package pt.sunbeam.time;

/** A rate limit: tokens come in at a steady rate up to a burst, each admitted event takes one. */
public final class TokenBucket {
    private final long nanosPerToken;
    private final long burstNanos;
    private long filledNanos;
    private long lastNanos;

    /**
     * A full bucket.
     *
     * @param perSecond how many tokens come in, at least 1
     * @param burst how many it holds, at least 1
     */
    public TokenBucket(int perSecond, int burst, long nowNanos) {
        nanosPerToken = Deadline.SECOND / perSecond;
        burstNanos = burst * nanosPerToken;
        filledNanos = burstNanos;
        lastNanos = nowNanos;
    }

    /** Takes a token; false when none is there. */
    public boolean take(long nowNanos) {
        filledNanos = Math.min(burstNanos, filledNanos + (nowNanos - lastNanos));
        lastNanos = nowNanos;
        if (filledNanos < nanosPerToken) {
            return false;
        }
        filledNanos -= nanosPerToken;
        return true;
    }
}
