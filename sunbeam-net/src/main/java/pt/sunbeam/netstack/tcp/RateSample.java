package pt.sunbeam.netstack.tcp;

/**
 * What one acknowledgement tells a congestion controller; reused, valid during the call that hands it over
 * (draft-ietf-ccwg-bbr section 4.1.2.3). Bytes and nanoseconds.
 */
final class RateSample {
    /** When the acknowledgement arrived at the socket. */
    long nowNanos;

    /** Newly delivered by it, cumulatively or selectively. */
    long ackedBytes;

    /** Newly found lost. */
    long newlyLostBytes;

    /** The rate over the flight of the newest delivered segment; 0 when there is no sample. */
    long deliveryBytesPerSecond;

    /** What was delivered during that flight. */
    long deliveredBytes;

    /** What was lost during that flight. */
    long lostBytes;

    /** What was in the network when that segment left, itself included. */
    long sentInFlightBytes;

    /** The application had too little to send at that time. */
    boolean appLimited;

    /** A round trip has passed since the last sample of which this was true. */
    boolean roundStart;

    /** The round trip of the newest segment that was sent once; 0 without one. */
    long rttNanos;

    long srttNanos;

    /** In the network before and after the acknowledgement. */
    long priorInFlightBytes;

    long inFlightBytes;

    /** The congestion window was what kept the sender from sending more. */
    boolean windowLimited;

    /** Everything that the connection has delivered. */
    long totalDeliveredBytes;
}
