package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * What {@link Bbr} believes of the path: its bandwidth, its round trip without queue, and how much its acknowledgements bunch up
 * (draft-ietf-ccwg-bbr section 5.5). Bytes and nanoseconds.
 */
final class BbrModel {
    /** Every 5 s the queue is drained once, to see the path's own round trip. */
    static final long PROBE_RTT_INTERVAL = Deadline.seconds(5);

    private static final long MIN_RTT_WINDOW = Deadline.seconds(10);
    private static final int AGGREGATION_ROUNDS = 5;
    private static final int LONGER_PATH_ROUNDS = 2;
    private static final long LONGER_PATH_SLACK = Deadline.millis(5);

    /**
     * The least round trip that a window is computed from. On shorter paths the turns of event loops, not the network, decide
     * when acknowledgements come, and a window of two bare round trips would run dry between them.
     */
    private static final long SHORTEST_RTT = Deadline.millis(2);

    private final long[] bandwidths = new long[2];
    private long minRttNanos = Deadline.NONE;
    private long minRttStamp;
    private long probedRttNanos = Deadline.NONE;
    private long probedRttStamp;
    private boolean probeExpired;
    private long roundMinRtt = Deadline.NONE;
    private int longerRounds;

    private long aggregationStart = Deadline.LONG_AGO;
    private long aggregationBytes;
    private long extraNow;
    private long extraBefore;
    private int aggregationRounds;

    // --- bandwidth: the maximum of the last two cycles

    long bandwidth() {
        return Math.max(bandwidths[0], bandwidths[1]);
    }

    void sampleBandwidth(RateSample s) {
        if (!s.appLimited || s.deliveryBytesPerSecond >= bandwidth()) {
            bandwidths[1] = Math.max(bandwidths[1], s.deliveryBytesPerSecond);
        }
    }

    /** A cycle is over: what came before it is forgotten, unless nothing was seen since. */
    void advanceCycle() {
        if (bandwidths[1] != 0) {
            bandwidths[0] = bandwidths[1];
            bandwidths[1] = 0;
        }
    }

    // --- round trip

    boolean hasRtt() {
        return minRttNanos != Deadline.NONE;
    }

    /** {@link Deadline#NONE} before the first sample. */
    long minRttNanos() {
        return minRttNanos;
    }

    void sampleRtt(RateSample s) {
        noticeLongerPath(s);
        long rttNanos = s.rttNanos;
        long nowNanos = s.nowNanos;
        probeExpired = probedRttNanos != Deadline.NONE && nowNanos - probedRttStamp > PROBE_RTT_INTERVAL;
        if (rttNanos > 0 && (rttNanos < probedRttNanos || probeExpired)) {
            probedRttNanos = rttNanos;
            probedRttStamp = nowNanos;
        }
        boolean expired = minRttNanos != Deadline.NONE && nowNanos - minRttStamp > MIN_RTT_WINDOW;
        if (probedRttNanos < minRttNanos || expired) {
            minRttNanos = probedRttNanos;
            minRttStamp = probedRttStamp;
        }
    }

    /**
     * A flow that moves to a path with a longer round trip would be held to the window of the old one until the filter
     * forgets it. When for some rounds even the least round trip is far beyond what the path and our own bytes in it explain,
     * the path is another. The draft leaves path changes out.
     */
    private void noticeLongerPath(RateSample s) {
        if (s.roundStart && hasRtt() && roundMinRtt != Deadline.NONE && bandwidth() > 0) {
            long ownNanos = (long) (s.sentInFlightBytes * 1e9 / bandwidth());
            boolean unexplained = roundMinRtt > 2 * Math.max(minRttNanos, ownNanos) + LONGER_PATH_SLACK;
            longerRounds = unexplained ? longerRounds + 1 : 0;
            if (longerRounds >= LONGER_PATH_ROUNDS) {
                longerRounds = 0;
                minRttNanos = roundMinRtt;
                minRttStamp = s.nowNanos;
                probedRttNanos = roundMinRtt;
                probedRttStamp = s.nowNanos;
            }
            roundMinRtt = Deadline.NONE;
        }
        if (s.rttNanos > 0) {
            roundMinRtt = Math.min(roundMinRtt, s.rttNanos);
        }
    }

    /** The round trip was not seen without queue for {@link #PROBE_RTT_INTERVAL}. */
    boolean isProbeExpired() {
        return probeExpired;
    }

    void probeDone(long nowNanos) {
        probedRttStamp = nowNanos;
    }

    /** The bandwidth-delay product of {@code gain} times {@code bytesPerSecond}. */
    long inFlight(double gain, long bytesPerSecond) {
        if (!hasRtt()) {
            return 0;
        }
        return (long) (gain * bytesPerSecond * Math.max(minRttNanos, SHORTEST_RTT) / 1e9);
    }

    // --- aggregation: what comes beyond the bandwidth, the maximum of the last five to ten rounds

    void sampleAggregation(RateSample s, long bytesPerSecond, long cwndBytes) {
        if (s.roundStart && ++aggregationRounds >= AGGREGATION_ROUNDS) {
            aggregationRounds = 0;
            extraBefore = extraNow;
            extraNow = 0;
        }
        long expected = (long) (bytesPerSecond * ((s.nowNanos - aggregationStart) / 1e9));
        if (aggregationBytes <= expected) {
            aggregationBytes = 0;
            expected = 0;
            aggregationStart = s.nowNanos;
        }
        aggregationBytes += s.ackedBytes;
        extraNow = Math.max(extraNow, Math.min(aggregationBytes - expected, cwndBytes));
    }

    long extraAckedBytes() {
        return Math.max(extraNow, extraBefore);
    }
}
