package pt.sunbeam.bench;

import java.util.List;
import java.util.SplittableRandom;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.Egress;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.time.Deadline;

/**
 * Two stacks with a path of 1 Gbit/s and 50 ms between them that loses every hundredth segment: about 6 MiB are in flight,
 * and every acknowledgement speaks of holes. Virtual time, one thread.
 */
final class LongPath {
    private static final IpAddress A = IpAddress.v4(0x64400001);
    private static final IpAddress B = IpAddress.v4(0x64400002);
    private static final int PORT = 80;
    private static final int MTU_BYTES = 1280;
    private static final long TURN_NANOS = 10_240;
    private static final long ONE_WAY_NANOS = Deadline.millis(25);
    private static final int LOSE_ONE_IN = 100;

    /** Packets under way in one direction. */
    private static final class Wire {
        private static final int SLOTS = 1 << 13;

        private final byte[][] packets = new byte[SLOTS][MTU_BYTES];
        private final int[] lengths = new int[SLOTS];
        private final long[] dueNanos = new long[SLOTS];
        private int head;
        private int tail;

        void put(PacketBatch batch, int index, long due) {
            int slot = tail++ & SLOTS - 1;
            System.arraycopy(batch.array(), batch.offset(index), packets[slot], 0, batch.length(index));
            lengths[slot] = batch.length(index);
            dueNanos[slot] = due;
        }

        void take(PacketBatch batch, long now) {
            while (head != tail && dueNanos[head & SLOTS - 1] <= now && batch.fits(MTU_BYTES)) {
                int slot = head++ & SLOTS - 1;
                batch.add(packets[slot], 0, lengths[slot]);
            }
        }
    }

    private final Egress[] egress = new Egress[2];
    private final Stack a = new Stack(StackConfig.DEFAULT, new SplittableRandom(1), address -> egress[0]);
    private final Stack b = new Stack(StackConfig.DEFAULT, new SplittableRandom(2), address -> egress[1]);
    private final Wire there = new Wire();
    private final Wire back = new Wire();
    private final PacketBatch batch = PacketBatch.ofPackets(48, MTU_BYTES);
    private long nowNanos = Deadline.SECOND;
    private long segments;
    private long acknowledgements;

    LongPath() {
        egress[0] = a.newEgress("b", e -> {});
        egress[1] = b.newEgress("a", e -> {});
        a.setAddresses(List.of(A));
        b.setAddresses(List.of(B));
        b.listen(PORT, c -> new BulkSink());
        a.connect(new IpEndpoint(B, PORT), ConnectOptions.DEFAULT, new BulkSource(), nowNanos);
    }

    /** Runs until {@code count} more acknowledgements have been processed. */
    void acknowledge(long count) {
        long until = acknowledgements + count;
        while (acknowledgements < until) {
            turn();
        }
    }

    private void turn() {
        nowNanos += TURN_NANOS;
        deliver(there, b);
        acknowledgements += deliver(back, a);
        a.advance(nowNanos);
        b.advance(nowNanos);
        send(a, egress[0], there, MTU_BYTES);
        send(b, egress[1], back, Integer.MAX_VALUE);
    }

    private int deliver(Wire wire, Stack to) {
        batch.clear();
        wire.take(batch, nowNanos);
        if (!batch.isEmpty()) {
            batch.setArrivalNanos(nowNanos);
            to.input(batch, nowNanos);
        }
        return batch.count();
    }

    private void send(Stack from, Egress out, Wire wire, int maxBytes) {
        batch.clear();
        if (!from.isReady(out)) {
            return;
        }
        from.pull(out, batch, maxBytes, nowNanos);
        for (int i = 0; i < batch.count(); i++) {
            boolean lost = batch.length(i) > MTU_BYTES / 2 && ++segments % LOSE_ONE_IN == 0;
            if (!lost) {
                wire.put(batch, i, nowNanos + ONE_WAY_NANOS);
            }
        }
    }
}
