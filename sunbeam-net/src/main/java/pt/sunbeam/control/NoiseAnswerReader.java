package pt.sunbeam.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import pt.sunbeam.noise.IkInitiator;
import pt.sunbeam.noise.TransportKeys;

/**
 * Reads the server's answer to the Noise initiation, then gives way to the record codec; what has already arrived behind
 * the answer follows it there. Owned by the channel's event loop.
 */
final class NoiseAnswerReader extends ByteToMessageDecoder {
    private final ControlHandshake handshake;
    private final Consumer<NoiseRecordCodec> secured;
    private final CompletableFuture<Void> done;

    /**
     * @param secured called on the loop with the codec, already in the pipeline behind this handler, to add what speaks
     *     inside it
     */
    NoiseAnswerReader(ControlHandshake handshake, Consumer<NoiseRecordCodec> secured, CompletableFuture<Void> done) {
        this.handshake = handshake;
        this.secured = secured;
        this.done = done;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (done.isDone()) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < ControlHandshake.ANSWER_HEADER_BYTES) {
            return;
        }
        int type = in.getUnsignedByte(in.readerIndex());
        int length = in.getUnsignedShort(in.readerIndex() + 1);
        switch (type) {
            case ControlHandshake.RESPONSE -> onResponse(ctx, in, length);
            case ControlHandshake.ERROR -> onError(ctx, in, length);
            default -> fail(ctx, "its answer to the handshake is of unknown type " + type);
        }
    }

    private void onResponse(ChannelHandlerContext ctx, ByteBuf in, int length) {
        if (length != IkInitiator.RESPONSE_BYTES) {
            fail(ctx, "its answer to the handshake has " + length + " bytes");
            return;
        }
        if (in.readableBytes() < ControlHandshake.ANSWER_HEADER_BYTES + length) {
            return;
        }
        byte[] response = new byte[length];
        in.skipBytes(ControlHandshake.ANSWER_HEADER_BYTES).readBytes(response);
        TransportKeys keys = handshake.finish(response);
        if (keys == null) {
            done.completeExceptionally(new HandshakeForged());
            ctx.close();
            return;
        }
        NoiseRecordCodec codec = new NoiseRecordCodec(keys.initiatorToResponder(), keys.responderToInitiator());
        ctx.pipeline().addAfter(ctx.name(), "noise", codec);
        secured.accept(codec);
        ctx.pipeline().remove(this);
        done.complete(null);
    }

    private void onError(ChannelHandlerContext ctx, ByteBuf in, int length) {
        int wanted = Math.min(length, ControlHandshake.MAX_ERROR_BYTES);
        if (in.readableBytes() >= ControlHandshake.ANSWER_HEADER_BYTES + wanted) {
            int at = in.readerIndex() + ControlHandshake.ANSWER_HEADER_BYTES;
            String text = in.toString(at, wanted, StandardCharsets.UTF_8);
            fail(ctx, "it refused the handshake: " + ServerText.clean(text));
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        done.completeExceptionally(new IOException("the connection ended during the handshake"));
        super.channelInactive(ctx);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        done.completeExceptionally(cause);
        ctx.close();
    }

    private void fail(ChannelHandlerContext ctx, String what) {
        done.completeExceptionally(new IOException(what));
        ctx.close();
    }

    /** The answer does not prove the server's key: the key is out of date, or somebody sits in between. */
    static final class HandshakeForged extends IOException {
        HandshakeForged() {
            super("its answer to the handshake is not authentic");
        }
    }
}
