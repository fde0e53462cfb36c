package pt.sunbeam.sim.emulator;

import pt.sunbeam.sim.Fate;
import pt.sunbeam.sim.Impairments;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.tun.TunDevice;

/** One way through the emulator: from one device, through the model and its delay, to the other. */
final class Direction {
    /** How many packets are taken or delivered before the other direction has its turn. */
    private static final int BURST = 32;

    private static final long MILLI = 1_000_000;

    private final TunDevice from;
    private final TunDevice to;
    private final Timetable timetable;
    private final Impairments impairments;
    private final DelayLine line = new DelayLine();
    private final byte[] packet = new byte[TunDevice.MAX_PACKET_BYTES];
    private long beganNanos;
    private long delivered;
    private long deliveredBytes;
    private long refused;
    private long late;
    private long latestNanos;

    Direction(TunDevice from, TunDevice to, Timetable timetable, long seed) {
        this.from = from;
        this.to = to;
        this.timetable = timetable;
        impairments = new Impairments(LinkProfile.PERFECT, seed);
    }

    /** The times of the timetable count from {@code nowNanos}; before any packet is taken. */
    void begin(long nowNanos) {
        beganNanos = nowNanos;
    }

    /** Takes what waits at the device; true when there was something. */
    boolean take() {
        int n = from.read(packet);
        if (n == 0) {
            return false;
        }
        long now = System.nanoTime();
        timetable.follow(now - beganNanos, impairments);
        for (int i = 0; n > 0; n = ++i < BURST ? from.read(packet) : 0) {
            offer(n, now);
        }
        return true;
    }

    private void offer(int length, long nowNanos) {
        if (impairments.offer(packet, 0, length, nowNanos) != Fate.DELIVERED) {
            return;
        }
        line.add(packet, length, impairments.arrivalNanos(), impairments.corruptBit());
        if (impairments.duplicateNanos() != Impairments.NEVER) {
            line.add(packet, length, impairments.duplicateNanos(), impairments.corruptBit());
        }
    }

    /** Delivers what is due. */
    void deliver(long nowNanos) {
        for (int i = 0; i < BURST && line.nextNanos() <= nowNanos; i++) {
            DelayLine.Slot slot = line.remove();
            long lateness = nowNanos - slot.atNanos();
            latestNanos = Math.max(latestNanos, lateness);
            late += lateness > MILLI ? 1 : 0;
            if (to.write(slot.bytes(), 0, slot.length())) {
                delivered++;
                deliveredBytes += slot.length();
            } else {
                refused++;
            }
            line.recycle(slot);
        }
    }

    long nextNanos() {
        return line.nextNanos();
    }

    DirectionStatistics statistics() {
        return new DirectionStatistics(
                delivered,
                deliveredBytes,
                impairments.count(Fate.LOST) + impairments.count(Fate.ACK_DROPPED),
                impairments.count(Fate.BLACKOUT),
                impairments.count(Fate.QUEUE_FULL),
                impairments.count(Fate.TOO_BIG),
                refused,
                late,
                latestNanos);
    }
}
