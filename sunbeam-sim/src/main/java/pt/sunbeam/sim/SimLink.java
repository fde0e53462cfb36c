package pt.sunbeam.sim;

import java.util.function.Consumer;

/**
 * One direction of a link in virtual time: packets go in, and come out of {@code receiver} later, changed, twice, or never,
 * as {@link Impairments} decides.
 */
public final class SimLink {
    private final SimClock clock;
    private final Consumer<byte[]> receiver;
    private final Impairments impairments;
    private long delivered;

    public SimLink(SimClock clock, long seed, LinkProfile profile, Consumer<byte[]> receiver) {
        this.clock = clock;
        this.receiver = receiver;
        impairments = new Impairments(profile, seed);
    }

    /** From now on the same path behaves otherwise. */
    public void setProfile(LinkProfile changed) {
        impairments.setProfile(changed);
    }

    /** From now on packets take another path: those under way on the old one may be overtaken. */
    public void changePath(LinkProfile changed) {
        impairments.changePath(changed);
    }

    /** A cut link loses everything. */
    public void setCut(boolean lost) {
        impairments.setCut(lost);
    }

    /** Loses everything for {@code nanos}. */
    public void blackout(long nanos) {
        setCut(true);
        clock.after(nanos, () -> setCut(false));
    }

    /** Holds every packet until {@code untilNanos}, as a relay does whose own connection stalls. */
    public void holdUntil(long untilNanos) {
        impairments.holdUntil(untilNanos);
    }

    public long deliveredPackets() {
        return delivered;
    }

    public long droppedPackets() {
        long dropped = 0;
        for (Fate fate : Fate.values()) {
            dropped += fate == Fate.DELIVERED ? 0 : impairments.count(fate);
        }
        return dropped;
    }

    /** Packets that met {@code fate}. */
    public long count(Fate fate) {
        return impairments.count(fate);
    }

    /** Packets that wait for the rate of the link. */
    public int queuedPackets() {
        return impairments.queuedPackets(clock.nowNanos());
    }

    public void send(byte[] packet) {
        if (impairments.offer(packet, 0, packet.length, clock.nowNanos()) != Fate.DELIVERED) {
            return;
        }
        byte[] onWire = packet;
        int bit = impairments.corruptBit();
        if (bit >= 0) {
            onWire = packet.clone();
            onWire[bit / 8] ^= (byte) (1 << bit % 8);
        }
        arrive(onWire, impairments.arrivalNanos());
        if (impairments.duplicateNanos() != Impairments.NEVER) {
            arrive(onWire, impairments.duplicateNanos());
        }
    }

    private void arrive(byte[] packet, long atNanos) {
        clock.at(atNanos, () -> {
            delivered++;
            receiver.accept(packet);
        });
    }
}
