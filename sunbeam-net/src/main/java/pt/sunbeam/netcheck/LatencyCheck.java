package pt.sunbeam.netcheck;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.time.Ticker;

/** {@code GET /derp/latency-check} on a fresh connection: from the request to the head of the answer (Tailscale 1.103, net/netcheck). */
final class LatencyCheck extends SimpleChannelInboundHandler<HttpObject> {
    private static final String PATH = "/derp/latency-check";
    private static final int MAX_HEAD_BYTES = 16 << 10;

    private final Ticker ticker;
    private final String hostHeader;
    private final CompletableFuture<@Nullable Long> answered;
    private long askedNanos;

    LatencyCheck(String hostHeader, Ticker ticker, CompletableFuture<@Nullable Long> answered) {
        this.hostHeader = hostHeader;
        this.ticker = ticker;
        this.answered = answered;
    }

    /** The round trip in nanoseconds, or null when the relay gives no such answer in time. Blocks; the channel is left open. */
    static @Nullable Long ask(Channel channel, String hostHeader, Ticker ticker, Duration timeout)
            throws InterruptedException {
        CompletableFuture<@Nullable Long> answered = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            HttpDecoderConfig limits = new HttpDecoderConfig().setMaxHeaderSize(MAX_HEAD_BYTES);
            channel.pipeline()
                    .addLast(new HttpClientCodec(limits, false, false))
                    .addLast(new LatencyCheck(hostHeader, ticker, answered));
            channel.config().setAutoRead(true);
        });
        try {
            return answered.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            return null;
        }
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        DefaultFullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, PATH);
        request.headers().set(HttpHeaderNames.HOST, hostHeader).set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        askedNanos = ticker.nanos();
        ctx.writeAndFlush(request);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (part instanceof HttpResponse head) {
            boolean good = head.decoderResult().isSuccess() && head.status().equals(HttpResponseStatus.OK);
            answered.complete(good ? ticker.nanos() - askedNanos : null);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        answered.complete(null);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        answered.complete(null);
        ctx.close();
    }
}
