package pt.sunbeam.netstack;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.sim.SimClock;

/** A stack in virtual time with one egress: pulls when ready, advances when due. */
final class SimHost {
    final SimClock clock;
    final Stack stack;
    final Egress egress;
    private final PacketBatch in = PacketBatch.ofPackets(64, 65535);
    private final PacketBatch out = PacketBatch.ofPackets(64, 1500);
    private Consumer<byte[]> wire = packet -> {};
    private Runnable audit = () -> {};
    private long wakeNanos = Long.MAX_VALUE;
    private long awakeNanos = Long.MIN_VALUE;
    private boolean pumping;
    private boolean routed = true;
    private int pullBytes = 64 * 1500;

    SimHost(SimClock clock, long seed, StackConfig config, IpAddress... own) {
        this.clock = clock;
        SplittableRandom random = new SplittableRandom(seed);
        Egress[] holder = new Egress[1];
        stack = new Stack(config, random, address -> routed ? holder[0] : null);
        holder[0] = stack.newEgress("wire", e -> clock.at(clock.nowNanos(), this::pump));
        egress = holder[0];
        stack.setAddresses(List.of(own));
    }

    void attach(Consumer<byte[]> to) {
        wire = to;
    }

    /** What one pull may take; no more than an MTU makes every packet a pull of its own. */
    void setPullBytes(int bytes) {
        pullBytes = bytes;
    }

    void setRouted(boolean value) {
        routed = value;
    }

    /** Runs {@code check} after every step of the stack. */
    void audit(Runnable check) {
        audit = check;
    }

    void receive(byte[] packet) {
        receive(List.of(packet));
    }

    /** Takes packets that came in one read. */
    void receive(List<byte[]> packets) {
        in.clear();
        packets.forEach(p -> in.add(p, 0, p.length));
        in.setArrivalNanos(clock.nowNanos());
        stack.input(in, clock.nowNanos());
        pump();
    }

    /** Sends what can leave and plans the next timer. */
    void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        while (stack.isReady(egress)) {
            out.clear();
            int count = stack.pull(egress, out, pullBytes, clock.nowNanos());
            if (out.totalBytes() > pullBytes) {
                throw new AssertionError("a pull of " + pullBytes + " bytes took " + out.totalBytes());
            }
            for (int i = 0; i < count; i++) {
                wire.accept(out.copy(i));
            }
            if (count == 0) {
                break;
            }
        }
        pumping = false;
        audit.run();
        plan();
    }

    private void plan() {
        long next = stack.nextDeadlineNanos();
        if (next < wakeNanos) {
            wakeNanos = next;
            clock.at(next, this::wake);
        }
    }

    /** The machine sleeps: no timer fires before {@code untilNanos}, and then all that are overdue. */
    void sleepUntil(long untilNanos) {
        awakeNanos = untilNanos;
        clock.at(untilNanos, this::wake);
    }

    private void wake() {
        if (clock.nowNanos() < Math.max(wakeNanos, awakeNanos)) {
            return;
        }
        wakeNanos = Long.MAX_VALUE;
        stack.advance(clock.nowNanos());
        pump();
    }
}
