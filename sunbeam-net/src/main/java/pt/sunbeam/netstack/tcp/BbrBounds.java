package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * What losses have taught {@link Bbr} (draft-ietf-ccwg-bbr sections 5.5.10.2 and 5.5.10.3): how much was too much, for the long
 * term; and for the short term, how far to give way until the next probe.
 *
 * <p>It differs from the draft in what counts as too much. The draft takes 2 % of losses for congestion wherever they come
 * from, and stands still on a radio link that loses 3 % at random. Here the round trip is the witness: while it shows a queue,
 * 2 % are too much; while it shows none, only what a policer or a very short queue drops is.
 */
final class BbrBounds {
    static final long NONE = Long.MAX_VALUE;

    static final double BETA = 0.7;
    private static final double LOSS_WITH_QUEUE = 0.02;
    private static final double LOSS_WITHOUT_QUEUE = 0.12;
    private static final double QUEUE_RTT_GAIN = 1.25;
    private static final long QUEUE_RTT_LEAST = Deadline.millis(2);

    private long longTermInFlight = NONE;
    private long shortTermInFlight = NONE;
    private long shortTermBandwidth = NONE;
    private long undoLongTerm = NONE;
    private long undoShortTerm = NONE;
    private long undoBandwidth = NONE;

    private long roundEnd;
    private long roundLost;
    private long roundDelivered;
    private long roundBandwidth;
    private long roundInFlight;
    private long roundMinRtt = Deadline.NONE;
    private long recentRtt;

    long longTermInFlight() {
        return longTermInFlight;
    }

    void setLongTermInFlight(long bytes) {
        longTermInFlight = bytes;
    }

    long shortTermInFlight() {
        return shortTermInFlight;
    }

    long shortTermBandwidth() {
        return shortTermBandwidth;
    }

    /** What was given way before no longer counts: the path is about to be probed. */
    void forgetShortTerm() {
        shortTermInFlight = NONE;
        shortTermBandwidth = NONE;
    }

    void remember() {
        undoLongTerm = longTermInFlight;
        undoShortTerm = shortTermInFlight;
        undoBandwidth = shortTermBandwidth;
    }

    void undo() {
        longTermInFlight = Math.max(longTermInFlight, undoLongTerm);
        shortTermInFlight = Math.max(shortTermInFlight, undoShortTerm);
        shortTermBandwidth = Math.max(shortTermBandwidth, undoBandwidth);
        roundLost = 0;
    }

    /** Takes the latest signals; true when a round of losses is over and {@link #adapt} has something to say. */
    boolean onAck(RateSample s, long minRttNanos) {
        roundLost += s.newlyLostBytes;
        roundDelivered += s.ackedBytes;
        roundBandwidth = Math.max(roundBandwidth, s.deliveryBytesPerSecond);
        roundInFlight = Math.max(roundInFlight, s.deliveredBytes);
        if (s.rttNanos > 0) {
            recentRtt = s.rttNanos;
            roundMinRtt = Math.min(roundMinRtt, s.rttNanos);
        }
        return s.totalDeliveredBytes - s.deliveredBytes >= roundEnd && s.deliveredBytes > 0;
    }

    /** The end of a round that was no probe: gives way when it lost too much. */
    void adapt(long bandwidth, long cwndBytes, long minRttNanos, boolean probing) {
        long rtt = roundMinRtt == Deadline.NONE ? recentRtt : roundMinRtt;
        if (!probing && exceeds(roundLost, roundLost + roundDelivered, rtt, minRttNanos)) {
            long bandwidthSoFar = shortTermBandwidth == NONE ? bandwidth : shortTermBandwidth;
            long inFlightSoFar = shortTermInFlight == NONE ? cwndBytes : shortTermInFlight;
            shortTermBandwidth = Math.max(roundBandwidth, (long) (BETA * bandwidthSoFar));
            shortTermInFlight = Math.max(roundInFlight, (long) (BETA * inFlightSoFar));
        }
    }

    void beginRound(RateSample s) {
        roundEnd = s.totalDeliveredBytes;
        roundLost = 0;
        roundDelivered = 0;
        roundBandwidth = s.deliveryBytesPerSecond;
        roundInFlight = s.deliveredBytes;
        roundMinRtt = Deadline.NONE;
    }

    /** Whether {@code lost} of {@code sent} bytes are more than the path loses by itself. */
    boolean isTooMuch(long lost, long sent, long minRttNanos) {
        return exceeds(lost, sent, recentRtt, minRttNanos);
    }

    private static boolean exceeds(long lost, long sent, long rttNanos, long minRttNanos) {
        boolean queue = rttNanos > minRttNanos * QUEUE_RTT_GAIN && rttNanos - minRttNanos > QUEUE_RTT_LEAST;
        return lost > sent * (queue ? LOSS_WITH_QUEUE : LOSS_WITHOUT_QUEUE);
    }
}
