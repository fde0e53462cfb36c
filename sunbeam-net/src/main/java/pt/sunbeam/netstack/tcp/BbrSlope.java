package pt.sunbeam.netstack.tcp;

/**
 * How fast a probe of {@link Bbr} raises the bound that losses have set: by one segment a round at first, and twice as fast
 * with each round that nothing speaks against (draft-ietf-ccwg-bbr section 5.3.3.6).
 */
final class BbrSlope {
    private static final int MAX_SHIFT = 30;
    private static final long MAX_GROWTH = 1L << 30;

    private final int mss;
    private int shift;
    private long ackedBytes;
    private long bytesPerSegment = Long.MAX_VALUE;

    BbrSlope(int mss) {
        this.mss = mss;
    }

    void reset() {
        shift = 0;
        ackedBytes = 0;
    }

    /** A round begins: the bound grows twice as fast in it. */
    void steepen(long cwndBytes) {
        long growth = (long) mss << shift;
        shift = Math.min(shift + 1, MAX_SHIFT);
        bytesPerSegment = Math.max(cwndBytes * mss / Math.min(growth, MAX_GROWTH), mss);
    }

    /** The bytes by which the bound grows, now that {@code acked} more were delivered. */
    long growth(long acked) {
        ackedBytes += acked;
        long segments = ackedBytes / bytesPerSegment;
        ackedBytes -= segments * bytesPerSegment;
        return segments * mss;
    }
}
