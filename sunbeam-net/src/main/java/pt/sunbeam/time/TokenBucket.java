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
        this(Deadline.SECOND / perSecond, burst, nowNanos);
    }

    private TokenBucket(long nanosPerToken, int burst, long nowNanos) {
        this.nanosPerToken = nanosPerToken;
        burstNanos = burst * nanosPerToken;
        filledNanos = burstNanos;
        lastNanos = nowNanos;
    }

    /** A full bucket of {@code burst} tokens, into which one comes every {@code intervalNanos}. */
    public static TokenBucket every(long intervalNanos, int burst, long nowNanos) {
        return new TokenBucket(intervalNanos, burst, nowNanos);
    }

    private void fill(long nowNanos) {
        filledNanos = Math.min(burstNanos, filledNanos + (nowNanos - lastNanos));
        lastNanos = nowNanos;
    }

    /** When a token can be taken: now, or later. */
    public long nextNanos(long nowNanos) {
        fill(nowNanos);
        return nowNanos + Math.max(0, nanosPerToken - filledNanos);
    }

    /** Takes a token; false when none is there. */
    public boolean take(long nowNanos) {
        fill(nowNanos);
        if (filledNanos < nanosPerToken) {
            return false;
        }
        filledNanos -= nanosPerToken;
        return true;
    }
}
