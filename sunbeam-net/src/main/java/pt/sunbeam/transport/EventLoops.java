package pt.sunbeam.transport;

import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.nio.channels.spi.SelectorProvider;

/**
 * Event loops of one thread each, on epoll where its native library loads and on the JDK's selectors elsewhere. The
 * channel types of the chosen transport come from here, so that nothing else names one.
 */
public final class EventLoops implements AutoCloseable {
    private static final boolean EPOLL = Epoll.isAvailable();

    private final MultiThreadIoEventLoopGroup group;
    private final EventLoop loop;

    /** Starts one thread called {@code name}. */
    public EventLoops(String name) {
        IoHandlerFactory factory = EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory(name, true), factory);
        loop = group.next();
    }

    public EventLoop loop() {
        return loop;
    }

    /** "epoll" or "nio": shown in status. */
    public static String transportName() {
        return EPOLL ? "epoll" : "nio";
    }

    public static Class<? extends SocketChannel> socketType() {
        return EPOLL ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    public static Class<? extends ServerChannel> serverType() {
        return EPOLL ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    /** A listener of one family: with IPv4 {@code 0.0.0.0} is not the IPv6 addresses too. */
    public static ServerChannel newServer(boolean v6) {
        SocketProtocolFamily family = v6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        return EPOLL
                ? new EpollServerSocketChannel(family)
                : new NioServerSocketChannel(SelectorProvider.provider(), family);
    }

    /** A datagram socket of one family, not yet bound. */
    public static DatagramChannel newDatagram(boolean v6) {
        SocketProtocolFamily family = v6 ? SocketProtocolFamily.INET6 : SocketProtocolFamily.INET;
        return EPOLL ? new EpollDatagramChannel(family) : new NioDatagramChannel(family);
    }

    static boolean isEpoll() {
        return EPOLL;
    }

    /** Ends the thread; channels still registered are closed. Does not wait. */
    @Override
    public void close() {
        group.shutdownGracefully(0, 2, java.util.concurrent.TimeUnit.SECONDS);
    }
}
