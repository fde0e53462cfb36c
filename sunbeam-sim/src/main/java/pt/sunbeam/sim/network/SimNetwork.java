package pt.sunbeam.sim.network;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;

/**
 * An internet of UDP in virtual time: {@link SimHost}s with addresses of either family, {@link SimNat}s one behind the
 * other, ways with delay and loss, and pairs of addresses that can be cut off from each other. The same seed and the same
 * calls give the same run.
 */
public final class SimNetwork {
    private static final long LAN_DELAY_NANOS = 200_000;

    /** The way between two hosts behind one NAT. */
    static final LinkProfile LAN = LinkProfile.PERFECT.with(new LinkProfile.Latency(LAN_DELAY_NANOS, 0, 0, 0));

    private final SimClock clock;
    private final long seed;
    private final SplittableRandom random;
    private final SimSegment internet;
    private final Set<Set<String>> blackouts = new HashSet<>();
    private final long[] losses = new long[LossReason.values().length];

    /**
     * @param profile how the internet treats datagrams between two of its addresses, each way
     */
    public SimNetwork(SimClock clock, long seed, LinkProfile profile) {
        this.clock = clock;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.internet = new SimSegment(this, null, profile);
    }

    public SimSegment internet() {
        return internet;
    }

    /** A NAT with {@code address} in {@code outside}, and a new segment behind it. */
    public SimNat nat(SimSegment outside, String address, NatBehaviour behaviour) {
        return new SimNat(this, outside, address, behaviour, random.split());
    }

    /** A host without an address. */
    public SimHost host() {
        return new SimHost(this);
    }

    /** From now on nothing that is sent from either of two addresses to the other arrives, or again. */
    public void setBlackout(String address, String other, boolean on) {
        Set<String> pair = Set.of(address, other);
        if (on) {
            blackouts.add(pair);
        } else {
            blackouts.remove(pair);
        }
    }

    /** Datagrams that were lost for {@code reason}. */
    public long count(LossReason reason) {
        return losses[reason.ordinal()];
    }

    boolean isBlackout(String source, String destination) {
        return !blackouts.isEmpty() && !source.equals(destination) && blackouts.contains(Set.of(source, destination));
    }

    void lost(LossReason reason) {
        losses[reason.ordinal()]++;
    }

    SimClock clock() {
        return clock;
    }

    long seed() {
        return seed;
    }

    long nowNanos() {
        return clock.nowNanos();
    }
}
