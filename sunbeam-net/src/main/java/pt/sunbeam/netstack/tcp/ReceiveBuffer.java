package pt.sunbeam.netstack.tcp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.memory.ChunkPool;

/**
 * Bytes received and not yet read, in order and beyond holes.
 *
 * <p>Positions are counted from the first byte of the stream. Every byte is stored at its final place in a ring of pooled
 * chunks, so filling a hole moves nothing; a chunk is taken when its first byte arrives. A sorted set of at most
 * {@link #MAX_RANGES} ranges remembers what lies beyond the first hole (RFC 2018). Where segments overlap, the bytes that
 * came first stay.
 */
final class ReceiveBuffer {
    static final int MAX_RANGES = 512;

    private static final int CHUNK = ChunkPool.CHUNK;

    /** A ring this small stays when it is empty: an idle stream loses little, a busy one allocates nothing. */
    private static final int KEPT_SLOTS = 64;

    private static final int KEPT_RANGES = 8;

    private final ChunkPool pool;
    private byte @Nullable [] @Nullable [] ring;
    private long readPosition;
    private long endPosition;
    private long[] starts = NO_RANGES;
    private long[] ends = NO_RANGES;
    private int ranges;
    private int beyondBytes;

    private static final long[] NO_RANGES = {};

    ReceiveBuffer(ChunkPool pool) {
        this.pool = pool;
    }

    /** Position of the first byte that is missing. */
    long endPosition() {
        return endPosition;
    }

    /** Position behind the last byte stored, in order or not. */
    long furthestPosition() {
        return ranges == 0 ? endPosition : ends[ranges - 1];
    }

    int readableBytes() {
        return (int) (endPosition - readPosition);
    }

    /** Bytes stored beyond the first hole. */
    int beyondBytes() {
        return beyondBytes;
    }

    int rangeCount() {
        return ranges;
    }

    long rangeStart(int index) {
        return starts[index];
    }

    long rangeEnd(int index) {
        return ends[index];
    }

    /** The range that contains {@code position}, or -1. */
    int rangeAt(long position) {
        int i = firstEndingAfter(position);
        return i < ranges && starts[i] <= position ? i : -1;
    }

    /** Why {@link #store} took nothing, or that it did. */
    enum Stored {
        YES,
        NO_MEMORY,
        TOO_MANY_RANGES
    }

    /** Stores {@code length} bytes at {@code position}, which is not below {@link #endPosition}. */
    Stored store(long position, byte[] b, int offset, int length) {
        if (!reserve(position, position + length)) {
            return Stored.NO_MEMORY;
        }
        if (position == endPosition && ranges == 0) {
            copyIn(position, b, offset, length);
            endPosition += length;
            return Stored.YES;
        }
        int first = firstEndingAfter(position - 1);
        int last = first;
        while (last < ranges && starts[last] <= position + length) {
            last++;
        }
        if (first == last && ranges == MAX_RANGES && position != endPosition) {
            return Stored.TOO_MANY_RANGES;
        }
        fillGaps(position, b, offset, length, first, last);
        merge(position, position + length, first, last);
        absorbFirst();
        return Stored.YES;
    }

    private void fillGaps(long position, byte[] b, int offset, int length, int first, int last) {
        long at = position;
        long end = position + length;
        for (int i = first; i < last; i++) {
            if (at < starts[i]) {
                copyIn(at, b, offset + (int) (at - position), (int) (starts[i] - at));
            }
            at = Math.max(at, ends[i]);
        }
        if (at < end) {
            copyIn(at, b, offset + (int) (at - position), (int) (end - at));
        }
    }

    /** Replaces ranges {@code first} to {@code last} (exclusive) by one that covers them and the new one. */
    private void merge(long start, long end, int first, int last) {
        long from = start;
        long to = end;
        for (int i = first; i < last; i++) {
            from = Math.min(from, starts[i]);
            to = Math.max(to, ends[i]);
            beyondBytes -= (int) (ends[i] - starts[i]);
        }
        int shift = 1 - (last - first);
        if (ranges + shift > starts.length) {
            int capacity = Math.min(MAX_RANGES + 1, Math.max(8, starts.length * 2));
            starts = java.util.Arrays.copyOf(starts, capacity);
            ends = java.util.Arrays.copyOf(ends, capacity);
        }
        System.arraycopy(starts, last, starts, last + shift, ranges - last);
        System.arraycopy(ends, last, ends, last + shift, ranges - last);
        starts[first] = from;
        ends[first] = to;
        ranges += shift;
        beyondBytes += (int) (to - from);
    }

