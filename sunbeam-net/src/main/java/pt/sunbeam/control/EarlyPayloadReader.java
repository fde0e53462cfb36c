package pt.sunbeam.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import pt.sunbeam.tailcfg.ControlJson;
import pt.sunbeam.tailcfg.Decoded;
import pt.sunbeam.tailcfg.EarlyNoise;

/**
 * Takes the early payload, if there is one, off the front of the decrypted stream and then leaves the pipeline
 * ({@code control/ts2021/conn.go} of Tailscale 1.102). Its five magic bytes cannot begin an HTTP/2 frame, so the first nine
 * bytes decide. Nothing waits for it: some servers never send one.
 */
final class EarlyPayloadReader extends ByteToMessageDecoder {
    static final int MAX_PAYLOAD_BYTES = 64 << 10;

    private static final int HEADER_BYTES = 9;
    private static final long MAGIC = 0xffffff5453L;

    private String nodeKeyChallenge = "";

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (in.readableBytes() < HEADER_BYTES) {
            return;
        }
        int at = in.readerIndex();
        long magic = (long) in.getUnsignedMedium(at) << 16 | in.getUnsignedShort(at + 3);
        if (magic != MAGIC) {
            ctx.pipeline().remove(this);
            return;
        }
        long length = in.getUnsignedInt(at + 5);
        if (length > MAX_PAYLOAD_BYTES) {
            throw new NoiseFailure("the server sent an early payload of " + length + " bytes");
        }
        if (in.readableBytes() >= HEADER_BYTES + length) {
            byte[] json = new byte[(int) length];
            in.skipBytes(HEADER_BYTES).readBytes(json);
            if (ControlJson.earlyNoise(json) instanceof Decoded.Ok<EarlyNoise>(EarlyNoise early)) {
                nodeKeyChallenge = early.nodeKeyChallenge();
            }
            ctx.pipeline().remove(this);
        }
    }

    /** What the server wants proof of, once it has come; no request answers it today. */
    String nodeKeyChallenge() {
        return nodeKeyChallenge;
    }
}
