package pt.sunbeam.bench.virtual;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.Egress;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.sim.SimClock;

/** A stack in virtual time with one way out: pulls when ready, advances when due. */
final class SimHost {
    private static final int BATCH = 64;
    private static final int MAX_PACKET_BYTES = 1500;

    private final SimClock clock;
    private final Stack stack;
    private final Egress egress;
    private final PacketBatch in = PacketBatch.ofPackets(1, MAX_PACKET_BYTES);
    private final PacketBatch out = PacketBatch.ofPackets(BATCH, MAX_PACKET_BYTES);
    private Consumer<byte[]> wire = packet -> {};
    private long wakeNanos = Long.MAX_VALUE;

    SimHost(SimClock clock, long seed, StackConfig config, IpAddress own) {
        this.clock = clock;
        Egress[] holder = new Egress[1];
        stack = new Stack(config, new SplittableRandom(seed), address -> holder[0]);
        egress = stack.newEgress("wire", e -> clock.at(clock.nowNanos(), this::pump));
        holder[0] = egress;
        stack.setAddresses(List.of(own));
    }

    Stack stack() {
        return stack;
    }

    void attach(Consumer<byte[]> to) {
        wire = to;
    }

    void receive(byte[] packet) {
        in.clear();
        in.add(packet, 0, packet.length);
        in.setArrivalNanos(clock.nowNanos());
        stack.input(in, clock.nowNanos());
        pump();
    }

    void pump() {
        while (stack.isReady(egress)) {
            out.clear();
            int count = stack.pull(egress, out, BATCH * MAX_PACKET_BYTES, clock.nowNanos());
            for (int i = 0; i < count; i++) {
                wire.accept(out.copy(i));
            }
            if (count == 0) {
                break;
            }
        }
        long next = stack.nextDeadlineNanos();
        if (next < wakeNanos) {
            wakeNanos = next;
            clock.at(next, this::wake);
        }
    }

    private void wake() {
        if (clock.nowNanos() >= wakeNanos) {
            wakeNanos = Long.MAX_VALUE;
            stack.advance(clock.nowNanos());
            pump();
        }
    }
}
