package pt.sunbeam.netstack.tcp;

/**
 * How much one connection may have in the network. Bytes and nanoseconds, no allocation, no knowledge of segments beyond
 * their size. Loss recovery itself (which bytes to send again, proportional rate reduction) is the sender's.
 */
interface CongestionController {
    /** The congestion window outside fast recovery, in bytes. */
    long cwndBytes();

    long ssthreshBytes();

    /** Bytes a second at which to release packets; 0 when the window alone decides. */
    long pacingRateBytesPerSecond();

    /**
     * Bytes were delivered.
     *
     * @param ackedBytes newly acknowledged, cumulatively or selectively
     * @param rttNanos the newest round-trip sample, 0 without one
     * @param windowLimited whether the window was what kept the sender from sending more
     */
    void onAck(long ackedBytes, long rttNanos, long srttNanos, boolean windowLimited, long nowNanos);

    /** Losses were found; called once for each episode (RFC 5681 section 3.2). */
    void onLoss(long inFlightBytes, long nowNanos);

    /** The retransmission timer expired: the window falls to one segment. */
    void onRetransmissionTimeout(long inFlightBytes, boolean firstOfEpisode, long nowNanos);

    /** The episode is over, the window continues at {@link #ssthreshBytes}. */
    void onRecovered(long nowNanos);

    /** The episode turned out to be spurious: back to the state before it. */
    void onUndo(long nowNanos);

    /** Nothing was sent for {@code idleNanos}. */
    void onIdle(long idleNanos, long rtoNanos);
}
