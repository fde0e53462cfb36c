package pt.sunbeam.control;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts the body of a map stream into messages: a 32-bit little-endian length and so many bytes ({@code
 * control/controlclient/direct.go} of Tailscale 1.102). HTTP/2's boundaries mean nothing here. Memory grows with what has
 * come, not with what is announced.
 */
final class MapFrames {
    private static final int LENGTH_BYTES = 4;
    private static final int FIRST_BYTES = 16 << 10;

    private final int maxFrameBytes;
    private final Consumer<byte[]> sink;
    private byte[] buffer = new byte[FIRST_BYTES];
    private int filled;
    private int lengthBytesRead;
    private int length;

    MapFrames(int maxFrameBytes, Consumer<byte[]> sink) {
        this.maxFrameBytes = maxFrameBytes;
        this.sink = sink;
    }

    /** Reads all of {@code in}; false when a length is over the limit or zero, after which the stream is useless. */
    boolean onBytes(ByteBuf in) {
        while (in.isReadable()) {
            if (lengthBytesRead < LENGTH_BYTES) {
                length |= in.readUnsignedByte() << 8 * lengthBytesRead++;
                if (lengthBytesRead == LENGTH_BYTES && (length <= 0 || length > maxFrameBytes)) {
                    return false;
                }
            } else {
                fill(in);
            }
        }
        return true;
    }

    /** The length last announced, as an unsigned number. */
    long announcedBytes() {
        return Integer.toUnsignedLong(length);
    }

    private void fill(ByteBuf in) {
        int n = Math.min(in.readableBytes(), length - filled);
        if (filled + n > buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(length, Math.max(filled + n, 2L * buffer.length)));
        }
        in.readBytes(buffer, filled, n);
        filled += n;
        if (filled == length) {
            byte[] message = filled == buffer.length ? buffer : Arrays.copyOf(buffer, filled);
            buffer = new byte[FIRST_BYTES];
            filled = 0;
            length = 0;
            lengthBytesRead = 0;
            sink.accept(message);
        }
    }
}
