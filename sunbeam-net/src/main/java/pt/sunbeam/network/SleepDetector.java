package pt.sunbeam.network;

/**
 * Tells from two clocks that the machine slept. The monotonic clock of Linux and macOS stands still in suspend, so the other
 * one, which goes on, runs ahead of it. Where the monotonic clock goes on too, or the process alone was stopped, the tick
 * comes late by the time that is missing. With a wall clock as the other one, a step forward above the threshold looks
 * like sleep: a false alarm costs a rebind. A step back never does. Sans-IO.
 */
final class SleepDetector {
    private final long thresholdNanos;
    private final long tickNanos;
    private boolean started;
    private long lastMonotonicNanos;
    private long lastOtherNanos;

    /**
     * @param thresholdNanos sleep up to this long passes unnoticed; above every step that a time service makes
     * @param tickNanos the longest time between two ticks while the machine is awake
     */
    SleepDetector(long thresholdNanos, long tickNanos) {
        this.thresholdNanos = thresholdNanos;
        this.tickNanos = tickNanos;
    }

    /**
     * Compares with the tick before.
     *
     * @param monotonicNanos the clock that may stand still in sleep
     * @param otherNanos the clock that does not: CLOCK_BOOTTIME, or the wall clock
     * @return how long the machine slept since then, in nanoseconds above the threshold, or 0 when it did not
     */
    long onTick(long monotonicNanos, long otherNanos) {
        long passedNanos = monotonicNanos - lastMonotonicNanos;
        long aheadNanos = otherNanos - lastOtherNanos - passedNanos;
        boolean first = !started;
        started = true;
        lastMonotonicNanos = monotonicNanos;
        lastOtherNanos = otherNanos;
        if (first) {
            return 0;
        }
        long sleptNanos = Math.max(aheadNanos, passedNanos - tickNanos);
        return sleptNanos > thresholdNanos ? sleptNanos : 0;
    }
}
