package pt.sunbeam.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.NaclBox;
import pt.sunbeam.derp.DerpFrame;
import pt.sunbeam.derp.DerpFrameReader;
import pt.sunbeam.disco.DiscoPacket;
import pt.sunbeam.keys.NodePublic;

/** One client of a {@link RelayServer}, from its HTTP request to its last packet. Confined to the relay's loop. */
final class RelayServerClient extends ChannelInboundHandlerAdapter {
    /** Tailscale's relay drops beyond 32 packets a client; in bytes, so that a slow reader bounds memory. */
    private static final long MAX_PENDING_BYTES = 32 * 1400L;

    private static final byte[] MAGIC = "DERP\uD83D\uDD11".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SERVER_INFO = "{\"version\":2}".getBytes(StandardCharsets.US_ASCII);

    private final RelayServer server;
    private final SecureRandom random = new SecureRandom();
    private final DerpFrameReader reader = new DerpFrameReader(this::onFrame);
    private final ByteArrayOutputStream head = new ByteArrayOutputStream();
    private final Set<NodePublic> sources = new HashSet<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable NodePublic node;
    private @Nullable ScheduledFuture<?> keepAlive;
    private boolean upgraded;

    RelayServerClient(RelayServer server) {
        this.server = server;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        context = ctx;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        byte[] bytes = ByteBufUtil.getBytes(in);
        in.release();
        if (server.silent()) {
            return;
        }
        if (upgraded) {
            readFrames(bytes, 0);
        } else {
            head.writeBytes(bytes);
            byte[] all = head.toByteArray();
            int end = new String(all, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
            if (end >= 0) {
                upgrade(ctx);
                readFrames(all, end + 4);
            }
        }
    }

    private void readFrames(byte[] bytes, int offset) {
        if (!reader.read(bytes, offset, bytes.length - offset)) {
            close();
        }
        if (context != null) {
            context.flush();
        }
    }

    private void upgrade(ChannelHandlerContext ctx) {
        if (server.refuse()) {
            String answer = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 11\r\n\r\ngo away now";
            ctx.writeAndFlush(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII));
            ctx.close();
            return;
        }
        upgraded = true;
        String answer =
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: DERP\r\nConnection: Upgrade\r\nDerp-Version: 2\r\n\r\n";
        ctx.write(Unpooled.copiedBuffer(answer, StandardCharsets.US_ASCII));
        write(DerpFrame.encode(
                DerpFrame.SERVER_KEY, MAGIC, server.key().publicKey().toBytes()));
    }

    private void onFrame(byte type, byte[] b, int offset, int length) {
        switch (type) {
            case DerpFrame.CLIENT_INFO -> onClientInfo(Arrays.copyOfRange(b, offset, offset + length));
            case DerpFrame.SEND_PACKET -> onSend(b, offset, length);
            case DerpFrame.PING -> write(DerpFrame.encode(DerpFrame.PONG, Arrays.copyOfRange(b, offset, offset + 8)));
            default -> {}
        }
    }

    private void onClientInfo(byte[] payload) {
        NodePublic claimed = new NodePublic(Arrays.copyOf(payload, DerpFrame.KEY_BYTES));
        NaclBox box = server.key().box(claimed);
        if (box == null || box.open(Arrays.copyOfRange(payload, DerpFrame.KEY_BYTES, payload.length)) == null) {
            close();
            return;
        }
        node = claimed;
        server.register(claimed, this);
        write(DerpFrame.encode(DerpFrame.SERVER_INFO, box.seal(SERVER_INFO, random)));
    }

    private void onSend(byte[] b, int offset, int length) {
        if (node == null || length < DerpFrame.KEY_BYTES) {
            return;
        }
        NodePublic to = new NodePublic(Arrays.copyOfRange(b, offset, offset + DerpFrame.KEY_BYTES));
        byte[] data = Arrays.copyOfRange(b, offset + DerpFrame.KEY_BYTES, offset + length);
        RelayServerClient peer = server.client(to);
        if (peer != null) {
            server.countRelayed();
            peer.deliver(node, data);
        } else if (DiscoPacket.matches(data, 0, data.length)) {
            write(DerpFrame.encode(DerpFrame.PEER_GONE, to.toBytes(), new byte[] {1}));
        }
    }

    private void deliver(NodePublic source, byte[] data) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || ctx.channel().bytesBeforeWritable() > MAX_PENDING_BYTES) {
            return;
        }
        sources.add(source);
        write(DerpFrame.encode(DerpFrame.RECV_PACKET, source.toBytes(), data));
        ctx.flush();
    }

    void peerDisconnected(NodePublic peer) {
        if (sources.remove(peer)) {
            write(DerpFrame.encode(DerpFrame.PEER_GONE, peer.toBytes(), new byte[] {0}));
        }
    }

    void scheduleKeepAlive(long period, TimeUnit unit) {
        keepAlive = server.loop()
                .scheduleAtFixedRate(() -> write(DerpFrame.encode(DerpFrame.KEEP_ALIVE)), period, period, unit);
    }

    void write(byte[] frame) {
        if (context != null && !server.silent()) {
            context.write(Unpooled.wrappedBuffer(frame));
            context.flush();
        }
    }

    void close() {
        if (context != null) {
            context.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (keepAlive != null) {
            keepAlive.cancel(false);
        }
        if (node != null) {
            server.unregister(node, this);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
