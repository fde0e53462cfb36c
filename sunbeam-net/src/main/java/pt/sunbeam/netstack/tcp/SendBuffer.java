package pt.sunbeam.netstack.tcp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.memory.ChunkPool;

/** Bytes written and not yet acknowledged: a ring of pooled chunks, read at any offset from its first byte. */
final class SendBuffer {
    private static final int CHUNK = ChunkPool.CHUNK;

    /** A ring this small stays when it is empty: an idle stream loses little, a busy one allocates nothing. */
    private static final int KEPT_SLOTS = 64;

    private final ChunkPool pool;
    private byte @Nullable [] @Nullable [] ring;
    private int head;
    private int chunks;
    private int headOffset;
    private int length;

    SendBuffer(ChunkPool pool) {
        this.pool = pool;
    }

    int length() {
        return length;
    }

    /** Takes up to {@code max} bytes of {@code source}; fewer when the pool is spent. Returns how many. */
    int append(ByteBuffer source, int max) {
        int left = Math.min(source.remaining(), max);
        int taken = 0;
        while (left > 0) {
            int end = headOffset + length;
            if (end == chunks * CHUNK && !addChunk()) {
                break;
            }
            int n = Math.min(left, CHUNK - end % CHUNK);
            source.get(chunk(end / CHUNK), end % CHUNK, n);
            length += n;
            taken += n;
            left -= n;
        }
        return taken;
    }

    /** Copies {@code count} bytes that begin {@code offset} bytes into the buffer. */
    void copyTo(int offset, byte[] target, int at, int count) {
        int from = headOffset + offset;
        int done = 0;
        while (done < count) {
            int n = Math.min(count - done, CHUNK - (from + done) % CHUNK);
            System.arraycopy(chunk((from + done) / CHUNK), (from + done) % CHUNK, target, at + done, n);
            done += n;
        }
    }

    /** Forgets the first {@code count} bytes. */
    void release(int count) {
        headOffset += count;
        length -= count;
        while (headOffset >= CHUNK) {
            dropHead();
            headOffset -= CHUNK;
        }
        if (length == 0) {
            clear();
        }
    }

    /** Forgets everything and holds no memory any more. */
    void clear() {
        while (chunks > 0) {
            dropHead();
        }
        if (ring != null && ring.length > KEPT_SLOTS) {
            ring = null;
        }
        head = 0;
        headOffset = 0;
        length = 0;
    }

    private byte[] chunk(int index) {
        byte[] chunk = ring == null ? null : ring[(head + index) & (ring.length - 1)];
        if (chunk == null) {
            throw new IllegalStateException("no chunk " + index);
        }
        return chunk;
    }

    private boolean addChunk() {
        byte[] chunk = pool.take();
        if (chunk == null) {
            return false;
        }
        if (ring == null) {
            ring = new byte[4][];
        } else if (chunks == ring.length) {
            byte[][] grown = new byte[chunks * 2][];
            for (int i = 0; i < chunks; i++) {
                grown[i] = chunk(i);
            }
            ring = grown;
            head = 0;
        }
        ring[(head + chunks++) & (ring.length - 1)] = chunk;
        return true;
    }

    private void dropHead() {
        pool.give(chunk(0));
        if (ring != null) {
            ring[head] = null;
            head = (head + 1) & (ring.length - 1);
        }
        chunks--;
    }
}
