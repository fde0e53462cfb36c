package pt.sunbeam.sim.emulator;

import java.util.ArrayDeque;
import java.util.Arrays;

/** Packets under way in the order of their arrival, those of one instant in the order of their coming. Memory is reused. */
final class DelayLine {
    private static final int SLOT_BYTES = 2048;

    /** A packet under way. */
    static final class Slot {
        private byte[] bytes = new byte[SLOT_BYTES];
        private int length;
        private long atNanos;
        private long order;

        byte[] bytes() {
            return bytes;
        }

        int length() {
            return length;
        }

        long atNanos() {
            return atNanos;
        }

        private void set(byte[] packet, int count, long at, long sequence) {
            if (count > bytes.length) {
                bytes = new byte[count];
            }
            System.arraycopy(packet, 0, bytes, 0, count);
            length = count;
            atNanos = at;
            order = sequence;
        }

        private boolean isBefore(Slot other) {
            return atNanos != other.atNanos ? atNanos < other.atNanos : order < other.order;
        }
    }

    private final ArrayDeque<Slot> free = new ArrayDeque<>();
    private Slot[] heap = new Slot[256];
    private int size;
    private long added;

    /** Keeps a copy of the packet until {@code atNanos}; bit {@code turnedBit} of it is turned, -1 for none. */
    void add(byte[] packet, int length, long atNanos, int turnedBit) {
        Slot slot = free.isEmpty() ? new Slot() : free.pop();
        slot.set(packet, length, atNanos, added++);
        if (turnedBit >= 0) {
            slot.bytes[turnedBit / 8] ^= (byte) (1 << turnedBit % 8);
        }
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, 2 * size);
        }
        up(size++, slot);
    }

    /** When the next packet arrives, or {@link Long#MAX_VALUE}. */
    long nextNanos() {
        return size == 0 ? Long.MAX_VALUE : heap[0].atNanos;
    }

    int size() {
        return size;
    }

    /** Takes the next packet out; give it back with {@link #recycle}. Only when there is one. */
    Slot remove() {
        Slot first = heap[0];
        Slot last = heap[--size];
        if (size > 0) {
            down(last);
        }
        return first;
    }

    void recycle(Slot slot) {
        free.push(slot);
    }

    private void up(int from, Slot slot) {
        int at = from;
        while (at > 0 && slot.isBefore(heap[(at - 1) / 2])) {
            heap[at] = heap[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        heap[at] = slot;
    }

    private void down(Slot slot) {
        int at = 0;
        for (int child = 1; child < size; child = 2 * at + 1) {
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            if (!heap[child].isBefore(slot)) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = slot;
    }
}