    private void absorbFirst() {
        if (ranges > 0 && starts[0] == endPosition) {
            endPosition = ends[0];
            beyondBytes -= (int) (ends[0] - starts[0]);
            ranges--;
            System.arraycopy(starts, 1, starts, 0, ranges);
            System.arraycopy(ends, 1, ends, 0, ranges);
            if (ranges == 0) {
                noRanges();
            }
        }
    }

    private void noRanges() {
        ranges = 0;
        if (starts.length > KEPT_RANGES) {
            starts = NO_RANGES;
            ends = NO_RANGES;
        }
    }

    private int firstEndingAfter(long position) {
        int low = 0;
        int high = ranges;
        while (low < high) {
            int mid = (low + high) >>> 1;
            if (ends[mid] > position) {
                high = mid;
            } else {
                low = mid + 1;
            }
        }
        return low;
    }

    /** Moves up to {@code target.remaining()} in-order bytes into {@code target}; returns how many. */
    int read(ByteBuffer target) {
        int count = Math.min(target.remaining(), readableBytes());
        int left = count;
        while (left > 0) {
            int at = (int) (readPosition % CHUNK);
            int n = Math.min(left, CHUNK - at);
            target.put(chunk(readPosition / CHUNK), at, n);
            readPosition += n;
            left -= n;
            if (readPosition % CHUNK == 0) {
                giveBack(readPosition / CHUNK - 1);
            }
        }
        if (readPosition == endPosition && ranges == 0) {
            clear();
        }
        return count;
    }

    /** Forgets all stored bytes and holds no memory any more. */
    void clear() {
        byte @Nullable [] @Nullable [] slots = ring;
        if (slots != null) {
            for (int i = 0; i < slots.length; i++) {
                byte[] chunk = slots[i];
                if (chunk != null) {
                    pool.give(chunk);
                    slots[i] = null;
                }
            }
            ring = slots.length <= KEPT_SLOTS ? slots : null;
        }
        readPosition = endPosition;
        noRanges();
        beyondBytes = 0;
    }

    private void copyIn(long position, byte[] b, int offset, int length) {
        int done = 0;
        while (done < length) {
            int at = (int) ((position + done) % CHUNK);
            int n = Math.min(length - done, CHUNK - at);
            System.arraycopy(b, offset + done, chunk((position + done) / CHUNK), at, n);
            done += n;
        }
    }

    private byte[] chunk(long index) {
        byte[] chunk = ring == null ? null : ring[(int) index & (ring.length - 1)];
        if (chunk == null) {
            throw new IllegalStateException("no chunk " + index);
        }
        return chunk;
    }

    private void giveBack(long index) {
        if (ring != null) {
            int slot = (int) index & (ring.length - 1);
            byte[] chunk = ring[slot];
            if (chunk != null) {
                pool.give(chunk);
                ring[slot] = null;
            }
        }
    }

    private boolean reserve(long from, long to) {
        long first = from / CHUNK;
        long last = (to - 1) / CHUNK;
        byte[] @Nullable [] r = ringFor((int) (last - readPosition / CHUNK) + 1);
        for (long i = first; i <= last; i++) {
            int slot = (int) i & (r.length - 1);
            if (r[slot] == null) {
                byte[] chunk = pool.take();
                if (chunk == null) {
                    return false;
                }
                r[slot] = chunk;
            }
        }
        return true;
    }

    private byte[] @Nullable [] ringFor(int chunks) {
        byte @Nullable [] @Nullable [] old = ring;
        if (old != null && old.length >= chunks) {
            return old;
        }
        int size = Math.max(4, Integer.highestOneBit(Math.max(1, chunks - 1)) * 2);
        byte[] @Nullable [] grown = new byte[size][];
        if (old != null) {
            long base = readPosition / CHUNK;
            for (long i = base; i < base + old.length; i++) {
                grown[(int) i & (size - 1)] = old[(int) i & (old.length - 1)];
            }
        }
        ring = grown;
        return grown;
    }
}
