package pt.sunbeam.netstack.tcp;

/**
 * How much one connection may have in the network, and how fast. Bytes and nanoseconds, no allocation, no knowledge of
 * segments beyond their size. Which bytes to send again is the sender's.
 */
interface CongestionController {
    /** The congestion window, in bytes; outside fast recovery for those that leave the latter to {@link Recovery}. */
    long cwndBytes();

    long ssthreshBytes();

    /** Bytes a second at which to release packets; 0 when the window alone decides. */
    long pacingBytesPerSecond();

    /** True when {@link #cwndBytes} holds during fast recovery too, and not proportional rate reduction (RFC 9937). */
    boolean windowHoldsInRecovery();

    /** An acknowledgement was evaluated, or the reorder timer has expired, losses and all. */
    void onAck(RateSample sample);

    /**
     * A segment was found lost.
     *
     * @param sentInFlightBytes what was in the network when it left, itself included
     * @param lostSinceBytes what was found lost since it left, itself included
     * @param appLimited the application had too little to send at that time
     */
    void onSegmentLost(int bytes, long sentInFlightBytes, long lostSinceBytes, boolean appLimited, long nowNanos);

    /** An episode of losses begins; called once for each (RFC 5681 section 3.2). */
    void onLoss(long inFlightBytes, long nowNanos);

    /**
     * The retransmission timer expired.
     *
     * @param inFlightBytes what was believed to be in the network before
     * @param remainingBytes what is still believed to be there
     */
    void onRetransmissionTimeout(long inFlightBytes, long remainingBytes, boolean firstOfEpisode, long nowNanos);

    /** The episode is over. */
    void onRecovered(long nowNanos);

    /** The episode turned out to be spurious: back to the state before it. */
    void onUndo(long nowNanos);

    /** Something is sent after nothing was in flight for {@code idleNanos}. */
    void onIdle(long idleNanos, long rtoNanos, long nowNanos);
}
