package pt.sunbeam.sim;

import java.util.SplittableRandom;

/**
 * The model of one direction of a link: decides for each packet whether, when and how often it arrives. It holds no packet
 * and no clock, so that {@link SimLink} drives it in virtual time and the link emulator in real time. The same seed and the
 * same packets at the same times give the same fates.
 */
public final class Impairments {
    /** Arrival of a copy that there is not. */
    public static final long NEVER = Long.MAX_VALUE;

    private static final long ACK_RUN_NANOS = 10_000_000;

    // Bursts are short times on a real path: counted in packets alone, one would outlast minutes of backed-off retries.
    private static final long BURST_SILENCE_NANOS = 100_000_000;

    private final SplittableRandom random;
    private final Bottleneck bottleneck = new Bottleneck();
    private final long[] fates = new long[Fate.values().length];
    private LinkProfile profile;
    private boolean cut;
    private boolean bad;
    private int ackInRun;
    private long lastOfferNanos;
    private long lastAckNanos = Long.MIN_VALUE / 2;
    private long heldUntilNanos = Long.MIN_VALUE;
    private long nextHoldNanos = NEVER;
    private long lastArrivalNanos = Long.MIN_VALUE;
    private long arrivalNanos;
    private long duplicateNanos;
    private int corruptBit;

    public Impairments(LinkProfile profile, long seed) {
        this.profile = profile;
        random = new SplittableRandom(seed);
    }

    /** From now on the same path behaves otherwise; packets under way keep their order with those to come. */
    public void setProfile(LinkProfile changed) {
        profile = changed;
    }

    /** From now on packets take another path: those under way on the old one may be overtaken. */
    public void changePath(LinkProfile changed) {
        profile = changed;
        lastArrivalNanos = Long.MIN_VALUE;
        bottleneck.forget();
    }

    /** A cut link loses everything. */
    public void setCut(boolean lost) {
        cut = lost;
    }

    /** Nothing that is offered from now on arrives before {@code untilNanos}. */
    public void holdUntil(long untilNanos) {
        heldUntilNanos = untilNanos;
    }

    /** Decides about one packet. After {@link Fate#DELIVERED} the methods below tell of its copies. */
    public Fate offer(byte[] packet, int offset, int length, long nowNanos) {
        Fate fate = decide(packet, offset, length, nowNanos);
        fates[fate.ordinal()]++;
        return fate;
    }

    /** When the packet arrives. */
    public long arrivalNanos() {
        return arrivalNanos;
    }

    /** When its second copy arrives, or {@link #NEVER}. */
    public long duplicateNanos() {
        return duplicateNanos;
    }

    /** Which bit of the packet is turned, counted from its start, or -1. */
    public int corruptBit() {
        return corruptBit;
    }

    /** How many packets met {@code fate}. */
    public long count(Fate fate) {
        return fates[fate.ordinal()];
    }

    /** Packets that wait for the bottleneck or are on its wire. */
    public int queuedPackets(long nowNanos) {
        return bottleneck.queuedPackets(nowNanos);
    }

    private Fate decide(byte[] packet, int offset, int length, long nowNanos) {
        if (cut) {
            return Fate.BLACKOUT;
        }
        if (profile.mtuBytes() > 0 && length > profile.mtuBytes()) {
            return Fate.TOO_BIG;
        }
        if (isLost(nowNanos)) {
            return Fate.LOST;
        }
        if (isAckDropped(packet, offset, length, nowNanos)) {
            return Fate.ACK_DROPPED;
        }
        long leaves = bottleneck.enqueue(profile.rate(), length, nowNanos);
        if (leaves == NEVER) {
            return Fate.QUEUE_FULL;
        }
        startHolds(nowNanos);
        corruptBit = isTrue(profile.damage().corrupt()) ? random.nextInt(8 * length) : -1;
        arrivalNanos = arrival(leaves);
        duplicateNanos = isTrue(profile.damage().duplicate()) ? arrival(leaves) : NEVER;
        return Fate.DELIVERED;
    }

    private boolean isTrue(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    private boolean isLost(long nowNanos) {
        LinkProfile.Loss loss = profile.loss();
        bad &= nowNanos - lastOfferNanos <= BURST_SILENCE_NANOS;
        lastOfferNanos = nowNanos;
        if (isTrue(bad ? loss.badToGood() : loss.goodToBad())) {
            bad = !bad;
        }
        return isTrue(bad ? loss.inBad() : loss.inGood());
    }

    private boolean isAckDropped(byte[] packet, int offset, int length, long nowNanos) {
        LinkProfile.AckTreatment acks = profile.acks();
        if (acks.loss() == 0 && acks.keepOneIn() < 2 || !PureAck.is(packet, offset, length)) {
            return false;
        }
        if (isTrue(acks.loss())) {
            return true;
        }
        boolean first = nowNanos - lastAckNanos > ACK_RUN_NANOS || ackInRun + 1 >= acks.keepOneIn();
        ackInRun = first ? 0 : ackInRun + 1;
        lastAckNanos = nowNanos;
        return !first;
    }

    private void startHolds(long nowNanos) {
        LinkProfile.Holds holds = profile.holds();
        if (holds.everyNanos() == 0) {
            nextHoldNanos = NEVER;
            return;
        }
        if (nextHoldNanos == NEVER) {
            nextHoldNanos = nowNanos + random.nextLong(2 * holds.everyNanos());
        }
        while (nextHoldNanos <= nowNanos) {
            long end = nextHoldNanos + random.nextLong(holds.shortestNanos(), holds.longestNanos() + 1);
            heldUntilNanos = Math.max(heldUntilNanos, end);
            nextHoldNanos = end + random.nextLong(2 * holds.everyNanos());
        }
    }

    private long arrival(long leavesNanos) {
        LinkProfile.Latency latency = profile.latency();
        long jitter = latency.jitterNanos() == 0 ? 0 : random.nextLong(latency.jitterNanos());
        long arrival = Math.max(leavesNanos + latency.delayNanos() + jitter, heldUntilNanos);
        arrival = Math.max(arrival, lastArrivalNanos);
        if (isTrue(latency.reorder())) {
            return arrival + latency.reorderNanos();
        }
        lastArrivalNanos = arrival;
        return arrival;
    }
}
