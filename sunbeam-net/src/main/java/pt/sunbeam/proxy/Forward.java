package pt.sunbeam.proxy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.WriteBufferWaterMark;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.transport.EventLoops;

/**
 * One local listener whose connections lead to one target in the tailnet. The target is looked up at each connection, so a
 * peer may join, leave or move. Owner: the data loop, but for {@link #open}.
 */
public final class Forward {
    private static final Logger LOG = LoggerFactory.getLogger(Forward.class);

    /** Connections the kernel may hold for us before we accept them. */
    private static final int BACKLOG = 1024;

    /** What may wait for the local program before the tunnel's window closes. */
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(128 << 10, 512 << 10);

    private final ForwardSpec spec;
    private final Tailnet tailnet;
    private final Channel listener;
    private final Set<Splice> splices = new HashSet<>();
    private String lastFailure = "";

    private Forward(ForwardSpec spec, Tailnet tailnet, EventLoop loop) {
        this.spec = spec;
        this.tailnet = tailnet;
        this.listener = bind(loop);
    }

    /**
     * Starts listening. Blocks; not for the data loop.
     *
     * @throws SunbeamException PORT_TAKEN when the local address cannot be had
     */
    public static Forward open(ForwardSpec spec, Tailnet tailnet, EventLoop loop) {
        return new Forward(spec, tailnet, loop);
    }

    private Channel bind(EventLoop loop) {
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channelFactory(() -> EventLoops.newServer(spec.bind().v6()))
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel ch) {
                        ch.pipeline().addLast(new Splice(Forward.this, tailnet));
                    }
                })
                .bind(new IpEndpoint(spec.bind(), spec.port()).toSocketAddress())
                .awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw notBound(cause);
        }
        return bound.channel();
    }

    private SunbeamException notBound(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        if (text.contains("assign")) {
            return notBound(
                    "this machine has no such address", "leave the address out: -L PORT:" + spec.targetText(), cause);
        }
        String reason = text.contains("in use")
                ? "another program listens there"
                : text.contains("ermission") ? "this user may not" : text;
        return notBound(reason, "choose another local port: -L PORT:" + spec.targetText(), cause);
    }

    private SunbeamException notBound(String reason, String advice, Throwable cause) {
        return new SunbeamException(
                FailureCode.PORT_TAKEN, "cannot listen on " + spec.listenText() + ": " + reason, advice, cause);
    }

    public ForwardSpec spec() {
        return spec;
    }

    /** The local end, with the port that was really taken. */
    public IpEndpoint localEndpoint() {
        return IpEndpoint.of((InetSocketAddress) listener.localAddress());
    }

    public int connectionCount() {
        return splices.size();
    }

    /** Why the last connection could not be made; empty while all could. */
    public String lastFailure() {
        return lastFailure;
    }

    void opened(Splice splice) {
        splices.add(splice);
    }

    void closed(Splice splice) {
        splices.remove(splice);
    }

    void connected() {
        lastFailure = "";
    }

    void failed(String reason) {
        lastFailure = reason;
        LOG.warn("forward {} to {}: {}", spec.listenText(), spec.targetText(), reason);
    }

    /** Stops listening and resets what is open. */
    public void close() {
        listener.close();
        List.copyOf(splices).forEach(Splice::abort);
    }
}
