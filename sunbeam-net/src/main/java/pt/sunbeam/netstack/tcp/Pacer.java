package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * Spreads the segments of one connection over time (draft-ietf-ccwg-bbr section 4.6.2): what is sent runs ahead of the rate by
 * one burst, then the gate closes until the rate has caught up. A burst is what the rate carries in a millisecond, as
 * timers are not much finer; below about 10 Mbit/s it is a single segment. A late turn makes up for at most two bursts.
 */
final class Pacer {
    private static final long BURST_NANOS = Deadline.MILLI;
    private static final long MAX_BURST_BYTES = 256 << 10;
    private static final int CATCH_UP_BURSTS = 2;

    private long bytesPerSecond;
    private long burstNanos;
    private long caughtUpNanos = Deadline.LONG_AGO;
    private long releaseNanos = Deadline.LONG_AGO;

    /** The rate from now on; 0 for none. */
    void setRate(long rate, int mssBytes) {
        if (rate != bytesPerSecond) {
            bytesPerSecond = rate;
            long burst = Math.clamp(rate / (Deadline.SECOND / BURST_NANOS), mssBytes, MAX_BURST_BYTES);
            burstNanos = rate == 0 ? 0 : nanosFor(burst);
        }
    }

    long bytesPerSecond() {
        return bytesPerSecond;
    }

    private long nanosFor(long bytes) {
        return (long) (bytes * 1e9 / bytesPerSecond);
    }

    /** Up to when the rate accounts for what has left, the part of a late turn that is not made up for left out. */
    private long aheadSinceNanos(long nowNanos) {
        return Math.max(caughtUpNanos, nowNanos - CATCH_UP_BURSTS * burstNanos);
    }

    boolean isOpen(long nowNanos) {
        return bytesPerSecond == 0 || nowNanos - releaseNanos >= 0;
    }

    /** When the gate opens; past when it is open. */
    long releaseNanos() {
        return releaseNanos;
    }

    /**
     * How many segments of {@code bytes}, at most {@code most}, pass before the gate closes, if {@link #onSent} follows each;
     * at least one, as the gate is open.
     */
    int segmentsUntilClosed(int bytes, int most, long nowNanos) {
        if (bytesPerSecond == 0) {
            return most;
        }
        long each = Math.max(1, nanosFor(bytes));
        long ahead = aheadSinceNanos(nowNanos) - nowNanos;
        return Math.clamp((burstNanos - ahead + each - 1) / each, 1, most);
    }

    /** {@code segments} of {@code bytes} each have left, all now. */
    void onSent(int bytes, int segments, long nowNanos) {
        if (bytesPerSecond == 0) {
            return;
        }
        caughtUpNanos = aheadSinceNanos(nowNanos) + segments * nanosFor(bytes);
        if (caughtUpNanos - nowNanos >= burstNanos) {
            releaseNanos = caughtUpNanos;
        }
    }
}
