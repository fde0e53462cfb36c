package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * The bandwidth-delay product as a receiver sees it: the highest rate at which bytes came within the last 5 to 10 s, times the
 * shortest round trip of that time.
 *
 * <p>Both extremes together, not what is in flight now: a queue on the way lengthens the round trip and buys nothing, and
 * a path that has become longer costs at most the difference until the old round trip is forgotten, where the present rate
 * would shrink the window, and the window the rate. Times are monotonic nanoseconds.
 */
final class ReceiverBdp {
    private static final long EPOCH_NANOS = Deadline.seconds(5);
    private static final long MIN_SAMPLE_NANOS = Deadline.millis(10);

    private long epochEndNanos = Deadline.LONG_AGO;
    private long shortestNanos = Deadline.NONE;
    private long earlierShortestNanos = Deadline.NONE;
    private double highestRate;
    private double earlierHighestRate;
    private long sampleStartNanos = Deadline.LONG_AGO;
    private long sampleBytes;

    void roundTrip(long nanos, long nowNanos) {
        advance(nowNanos);
        shortestNanos = Math.min(shortestNanos, nanos);
    }

    /** A round trip told by a clock with coarse ticks: one that is known more exactly and fits the tick still holds. */
    void coarseRoundTrip(long nanos, long tickNanos, long nowNanos) {
        long known = roundTripNanos();
        roundTrip(known < nanos && known > nanos - tickNanos ? known : nanos, nowNanos);
    }

    void arrived(long bytes, long nowNanos) {
        advance(nowNanos);
        long elapsed = nowNanos - sampleStartNanos;
        if (elapsed < Math.max(MIN_SAMPLE_NANOS, roundTripNanos())) {
            sampleBytes += bytes;
            return;
        }
        highestRate = Math.max(highestRate, (double) sampleBytes / elapsed);
        sampleStartNanos = nowNanos;
        sampleBytes = bytes;
    }

    /** 0 while a rate or a round trip is missing. */
    long bytes() {
        return (long) (Math.max(highestRate, earlierHighestRate) * roundTripNanos());
    }

    private long roundTripNanos() {
        long shortest = Math.min(shortestNanos, earlierShortestNanos);
        return shortest == Deadline.NONE ? 0 : shortest;
    }

    private void advance(long nowNanos) {
        if (nowNanos - epochEndNanos < 0) {
            return;
        }
        boolean recent = nowNanos - epochEndNanos < EPOCH_NANOS;
        epochEndNanos = nowNanos + EPOCH_NANOS;
        earlierShortestNanos = recent ? shortestNanos : Deadline.NONE;
        earlierHighestRate = recent ? highestRate : 0;
        shortestNanos = Deadline.NONE;
        highestRate = 0;
    }
}
