package pt.sunbeam.underlay;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.transport.EventLoops;

/**
 * A UDP socket connected to one port of the router, apart from the sockets of paths: the system then says from which address
 * the router is asked, and lets nothing in but the router's answers. Owner: the loop, on which every method is called.
 */
public final class GatewaySocket extends ChannelInboundHandlerAdapter {
    /** The longest answer that is read as a whole: above the 1100 bytes of a PCP message (RFC 6887 section 7). */
    private static final int LARGEST_DATAGRAM = 2048;

    /** Hears of answers, on the loop. */
    public interface Receiver {
        void received(IpEndpoint source, byte[] datagram);
    }

    private final DatagramChannel channel;
    private final IpEndpoint gateway;
    private final Receiver receiver;
    private long receiveErrors;

    private GatewaySocket(DatagramChannel channel, IpEndpoint gateway, Receiver receiver) {
        this.channel = channel;
        this.gateway = gateway;
        this.receiver = receiver;
    }

    /** Null when the system has no such socket or no way to the gateway. */
    public static @Nullable GatewaySocket open(EventLoop loop, IpEndpoint gateway, Receiver receiver) {
        DatagramChannel channel;
        try {
            channel = EventLoops.newDatagram(gateway.address().v6());
        } catch (RuntimeException e) {
            return null;
        }
        channel.config().setRecvByteBufAllocator(new FixedRecvByteBufAllocator(LARGEST_DATAGRAM));
        GatewaySocket socket = new GatewaySocket(channel, gateway, receiver);
        channel.pipeline().addLast(socket);
        if (!loop.register(channel).isSuccess()) {
            return null;
        }
        ChannelFuture connected = channel.connect(gateway.toSocketAddress());
        if (!connected.isSuccess()) {
            channel.close();
            return null;
        }
        return socket;
    }

    /** The address from which requests leave. */
    public IpAddress ownAddress() {
        InetSocketAddress own = channel.localAddress();
        return IpAddress.of(own.getAddress());
    }

    /** Sends one datagram, or loses it. */
    public void send(byte[] datagram) {
        ByteBuf bytes = channel.alloc().directBuffer(datagram.length).writeBytes(datagram);
        channel.writeAndFlush(bytes);
    }

    /** Errors that reading met, most often that the gateway has no such service; reading goes on. */
    public long receiveErrors() {
        return receiveErrors;
    }

    public void close() {
        channel.close();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        DatagramPacket datagram = (DatagramPacket) message;
        try {
            ByteBuf content = datagram.content();
            byte[] b = new byte[content.readableBytes()];
            content.readBytes(b);
            InetSocketAddress sender = datagram.sender();
            receiver.received(sender == null ? gateway : IpEndpoint.of(sender), b);
        } finally {
            datagram.release();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        receiveErrors++;
    }
}
