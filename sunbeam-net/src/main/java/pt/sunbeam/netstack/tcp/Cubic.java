package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * CUBIC (RFC 9438) with an initial window of ten segments (RFC 6928), byte-counted slow start (RFC 3465) that ends by
 * {@link HyStart}, and pacing at a little more than the window a round trip.
 *
 * <p>Windows are kept in bytes as {@code double}: a stretch acknowledgement or a tiny gain loses nothing, and nothing
 * overflows. An acknowledgement never lowers the window.
 */
final class Cubic implements CongestionController {
    private static final double C = 0.4;
    private static final double BETA = 0.7;
    private static final double RENO_ALPHA = 3 * (1 - BETA) / (1 + BETA);
    private static final int SLOW_START_LIMIT_SEGMENTS = 8;
    private static final double PACING_GAIN_SLOW_START = 2;
    private static final double PACING_GAIN = 1.2;
    private static final double MAX_WINDOW = 1 << 30;
    private static final int MAX_SRTT_PER_RTT = 4;
    private static final long MAX_PACING_RTT = Deadline.SECOND;

    private final int mss;
    private double cwnd;
    private double ssthresh = MAX_WINDOW;
    private double wMax;
    private double wEst;
    private double k;
    private long epochNanos;
    private boolean epochOpen;
    private long lastAckNanos;
    private double priorCwnd;
    private double priorSsthresh;
    private double priorWMax;
    private long pacingRate;
    private final HyStart hyStart = new HyStart();

    Cubic(int mss) {
        this.mss = mss;
        cwnd = Math.min(10L * mss, Math.max(2L * mss, 14600));
    }

    @Override
    public long cwndBytes() {
        return (long) cwnd;
    }

    @Override
    public long ssthreshBytes() {
        return (long) ssthresh;
    }

    @Override
    public long pacingBytesPerSecond() {
        return pacingRate;
    }

    @Override
    public boolean windowHoldsInRecovery() {
        return false;
    }

    @Override
    public void onAck(RateSample s) {
        boolean slowStart = cwnd < ssthresh;
        if (slowStart && hyStart.onAck(s)) {
            ssthresh = cwnd;
        }
        if (!s.windowLimited) {
            // RFC 9438 section 4.2: time in which the window was not the limit does not count.
            epochNanos += s.nowNanos - lastAckNanos;
        } else if (slowStart) {
            long most = (long) SLOW_START_LIMIT_SEGMENTS * mss;
            cwnd = Math.min(cwnd + (double) Math.min(s.ackedBytes, most) / hyStart.growthDivisor(), MAX_WINDOW);
        } else {
            avoidCongestion(s.ackedBytes, s.srttNanos, s.nowNanos);
        }
        lastAckNanos = s.nowNanos;
        double gain = cwnd < ssthresh ? PACING_GAIN_SLOW_START : PACING_GAIN;
        pacingRate = s.srttNanos == 0 ? 0 : (long) (gain * cwnd * 1e9 / pacingRtt(s));
    }

    /**
     * The round trip over which a window is spread. After a relay has held everything for a minute the smoothed one is far
     * beyond the newest, and would only come down with acknowledgements of segments that it holds back itself.
     */
    private static long pacingRtt(RateSample s) {
        long most = s.rttNanos == 0 ? MAX_PACING_RTT : Math.min(MAX_PACING_RTT, MAX_SRTT_PER_RTT * s.rttNanos);
        return Math.min(s.srttNanos, most);
    }

    @Override
    public void onSegmentLost(
            int bytes, long sentInFlightBytes, long lostSinceBytes, boolean appLimited, long nowNanos) {
        // An episode counts once, however much is lost in it.
    }

    private void avoidCongestion(long ackedBytes, long srttNanos, long nowNanos) {
        if (!epochOpen) {
            openEpoch(nowNanos);
        }
        double seconds = (nowNanos - epochNanos) / 1e9;
        double now = cubic(seconds);
        double target = Math.clamp(cubic(seconds + srttNanos / 1e9), cwnd, 1.5 * cwnd);
        wEst += (wEst < wMax ? RENO_ALPHA : 1) * mss * (ackedBytes / cwnd);
        double grown = now < wEst ? wEst : cwnd + (target - cwnd) * (ackedBytes / cwnd);
        cwnd = Math.clamp(grown, cwnd, MAX_WINDOW);
    }

    private void openEpoch(long nowNanos) {
        epochOpen = true;
        epochNanos = nowNanos;
        wEst = cwnd;
        if (wMax <= cwnd) {
            wMax = cwnd;
            k = 0;
        } else {
            k = Math.cbrt((wMax - cwnd) / mss / C);
        }
    }

    private double cubic(double seconds) {
        double t = seconds - k;
        return C * t * t * t * mss + wMax;
    }

    @Override
    public void onLoss(long inFlightBytes, long nowNanos) {
        remember();
        reduce(inFlightBytes);
        cwnd = ssthresh;
    }

    @Override
    public void onRetransmissionTimeout(
            long inFlightBytes, long remainingBytes, boolean firstOfEpisode, long nowNanos) {
        if (firstOfEpisode) {
            remember();
            reduce(inFlightBytes);
        }
        cwnd = mss;
    }

    private void reduce(long inFlightBytes) {
        wMax = cwnd < wMax ? cwnd * (1 + BETA) / 2 : cwnd;
        // RFC 9438 section 4.6 allows the window instead of the flight where the window is what limits the sender.
        double used = inFlightBytes * 2.0 < cwnd ? cwnd / 2 : cwnd;
        ssthresh = Math.max(used * BETA, 2.0 * mss);
        epochOpen = false;
    }

    private void remember() {
        priorCwnd = cwnd;
        priorSsthresh = ssthresh;
        priorWMax = wMax;
    }

    @Override
    public void onRecovered(long nowNanos) {
        cwnd = Math.max(cwnd, Math.min(ssthresh, MAX_WINDOW));
    }

    @Override
    public void onUndo(long nowNanos) {
        cwnd = Math.max(cwnd, priorCwnd);
        ssthresh = priorSsthresh;
        wMax = priorWMax;
        epochOpen = false;
    }

    @Override
    public void onIdle(long idleNanos, long rtoNanos, long nowNanos) {
        double floor = Math.min(cwnd, 10.0 * mss);
        ssthresh = Math.max(ssthresh, cwnd * 3 / 4);
        for (long left = idleNanos; left > rtoNanos && cwnd > floor; left -= rtoNanos) {
            cwnd = Math.max(cwnd / 2, floor);
        }
        epochOpen = false;
    }
}
