package pt.sunbeam.derp;

import java.util.Arrays;
import pt.sunbeam.bytes.Endian;

/**
 * Cuts a byte stream into frames, however the bytes arrive. Whole frames are handed on where they lie; only a frame
 * that is split over two chunks is copied. Memory is bounded by {@link DerpFrame#MAX_PAYLOAD_BYTES}.
 */
public final class DerpFrameReader {
    /** Receives frames. The array is the reader's or the caller's: copy what must outlive the call. */
    @FunctionalInterface
    public interface Sink {
        void onFrame(byte type, byte[] array, int offset, int length);
    }

    private static final int FIRST_BUFFER_BYTES = 4096;

    private final Sink sink;
    private byte[] partial = new byte[0];
    private int partialBytes;
    private boolean broken;

    public DerpFrameReader(Sink sink) {
        this.sink = sink;
    }

    /** Takes the next bytes of the stream. Returns false, now and ever after, once a frame was over the limit. */
    public boolean read(byte[] array, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (!broken && partialBytes > 0 && at < end) {
            at += complete(array, at, end);
        }
        while (!broken && partialBytes == 0 && end - at >= DerpFrame.HEADER_BYTES) {
            int payload = payloadBytes(array, at);
            if (broken || end - at < DerpFrame.HEADER_BYTES + payload) {
                break;
            }
            sink.onFrame(array[at], array, at + DerpFrame.HEADER_BYTES, payload);
            at += DerpFrame.HEADER_BYTES + payload;
        }
        if (!broken && at < end) {
            keep(array, at, end - at);
        }
        return !broken;
    }

    /** Moves bytes into the split frame until it is whole, then hands it on; returns how many bytes were taken. */
    private int complete(byte[] array, int at, int end) {
        int take = Math.min(wantedBytes() - partialBytes, end - at);
        keep(array, at, take);
        if (partialBytes >= DerpFrame.HEADER_BYTES && partialBytes == wantedBytes() && !broken) {
            int payload = partialBytes - DerpFrame.HEADER_BYTES;
            partialBytes = 0;
            sink.onFrame(partial[0], partial, DerpFrame.HEADER_BYTES, payload);
        }
        return take;
    }

    /** How long the split frame is, as far as is known: its header first, then all of it. */
    private int wantedBytes() {
        if (partialBytes < DerpFrame.HEADER_BYTES) {
            return DerpFrame.HEADER_BYTES;
        }
        int payload = payloadBytes(partial, 0);
        return broken ? partialBytes : DerpFrame.HEADER_BYTES + payload;
    }

    private int payloadBytes(byte[] array, int frameOffset) {
        int payload = Endian.intBe(array, frameOffset + 1);
        if (payload < 0 || payload > DerpFrame.MAX_PAYLOAD_BYTES) {
            broken = true;
            return 0;
        }
        return payload;
    }

    private void keep(byte[] array, int at, int length) {
        int needed = partialBytes + length;
        if (partial.length < needed) {
            partial = Arrays.copyOf(partial, Math.max(FIRST_BUFFER_BYTES, Math.max(needed, 2 * partial.length)));
        }
        System.arraycopy(array, at, partial, partialBytes, length);
        partialBytes = needed;
    }
}
