package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/** A token bucket: {@code perSecond} events a second, as many at once. */
public final class RateLimit {
    private final long intervalNanos;
    private final long depthNanos;
    private long emptyAtNanos;
    private boolean used;

    public RateLimit(int perSecond) {
        intervalNanos = Deadline.SECOND / perSecond;
        depthNanos = Deadline.SECOND - intervalNanos;
    }

    /** Takes one token; false when there is none. */
    public boolean tryTake(long nowNanos) {
        long start = used ? Math.max(emptyAtNanos, nowNanos - depthNanos) : nowNanos - depthNanos;
        if (start > nowNanos) {
            return false;
        }
        used = true;
        emptyAtNanos = start + intervalNanos;
        return true;
    }
}
