package pt.sunbeam.sim;

import java.util.SplittableRandom;
import java.util.function.Consumer;

/** One direction of a link: packets go in, and come out of {@code receiver} later, changed, twice, or never. */
public final class SimLink {
    private final SimClock clock;
    private final SplittableRandom random;
    private final Consumer<byte[]> receiver;
    private LinkProfile profile;
    private long wireFreeNanos;
    private long lastArrivalNanos;
    private int queued;
    private boolean cut;
    private long heldUntilNanos;
    private long delivered;
    private long dropped;

    public SimLink(SimClock clock, long seed, LinkProfile profile, Consumer<byte[]> receiver) {
        this.clock = clock;
        this.random = new SplittableRandom(seed);
        this.profile = profile;
        this.receiver = receiver;
    }

    public void setProfile(LinkProfile changed) {
        profile = changed;
    }

    /** A cut link loses everything. */
    public void setCut(boolean lost) {
        cut = lost;
    }

    /** Holds every packet until {@code untilNanos}, as a relay does whose own connection stalls. */
    public void holdUntil(long untilNanos) {
        heldUntilNanos = untilNanos;
    }

    public long deliveredPackets() {
        return delivered;
    }

    public long droppedPackets() {
        return dropped;
    }

    /** Packets that wait for the rate of the link. */
    public int queuedPackets() {
        return queued;
    }

    public void send(byte[] packet) {
        if (cut || random.nextDouble() < profile.loss() || queued >= profile.queuePackets()) {
            dropped++;
            return;
        }
        long leaves = serialise(packet.length);
        byte[] onWire = packet;
        if (random.nextDouble() < profile.corrupt()) {
            onWire = packet.clone();
            onWire[random.nextInt(onWire.length)] ^= (byte) (1 << random.nextInt(8));
        }
        arrive(onWire, leaves);
        if (random.nextDouble() < profile.duplicate()) {
            arrive(onWire, leaves);
        }
    }

    private long serialise(int bytes) {
        if (profile.bytesPerSecond() == 0) {
            return clock.nowNanos();
        }
        long start = Math.max(clock.nowNanos(), wireFreeNanos);
        wireFreeNanos = start + bytes * 1_000_000_000L / profile.bytesPerSecond();
        queued++;
        clock.at(wireFreeNanos, () -> queued--);
        return wireFreeNanos;
    }

    private void arrive(byte[] packet, long leavesNanos) {
        long jitter = profile.jitterNanos() == 0 ? 0 : random.nextLong(profile.jitterNanos());
        long arrival = Math.max(leavesNanos + profile.delayNanos() + jitter, heldUntilNanos);
        if (random.nextDouble() < profile.reorder()) {
            arrival = Math.max(arrival, lastArrivalNanos) + profile.reorderNanos();
        } else {
            arrival = Math.max(arrival, lastArrivalNanos);
            lastArrivalNanos = arrival;
        }
        clock.at(arrival, () -> {
            delivered++;
            receiver.accept(packet);
        });
    }
}
