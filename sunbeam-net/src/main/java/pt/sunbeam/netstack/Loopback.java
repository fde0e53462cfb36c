package pt.sunbeam.netstack;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.memory.ChunkPool;

/**
 * Packets of a stack to its own addresses: an egress that the stack itself pulls, one batch at a time, and takes in again.
 * What waits is bounded like at every egress; a turn delivers at most {@link #MAX_BATCHES}, the next turn goes on.
 */
final class Loopback {
    static final int MAX_BATCHES = 16;

    private static final int BATCH_PACKETS = 64;

    private final Egress egress;
    private final int mtuBytes;

    /** Made with the first packet: most stacks never speak to themselves. */
    private @Nullable PacketBatch batch;

    Loopback(StackCounters counters, ChunkPool chunks, int mtuBytes) {
        egress = new Egress("loopback", e -> {}, counters, chunks);
        this.mtuBytes = mtuBytes;
    }

    Egress egress() {
        return egress;
    }

    boolean isReady() {
        return egress.isReady();
    }

    /** Moves one batch of what waits into {@code input}. */
    void turn(IpInput input, long nowNanos) {
        PacketBatch b = batch;
        if (b == null) {
            b = PacketBatch.ofPackets(BATCH_PACKETS, mtuBytes);
            batch = b;
        }
        b.clear();
        egress.pull(b, BATCH_PACKETS * mtuBytes, mtuBytes, nowNanos);
        for (int i = 0; i < b.count(); i++) {
            input.inputLooped(b.array(), b.offset(i), b.length(i), nowNanos);
        }
    }
}
