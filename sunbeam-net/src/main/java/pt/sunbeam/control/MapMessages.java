package pt.sunbeam.control;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import pt.sunbeam.tailcfg.ControlJson;
import pt.sunbeam.tailcfg.Decoded;
import pt.sunbeam.tailcfg.MapResponse;

/**
 * Unpacks and parses the messages of one map stream. Owned by the stream's reader, never by a loop; closed with the stream.
 *
 * <p>A message is a whole zstd frame (RFC 8878) when it begins with its magic number, else JSON. The size that a frame
 * announces is not believed: the destination's size is the limit.
 */
final class MapMessages implements AutoCloseable {
    private static final int MAGIC = 0xFD2FB528;
    private static final int FIRST_GUESS_FACTOR = 8;

    private final MapLimits limits;
    private final ControlJson json;
    private final ZstdDecompressCtx zstd = new ZstdDecompressCtx();

    MapMessages(MapLimits limits) {
        this.limits = limits;
        this.json = ControlJson.forMaps(limits.maxTokens());
    }

    Decoded<MapResponse> decode(byte[] frame) {
        if (!isZstd(frame)) {
            return frame.length > limits.maxMessageBytes() ? tooLong() : json.mapResponse(frame, 0, frame.length);
        }
        long announced = Zstd.getFrameContentSize(frame);
        if (announced > limits.maxMessageBytes()) {
            return tooLong();
        }
        return announced > 0 ? unpack(frame, (int) announced) : unpackUnknown(frame);
    }

    /** Without an announced size, the destination grows until it is enough or the limit is reached. */
    private Decoded<MapResponse> unpackUnknown(byte[] frame) {
        long guess = Math.max(4096, (long) frame.length * FIRST_GUESS_FACTOR);
        while (guess < limits.maxMessageBytes()) {
            if (unpack(frame, (int) guess) instanceof Decoded.Ok<MapResponse> ok) {
                return ok;
            }
            guess *= 4;
        }
        return unpack(frame, limits.maxMessageBytes());
    }

    private Decoded<MapResponse> unpack(byte[] frame, int destinationBytes) {
        byte[] message = new byte[destinationBytes];
        int n;
        try {
            n = zstd.decompressByteArray(message, 0, message.length, frame, 0, frame.length);
        } catch (ZstdException e) {
            return new Decoded.Malformed<>("it does not unpack into " + destinationBytes + " bytes");
        }
        return json.mapResponse(message, 0, n);
    }

    private Decoded<MapResponse> tooLong() {
        return new Decoded.Malformed<>("it is longer than " + limits.maxMessageBytes() + " bytes");
    }

    private static boolean isZstd(byte[] b) {
        return b.length >= 4
                && ((b[0] & 0xff) | (b[1] & 0xff) << 8 | (b[2] & 0xff) << 16 | (b[3] & 0xff) << 24) == MAGIC;
    }

    @Override
    public void close() {
        zstd.close();
    }
}
