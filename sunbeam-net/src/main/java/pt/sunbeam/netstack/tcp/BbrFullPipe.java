package pt.sunbeam.netstack.tcp;

/**
 * Whether {@link Bbr} has found all the bandwidth there is: three rounds in which it did not grow by a quarter
 * (draft-ietf-ccwg-bbr section 5.3.1.2). Samples of an idle application say nothing.
 */
final class BbrFullPipe {
    private static final double GROWTH = 1.25;
    private static final int ROUNDS = 3;

    private long bytesPerSecond;
    private int rounds;
    private boolean now;
    private boolean reached;

    /** True once it was found, in start-up or at the first loss of too much. */
    boolean isReached() {
        return reached;
    }

    void setReached() {
        reached = true;
    }

    /** True when the search that {@link #lookFrom} began is over. */
    boolean isNow() {
        return now;
    }

    /** Searches anew from {@code rate} on. */
    void lookFrom(long rate) {
        bytesPerSecond = rate;
        rounds = 0;
        now = false;
    }

    void onAck(RateSample s) {
        if (now || !s.roundStart || s.appLimited || s.deliveryBytesPerSecond == 0) {
            return;
        }
        if (s.deliveryBytesPerSecond >= bytesPerSecond * GROWTH) {
            lookFrom(s.deliveryBytesPerSecond);
            return;
        }
        now = ++rounds >= ROUNDS;
        reached |= now;
    }
}
