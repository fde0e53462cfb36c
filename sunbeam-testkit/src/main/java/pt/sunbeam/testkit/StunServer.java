package pt.sunbeam.testkit;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.socket.nio.NioDatagramChannel;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Says over IPv4 where a request came from: the STUN server that stands beside a relay (RFC 8489 sections 5, 6.3.1 and 14.2).
 * Whatever is no binding request it drops.
 */
final class StunServer implements AutoCloseable {
    private static final int HEADER_BYTES = 20;
    private static final int BINDING_REQUEST = 0x0001;
    private static final int BINDING_SUCCESS = 0x0101;
    private static final int MAGIC_COOKIE = 0x2112a442;
    private static final int TRANSACTION_BYTES = 12;
    private static final int XOR_MAPPED_ADDRESS = 0x0020;
    private static final int XOR_MAPPED_V4_BYTES = 8;
    private static final int FAMILY_V4 = 1;

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel channel;

    private StunServer(InetAddress host) {
        channel = new Bootstrap()
                .group(group)
                .channel(NioDatagramChannel.class)
                .handler(new Answers())
                .bind(new InetSocketAddress(host, 0))
                .syncUninterruptibly()
                .channel();
    }

    /** A server on a free port of {@code host}. */
    static StunServer start(InetAddress host) {
        return new StunServer(host);
    }

    int port() {
        return ((InetSocketAddress) channel.localAddress()).getPort();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        group.shutdownGracefully();
    }

    private static final class Answers extends SimpleChannelInboundHandler<DatagramPacket> {
        @Override
        protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket request) {
            ByteBuf in = request.content();
            boolean known = in.readableBytes() >= HEADER_BYTES
                    && in.getUnsignedShort(0) == BINDING_REQUEST
                    && in.getInt(4) == MAGIC_COOKIE;
            if (known && request.sender().getAddress() instanceof Inet4Address address) {
                ByteBuf out = ctx.alloc().buffer();
                out.writeShort(BINDING_SUCCESS).writeShort(4 + XOR_MAPPED_V4_BYTES);
                out.writeInt(MAGIC_COOKIE).writeBytes(in, 8, TRANSACTION_BYTES);
                out.writeShort(XOR_MAPPED_ADDRESS).writeShort(XOR_MAPPED_V4_BYTES);
                out.writeByte(0)
                        .writeByte(FAMILY_V4)
                        .writeShort(request.sender().getPort() ^ MAGIC_COOKIE >>> 16);
                for (int i = 0; i < 4; i++) {
                    out.writeByte(address.getAddress()[i] ^ MAGIC_COOKIE >>> 24 - 8 * i);
                }
                ctx.writeAndFlush(new DatagramPacket(out, request.sender()));
            }
        }
    }
}
