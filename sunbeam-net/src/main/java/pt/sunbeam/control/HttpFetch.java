package pt.sunbeam.control;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import pt.sunbeam.transport.Dialer;

/** One plain HTTP/1.1 request on a connection of its own: the server's key, and answers to pings. */
final class HttpFetch {
    static final int MAX_BODY_BYTES = 64 << 10;
    static final int MAX_HEAD_BYTES = 16 << 10;

    private HttpFetch() {}

    /** Dials, asks and reads the whole answer; redirects are not followed. */
    static HttpAnswer send(
            Dialer dialer, ControlUrl url, HttpMethod method, String pathAndQuery, Duration connect, Duration answer) {
        Channel channel = dialer.dial(url.target(), connect);
        CompletableFuture<HttpAnswer> done = new CompletableFuture<>();
        try {
            channel.eventLoop().execute(() -> {
                HttpDecoderConfig limits = new HttpDecoderConfig().setMaxHeaderSize(MAX_HEAD_BYTES);
                channel.pipeline()
                        .addLast(new HttpClientCodec(limits, false, false))
                        .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                        .addLast(new Collector(done));
                channel.config().setAutoRead(true);
                channel.writeAndFlush(request(url, method, pathAndQuery));
            });
            return Waits.await(done, answer, url, "answer " + method + " " + withoutQuery(pathAndQuery));
        } finally {
            channel.close();
        }
    }

    private static FullHttpRequest request(ControlUrl url, HttpMethod method, String pathAndQuery) {
        FullHttpRequest request = new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, method, pathAndQuery);
        request.headers()
                .set(HttpHeaderNames.HOST, url.authority())
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(HttpHeaderNames.USER_AGENT, "sunbeam");
        return request;
    }

    private static String withoutQuery(String pathAndQuery) {
        int query = pathAndQuery.indexOf('?');
        return query < 0 ? pathAndQuery : pathAndQuery.substring(0, query);
    }

    private static final class Collector extends SimpleChannelInboundHandler<FullHttpResponse> {
        private final CompletableFuture<HttpAnswer> done;

        Collector(CompletableFuture<HttpAnswer> done) {
            this.done = done;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext ctx, FullHttpResponse answer) {
            if (answer.decoderResult().isFailure()) {
                done.completeExceptionally(answer.decoderResult().cause());
                return;
            }
            String retryAfter = answer.headers().get(HttpHeaderNames.RETRY_AFTER, "");
            done.complete(new HttpAnswer(answer.status().code(), retryAfter, ByteBufUtil.getBytes(answer.content())));
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            done.completeExceptionally(new IOException("the connection ended before the answer did"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            done.completeExceptionally(cause);
        }
    }
}
