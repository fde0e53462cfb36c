package pt.sunbeam.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;

/**
 * Connects to the first of several addresses that answers (RFC 8305 section 5): each next attempt starts when the
 * one before it failed or has been silent for {@link #STAGGER_MILLIS}; the losers are closed. Confined to its loop.
 */
final class ConnectRace {
    /** RFC 8305 section 5, recommended connection attempt delay. */
    static final int STAGGER_MILLIS = 250;

    private static final ChannelHandler NOTHING = new ChannelInitializer<>() {
        @Override
        protected void initChannel(Channel ch) {
            // The caller adds its handlers once the race is decided.
        }

        @Override
        public boolean isSharable() {
            return true;
        }
    };

    private final EventLoop loop;
    private final List<IpAddress> addresses;
    private final int port;
    private final Promise<Channel> winner;
    private final List<ChannelFuture> attempts = new ArrayList<>();
    private int next;
    private int failed;
    private @Nullable ScheduledFuture<?> stagger;

    private ConnectRace(EventLoop loop, List<IpAddress> addresses, int port) {
        this.loop = loop;
        this.addresses = addresses;
        this.port = port;
        this.winner = loop.newPromise();
    }

    static Promise<Channel> start(EventLoop loop, List<IpAddress> addresses, int port) {
        ConnectRace race = new ConnectRace(loop, addresses, port);
        loop.execute(race::startNext);
        race.winner.addListener(f -> race.finish());
        return race.winner;
    }

    private void startNext() {
        if (stagger != null) {
            stagger.cancel(false);
        }
        if (winner.isDone() || next >= addresses.size()) {
            return;
        }
        IpAddress address = addresses.get(next++);
        ChannelFuture attempt = new Bootstrap()
                .group(loop)
                .channel(EventLoops.socketType())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.AUTO_READ, false)
                .handler(NOTHING)
                .connect(new IpEndpoint(address, port).toSocketAddress());
        attempts.add(attempt);
        attempt.addListener(f -> settled(attempt));
        stagger = loop.schedule(this::startNext, STAGGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void settled(ChannelFuture attempt) {
        if (attempt.isSuccess()) {
            if (!winner.trySuccess(attempt.channel())) {
                attempt.channel().close();
            }
            return;
        }
        failed++;
        if (failed == addresses.size() && attempt.cause() != null) {
            winner.tryFailure(attempt.cause());
        } else {
            startNext();
        }
    }

    private void finish() {
        if (stagger != null) {
            stagger.cancel(false);
        }
        Channel won = winner.isSuccess() ? winner.getNow() : null;
        for (ChannelFuture attempt : attempts) {
            if (!attempt.channel().equals(won)) {
                attempt.channel().close();
            }
        }
    }
}
