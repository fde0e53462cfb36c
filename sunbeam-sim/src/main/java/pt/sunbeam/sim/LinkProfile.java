package pt.sunbeam.sim;

/**
 * How one direction of a link treats packets, one record a concern. Probabilities are 0 to 1. {@link #PERFECT} does
 * nothing; the {@code with} methods add.
 *
 * @param mtuBytes packets above this size vanish without a word, as in a path MTU black hole; 0 for no limit
 */
public record LinkProfile(
        Latency latency, Loss loss, Damage damage, Rate rate, AckTreatment acks, Holds holds, int mtuBytes) {
    private static final long MILLI = 1_000_000;

    /**
     * How long packets are under way.
     *
     * @param delayNanos one-way delay
     * @param jitterNanos up to this much is added at random, without reordering
     * @param reorder probability that a packet is held back by {@code reorderNanos}, so that later ones pass it
     */
    public record Latency(long delayNanos, long jitterNanos, double reorder, long reorderNanos) {}

    /**
     * The model of Gilbert and Elliott: a good and a bad state, each with its own probability of loss, and a step from
     * packet to packet. Bursts last {@code 1 / badToGood} packets in the mean, and never longer than a silence of 100 ms.
     */
    public record Loss(double goodToBad, double badToGood, double inGood, double inBad) {
        /** Each packet is lost for itself. */
        public static Loss independent(double p) {
            return new Loss(0, 1, p, p);
        }

        /** Nothing is lost but in bursts of {@code meanPackets}, which take {@code p} of all packets in the mean. */
        public static Loss bursts(double p, double meanPackets) {
            double leave = 1 / meanPackets;
            return new Loss(p >= 1 ? 1 : Math.min(1, leave * p / (1 - p)), leave, 0, 1);
        }
    }

    /**
     * What else goes wrong on the wire.
     *
     * @param duplicate probability that a packet arrives twice
     * @param corrupt probability that one bit of the packet is turned
     */
    public record Damage(double duplicate, double corrupt) {}

    /**
     * The bottleneck and the queue before it, which drops what comes when it is full.
     *
     * @param bytesPerSecond rate, 0 for unlimited
     * @param queueBytes how much may wait, the packet on the wire included; one packet always may
     * @param queuePackets how many packets may wait, the one on the wire included
     */
    public record Rate(long bytesPerSecond, long queueBytes, int queuePackets) {}

    /**
     * What happens to pure acknowledgements ({@link PureAck}) beyond what happens to all packets.
     *
     * @param loss probability that one is lost
     * @param keepOneIn of so many that follow each other within 10 ms all but the first are dropped; 0 or 1 for none
     */
    public record AckTreatment(double loss, int keepOneIn) {}

    /**
     * Times in which nothing arrives and nothing is lost, as with a relay whose own connection stalls.
     *
     * @param everyNanos mean time between holds, 0 for none
     * @param shortestNanos least duration of a hold
     * @param longestNanos greatest duration of a hold
     */
    public record Holds(long everyNanos, long shortestNanos, long longestNanos) {}

    /** No delay, no limit, no fault. */
    public static final LinkProfile PERFECT = new LinkProfile(
            new Latency(0, 0, 0, 0),
            Loss.independent(0),
            new Damage(0, 0),
            new Rate(0, Long.MAX_VALUE, Integer.MAX_VALUE),
            new AckTreatment(0, 0),
            new Holds(0, 0, 0),
            0);

    /** A perfect link with a delay. */
    public static LinkProfile delay(long millis) {
        return PERFECT.with(new Latency(millis * MILLI, 0, 0, 0));
    }

    public LinkProfile with(Latency changed) {
        return new LinkProfile(changed, loss, damage, rate, acks, holds, mtuBytes);
    }

    public LinkProfile with(Loss changed) {
        return new LinkProfile(latency, changed, damage, rate, acks, holds, mtuBytes);
    }

    public LinkProfile with(Damage changed) {
        return new LinkProfile(latency, loss, changed, rate, acks, holds, mtuBytes);
    }

    public LinkProfile with(Rate changed) {
        return new LinkProfile(latency, loss, damage, changed, acks, holds, mtuBytes);
    }

    public LinkProfile with(AckTreatment changed) {
        return new LinkProfile(latency, loss, damage, rate, changed, holds, mtuBytes);
    }

    public LinkProfile with(Holds changed) {
        return new LinkProfile(latency, loss, damage, rate, acks, changed, mtuBytes);
    }

    public LinkProfile withMtu(int bytes) {
        return new LinkProfile(latency, loss, damage, rate, acks, holds, bytes);
    }

    public LinkProfile withDelay(long millis) {
        return with(new Latency(millis * MILLI, latency.jitterNanos, latency.reorder, latency.reorderNanos));
    }

    public LinkProfile withJitter(long millis) {
        return with(new Latency(latency.delayNanos, millis * MILLI, latency.reorder, latency.reorderNanos));
    }

    public LinkProfile withReordering(double p, long heldMillis) {
        return with(new Latency(latency.delayNanos, latency.jitterNanos, p, heldMillis * MILLI));
    }

    /** Independent loss. */
    public LinkProfile withLoss(double p) {
        return with(Loss.independent(p));
    }

    public LinkProfile withDuplicates(double p) {
        return with(new Damage(p, damage.corrupt));
    }

    public LinkProfile withCorruption(double p) {
        return with(new Damage(damage.duplicate, p));
    }

    public LinkProfile withRate(long bytesASecond, int packets) {
        return with(new Rate(bytesASecond, Long.MAX_VALUE, packets));
    }

    public LinkProfile withRateAndQueueBytes(long bytesASecond, long bytes) {
        return with(new Rate(bytesASecond, bytes, Integer.MAX_VALUE));
    }

    public LinkProfile withHolds(long everyMillis, long shortestMillis, long longestMillis) {
        return with(new Holds(everyMillis * MILLI, shortestMillis * MILLI, longestMillis * MILLI));
    }
}
