package pt.sunbeam.sim;

/**
 * How one direction of a link treats packets. Probabilities are 0 to 1.
 *
 * @param delayNanos one-way delay
 * @param jitterNanos up to this much is added at random, without reordering
 * @param loss independent loss
 * @param duplicate a packet arrives twice
 * @param corrupt one bit of the packet is turned
 * @param reorder a packet is held back by {@code reorderNanos}, so that later ones pass it
 * @param bytesPerSecond rate of the link, 0 for unlimited
 * @param queuePackets how many packets wait for the rate before more are dropped
 */
public record LinkProfile(
        long delayNanos,
        long jitterNanos,
        double loss,
        double duplicate,
        double corrupt,
        double reorder,
        long reorderNanos,
        long bytesPerSecond,
        int queuePackets) {
    private static final long MILLI = 1_000_000;

    /** A perfect link with a delay. */
    public static LinkProfile delay(long millis) {
        return new LinkProfile(millis * MILLI, 0, 0, 0, 0, 0, 0, 0, Integer.MAX_VALUE);
    }

    public LinkProfile withJitter(long millis) {
        return new LinkProfile(
                delayNanos,
                millis * MILLI,
                loss,
                duplicate,
                corrupt,
                reorder,
                reorderNanos,
                bytesPerSecond,
                queuePackets);
    }

    public LinkProfile withLoss(double p) {
        return new LinkProfile(
                delayNanos, jitterNanos, p, duplicate, corrupt, reorder, reorderNanos, bytesPerSecond, queuePackets);
    }

    public LinkProfile withDuplicates(double p) {
        return new LinkProfile(
                delayNanos, jitterNanos, loss, p, corrupt, reorder, reorderNanos, bytesPerSecond, queuePackets);
    }

    public LinkProfile withCorruption(double p) {
        return new LinkProfile(
                delayNanos, jitterNanos, loss, duplicate, p, reorder, reorderNanos, bytesPerSecond, queuePackets);
    }

    public LinkProfile withReordering(double p, long heldMillis) {
        return new LinkProfile(
                delayNanos, jitterNanos, loss, duplicate, corrupt, p, heldMillis * MILLI, bytesPerSecond, queuePackets);
    }

    public LinkProfile withRate(long bytesASecond, int packets) {
        return new LinkProfile(
                delayNanos, jitterNanos, loss, duplicate, corrupt, reorder, reorderNanos, bytesASecond, packets);
    }
}
