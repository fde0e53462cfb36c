package pt.sunbeam.sim;

/** What a link did with a packet. */
public enum Fate {
    /** At least one copy arrives. */
    DELIVERED,
    /** Lost at random, alone or in a burst. */
    LOST,
    /** The queue before the bottleneck was full. */
    QUEUE_FULL,
    /** Larger than the path's MTU. */
    TOO_BIG,
    /** The link was cut. */
    BLACKOUT,
    /** A pure acknowledgement that was lost, or thinned out. */
    ACK_DROPPED
}
