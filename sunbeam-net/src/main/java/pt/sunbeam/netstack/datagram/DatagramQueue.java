package pt.sunbeam.netstack.datagram;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.memory.ChunkFifo;
import pt.sunbeam.netstack.memory.ChunkPool;

/** Datagrams that wait for the application: a bounded number, the newest giving way. */
public final class DatagramQueue {
    public static final int MAX_DATAGRAMS = 64;
    public static final int MAX_BYTES = 256 << 10;

    private static final int NOTHING = -1;

    private final ChunkFifo payloads;
    private boolean[] v6 = {};
    private long[] highs = {};
    private long[] lows = {};
    private int[] numbers = {};
    private long[] arrivals = {};
    private int first;

    public DatagramQueue(ChunkPool pool) {
        payloads = new ChunkFifo(pool, MAX_DATAGRAMS, MAX_BYTES);
    }

    public boolean isEmpty() {
        return payloads.isEmpty();
    }

    public int count() {
        return payloads.count();
    }

    /**
     * Adds a payload of the packet in {@code ip}; null, or why it is dropped.
     *
     * @param number what {@link Received} says of it: the port of the sender, or a sequence number
     */
    public @Nullable DropCause add(IpHeader ip, int number, byte[] b, int offset, int length, long arrivalNanos) {
        if (!payloads.hasRoom(1, length)) {
            return DropCause.DATAGRAM_QUEUE_FULL;
        }
        if (!payloads.hasMemory(length)) {
            return DropCause.DATAGRAM_MEMORY;
        }
        if (numbers.length == 0) {
            allocate();
        }
        int slot = (first + payloads.count()) % MAX_DATAGRAMS;
        v6[slot] = ip.v6;
        highs[slot] = ip.sourceHigh;
        lows[slot] = ip.sourceLow;
        numbers[slot] = number;
        arrivals[slot] = arrivalNanos;
        payloads.add(b, offset, length);
        return null;
    }

    private void allocate() {
        v6 = new boolean[MAX_DATAGRAMS];
        highs = new long[MAX_DATAGRAMS];
        lows = new long[MAX_DATAGRAMS];
        numbers = new int[MAX_DATAGRAMS];
        arrivals = new long[MAX_DATAGRAMS];
    }

    /** Takes the first one; its length, of which {@code target} may hold less, or -1 when none waits. */
    public int take(ByteBuffer target, Received received) {
        if (payloads.isEmpty()) {
            return NOTHING;
        }
        received.set(v6[first], highs[first], lows[first], numbers[first], arrivals[first]);
        first = (first + 1) % MAX_DATAGRAMS;
        return payloads.take(target);
    }

    public void clear() {
        payloads.clear();
    }
}
