package pt.sunbeam.netstack.memory;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Records of bytes, first in first out, in chunks of the common pool: while it is empty it holds none. Confined to the
 * stack's owner thread; nothing is allocated for each record.
 */
public final class ChunkFifo {
    private static final int CHUNK = ChunkPool.CHUNK;

    private final ChunkPool pool;
    private final int maxRecords;
    private final int maxBytes;
    private final ArrayDeque<byte[]> chunks = new ArrayDeque<>(2);
    private int[] lengths = {};
    private int first;
    private int count;
    private int bytes;
    private int readAt;
    private int writeAt = CHUNK;

    /**
     * @param maxRecords how many records may wait
     * @param maxBytes how many bytes they may have together
     */
    public ChunkFifo(ChunkPool pool, int maxRecords, int maxBytes) {
        this.pool = pool;
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    public boolean isEmpty() {
        return count == 0;
    }

    public int count() {
        return count;
    }

    public int bytes() {
        return bytes;
    }

    /** True when {@code moreRecords} with {@code moreBytes} in all are within this queue's limits. */
    public boolean hasRoom(int moreRecords, int moreBytes) {
        return moreRecords <= maxRecords - count && moreBytes <= maxBytes - bytes;
    }

    /** True when the pool has the memory for {@code moreBytes}; a tight budget is left to connections. */
    public boolean hasMemory(int moreBytes) {
        int missing = moreBytes - (CHUNK - writeAt);
        long chunksMissing = missing <= 0 ? 0 : (missing + CHUNK - 1) / CHUNK;
        return chunksMissing == 0
                || !pool.isTight() && pool.chargedBytes() + chunksMissing * CHUNK <= pool.budgetBytes();
    }

    /** Adds a record; {@link #hasRoom} and {@link #hasMemory} must have been true. */
    public void add(byte[] source, int offset, int length) {
        if (lengths.length == 0) {
            lengths = new int[maxRecords];
        }
        lengths[(first + count) % maxRecords] = length;
        count++;
        bytes += length;
        int done = 0;
        while (done < length) {
            byte[] chunk = chunkToWrite();
            int n = Math.min(length - done, CHUNK - writeAt);
            System.arraycopy(source, offset + done, chunk, writeAt, n);
            writeAt += n;
            done += n;
        }
    }

    private byte[] chunkToWrite() {
        if (writeAt < CHUNK) {
            return chunks.getLast();
        }
        byte[] chunk = pool.take();
        if (chunk == null) {
            throw new IllegalStateException("no memory was asked for");
        }
        chunks.add(chunk);
        writeAt = 0;
        return chunk;
    }

    /** The length of the first record; there must be one. */
    public int firstLength() {
        return lengths[first];
    }

    /** Removes the first record into {@code target}, which has room for all of it. */
    public void take(byte[] target, int offset) {
        int length = firstLength();
        for (int done = 0; done < length; ) {
            int n = Math.min(length - done, CHUNK - readAt);
            System.arraycopy(chunks.getFirst(), readAt, target, offset + done, n);
            done += n;
            passed(n);
        }
        removed();
    }

    /** Removes the first record into {@code target}; what does not fit is lost. Returns the record's length. */
    public int take(ByteBuffer target) {
        int length = firstLength();
        for (int done = 0; done < length; ) {
            int n = Math.min(length - done, CHUNK - readAt);
            target.put(chunks.getFirst(), readAt, Math.min(n, target.remaining()));
            done += n;
            passed(n);
        }
        removed();
        return length;
    }

    private void passed(int n) {
        readAt += n;
        if (readAt == CHUNK) {
            pool.give(chunks.remove());
            readAt = 0;
        }
    }

    private void removed() {
        bytes -= firstLength();
        first = (first + 1) % maxRecords;
        if (--count == 0) {
            clear();
        }
    }

    /** Drops everything and gives the memory back. */
    public void clear() {
        while (!chunks.isEmpty()) {
            pool.give(chunks.remove());
        }
        count = 0;
        bytes = 0;
        readAt = 0;
        writeAt = CHUNK;
    }
}
