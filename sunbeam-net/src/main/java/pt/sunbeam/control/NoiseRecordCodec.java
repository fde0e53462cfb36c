package pt.sunbeam.control;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandler;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.net.SocketAddress;
import java.util.List;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.crypto.ChaCha20Poly1305;

/**
 * The records of a control connection after its handshake ({@code control/controlbase/conn.go} of Tailscale 1.102): bytes
 * in, bytes out, like TLS. Owned by the channel's event loop.
 *
 * <pre>
 *   0x04 | length, 16 bits big-endian | ciphertext and tag
 * </pre>
 *
 * <p>A record has at most 4096 bytes. The nonce is four zero bytes and a counter in <em>big-endian</em> order, where Noise
 * says little-endian. The header is not authenticated. Anything but a good record ends the connection.
 */
public final class NoiseRecordCodec extends ByteToMessageDecoder implements ChannelOutboundHandler {
    static final int HEADER_BYTES = 3;
    static final int MAX_RECORD_BYTES = 4096;
    static final int MAX_CIPHERTEXT_BYTES = MAX_RECORD_BYTES - HEADER_BYTES;

    /** The most that one record carries. */
    public static final int MAX_PLAINTEXT_BYTES = MAX_CIPHERTEXT_BYTES - ChaCha20Poly1305.TAG_BYTES;

    static final int RECORD = 4;

    private static final int COUNTER_AT = 4;

    private final ChaCha20Poly1305 sealer;
    private final ChaCha20Poly1305 opener;
    private final byte[] nonce = new byte[ChaCha20Poly1305.NONCE_BYTES];
    private final byte[] scratch = new byte[MAX_CIPHERTEXT_BYTES];
    private long sent;
    private long received;
    private boolean broken;

    /** The two directions of this end. */
    public NoiseRecordCodec(byte[] sendKey, byte[] receiveKey) {
        this(sendKey, receiveKey, 0);
    }

    /** For tests of the nonce: as if {@code sent} records had gone out. */
    NoiseRecordCodec(byte[] sendKey, byte[] receiveKey, long sent) {
        this.sealer = new ChaCha20Poly1305(sendKey);
        this.opener = new ChaCha20Poly1305(receiveKey);
        this.sent = sent;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (broken) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (in.readableBytes() < HEADER_BYTES) {
            return;
        }
        int type = in.getUnsignedByte(in.readerIndex());
        int length = in.getUnsignedShort(in.readerIndex() + 1);
        if (type != RECORD) {
            fail("a record of unknown type " + type);
        }
        if (length > MAX_CIPHERTEXT_BYTES || length < ChaCha20Poly1305.TAG_BYTES) {
            fail("a record of impossible length " + length);
        }
        if (in.readableBytes() >= HEADER_BYTES + length) {
            in.skipBytes(HEADER_BYTES).readBytes(scratch, 0, length);
            open(ctx, length, out);
        }
    }

    private void open(ChannelHandlerContext ctx, int length, List<Object> out) {
        if (received == -1) {
            fail("more records than a key may protect");
        }
        Endian.putLongBe(nonce, COUNTER_AT, received++);
        int n = opener.open(nonce, scratch, 0, length, scratch, 0);
        if (n < 0) {
            fail("a record that is not authentic");
        }
        if (n > 0) {
            out.add(ctx.alloc().buffer(n).writeBytes(scratch, 0, n));
        }
    }

    private void fail(String what) {
        broken = true;
        throw new NoiseFailure("the server sent " + what);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.fireExceptionCaught(cause);
        ctx.close();
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (!(message instanceof ByteBuf plain)) {
            ctx.write(message, promise);
            return;
        }
        try {
            int bytes = plain.readableBytes();
            int records = Math.max(1, (bytes + MAX_PLAINTEXT_BYTES - 1) / MAX_PLAINTEXT_BYTES);
            ByteBuf sealed = ctx.alloc().buffer(bytes + records * (HEADER_BYTES + ChaCha20Poly1305.TAG_BYTES));
            while (plain.isReadable()) {
                seal(plain, sealed);
            }
            ctx.write(sealed, promise);
        } finally {
            ReferenceCountUtil.release(plain);
        }
    }

    private void seal(ByteBuf plain, ByteBuf out) {
        if (sent == -1) {
            throw new NoiseFailure("this connection has sent more records than a key may protect");
        }
        int n = Math.min(plain.readableBytes(), MAX_PLAINTEXT_BYTES);
        plain.readBytes(scratch, 0, n);
        Endian.putLongBe(nonce, COUNTER_AT, sent++);
        int sealed = sealer.seal(nonce, scratch, 0, n, scratch, 0);
        out.writeByte(RECORD).writeShort(sealed).writeBytes(scratch, 0, sealed);
    }

    @Override
    public void flush(ChannelHandlerContext ctx) {
        ctx.flush();
    }

    @Override
    public void read(ChannelHandlerContext ctx) {
        ctx.read();
    }

    @Override
    public void bind(ChannelHandlerContext ctx, SocketAddress local, ChannelPromise promise) {
        ctx.bind(local, promise);
    }

    @Override
    public void connect(ChannelHandlerContext ctx, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        ctx.connect(remote, local, promise);
    }

    @Override
    public void disconnect(ChannelHandlerContext ctx, ChannelPromise promise) {
        ctx.disconnect(promise);
    }

    @Override
    public void close(ChannelHandlerContext ctx, ChannelPromise promise) {
        ctx.close(promise);
    }

    @Override
    public void deregister(ChannelHandlerContext ctx, ChannelPromise promise) {
        ctx.deregister(promise);
    }
}
