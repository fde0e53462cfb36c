package pt.sunbeam.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;

/**
 * Opens TCP and TLS connections on one event loop. Its calls block: they belong on virtual threads, never on a loop.
 * Certificates are checked on an executor of their own, so that a slow check does not hold the loop.
 */
public final class Dialer {
    private static final Executor CERTIFICATE_CHECKS = Executors.newVirtualThreadPerTaskExecutor();
    private static final String[] TLS_VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final EventLoop loop;
    private final Trust trust;

    public Dialer(EventLoop loop, Trust trust) {
        this.loop = loop;
        this.trust = trust;
    }

    public EventLoop loop() {
        return loop;
    }

    /**
     * Resolves, connects (addresses raced) and, where asked, completes the TLS handshake. The channel comes back with
     * automatic reading off and no handler but TLS: the caller adds its own and then turns reading on.
     *
     * @param timeout for everything together
     * @throws SunbeamException CONTROL_UNREACHABLE or CONTROL_UNTRUSTED, naming the host and the reason
     */
    public Channel dial(DialTarget target, Duration timeout) {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        List<IpAddress> addresses = Resolver.resolve(target, timeout);
        Promise<Channel> connecting = ConnectRace.start(loop, addresses, target.port());
        Channel channel = await(connecting, target, deadlineNanos);
        if (target.tls() instanceof TlsIdentity.Plain) {
            return channel;
        }
        try {
            await(startTls(channel, target), target, deadlineNanos);
            return channel;
        } catch (SunbeamException e) {
            channel.close();
            throw e;
        }
    }

    private <T> T await(Future<T> future, DialTarget target, long deadlineNanos) {
        try {
            if (!future.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                future.cancel(false);
                throw DialFailure.timedOut(target);
            }
        } catch (InterruptedException e) {
            future.cancel(false);
            Thread.currentThread().interrupt();
            throw new SunbeamException(FailureCode.INTERRUPTED, "interrupted", "", e);
        }
        Throwable cause = future.cause();
        if (cause != null) {
            throw DialFailure.of(target, cause);
        }
        return future.getNow();
    }

    private Future<Channel> startTls(Channel channel, DialTarget target) {
        Promise<Channel> done = loop.newPromise();
        loop.execute(() -> {
            try {
                SslHandler handler = tlsHandler(channel, target);
                HandshakeErrors errors = new HandshakeErrors();
                channel.pipeline().addLast("tls", handler).addLast(errors);
                handler.handshakeFuture().addListener(f -> {
                    if (f.isSuccess()) {
                        channel.pipeline().remove(errors);
                        done.trySuccess(channel);
                    } else {
                        done.tryFailure(f.cause());
                    }
                });
                channel.read();
            } catch (SSLException | IllegalArgumentException e) {
                // Also a name that TLS cannot carry, such as one with an underscore: servers may name their relays so.
                done.tryFailure(e);
            }
        });
        return done;
    }

    /** The handshake's future tells the failure; without this handler Netty would also log it with its stack. */
    private static final class HandshakeErrors extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private SslHandler tlsHandler(Channel channel, DialTarget target) throws SSLException {
        return switch (target.tls()) {
            case TlsIdentity.Plain() -> throw new IllegalArgumentException("no TLS was asked for");
            case TlsIdentity.Named(String serverName, String expectedName) -> {
                SslHandler handler = handler(channel, trust.manager(), expectedName, target.port());
                identify(handler.engine(), serverName, true);
                yield handler;
            }
            case TlsIdentity.Pinned(String serverName, String sha256Hex) -> {
                SslHandler handler = handler(channel, new PinnedLeaf(sha256Hex), serverName, target.port());
                identify(handler.engine(), serverName, false);
                yield handler;
            }
        };
    }

    /** No ALPN is offered: both upgrades (control and relay) are HTTP/1.1 only. */
    private static SslHandler handler(Channel channel, TrustManager manager, String peer, int port)
            throws SSLException {
        SslContext context = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols(TLS_VERSIONS)
                .trustManager(manager)
                .build();
        return context.newHandler(channel.alloc(), peer, port, CERTIFICATE_CHECKS);
    }

    private static void identify(SSLEngine engine, String serverName, boolean checkName) {
        SSLParameters parameters = engine.getSSLParameters();
        // An address literal is never sent as SNI (RFC 6066 section 3).
        if (IpAddress.parse(serverName) == null) {
            parameters.setServerNames(List.of(new SNIHostName(serverName)));
        }
        parameters.setEndpointIdentificationAlgorithm(checkName ? "HTTPS" : "");
        engine.setSSLParameters(parameters);
    }
}
