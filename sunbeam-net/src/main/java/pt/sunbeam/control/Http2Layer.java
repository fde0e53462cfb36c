package pt.sunbeam.control;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.DefaultHttp2PingFrame;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameCodec;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2PingFrame;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2SettingsFrame;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/2 with prior knowledge (RFC 9113 section 3.3) behind the record codec: Netty's frame codec and one child channel a
 * request. A child that does not read gives its peer no credit, so a slow reader of the map stops the server, not the heap.
 */
final class Http2Layer {
    /** What one stream may send ahead of its reader. */
    static final int STREAM_WINDOW_BYTES = 1 << 20;

    static final int CONNECTION_WINDOW_BYTES = 4 << 20;
    static final int MAX_HEADER_LIST_BYTES = 16 << 10;

    private static final int DEFAULT_WINDOW_BYTES = 65_535;

    private Http2Layer() {}

    /** Adds the layer at the end of the pipeline; returns the handler that watches the connection. */
    static Watch addTo(ChannelPipeline pipeline) {
        Http2Settings settings = Http2Settings.defaultSettings()
                .pushEnabled(false)
                .maxConcurrentStreams(0)
                .initialWindowSize(STREAM_WINDOW_BYTES)
                .maxHeaderListSize(MAX_HEADER_LIST_BYTES);
        Http2FrameCodec codec = Http2FrameCodecBuilder.forClient()
                .initialSettings(settings)
                .gracefulShutdownTimeoutMillis(0)
                .build();
        Watch watch = new Watch();
        pipeline.addLast("early", new EarlyPayloadReader())
                .addLast("h2", codec)
                .addLast("streams", new Http2MultiplexHandler(new RefusePush()))
                .addLast("watch", watch);
        widen(codec);
        return watch;
    }

    private static void widen(Http2FrameCodec codec) {
        Http2Connection connection = codec.connection();
        try {
            connection
                    .local()
                    .flowController()
                    .incrementWindowSize(connection.connectionStream(), CONNECTION_WINDOW_BYTES - DEFAULT_WINDOW_BYTES);
        } catch (Http2Exception e) {
            throw new IllegalStateException("the connection's window cannot grow", e);
        }
    }

    /** The server may not open streams. */
    @ChannelHandler.Sharable
    private static final class RefusePush extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel stream) {
            stream.close();
        }
    }

    /**
     * Remembers why the connection ended and whether HTTP/2 ever worked, and asks for signs of life. Owned by the loop, read by
     * callers.
     */
    static final class Watch extends ChannelInboundHandlerAdapter {
        private volatile boolean settled;
        private volatile @Nullable Throwable cause;
        private @Nullable ScheduledFuture<?> limit;

        /** True once the server's settings have come. */
        boolean settled() {
            return settled;
        }

        @Nullable
        Throwable cause() {
            return cause;
        }

        /**
         * Sends a PING (RFC 9113 section 6.7): a connection that does not answer it within {@code patience} ends. Call on the
         * loop.
         */
        void probe(Channel channel, Duration patience) {
            if (limit == null && channel.isActive()) {
                limit = channel.eventLoop()
                        .schedule(() -> giveUp(channel, patience), patience.toNanos(), TimeUnit.NANOSECONDS);
                channel.writeAndFlush(new DefaultHttp2PingFrame(0));
            }
        }

        private void giveUp(Channel channel, Duration patience) {
            if (cause == null) {
                cause = new IOException("no answer to a ping within " + patience.toMillis() + " ms");
            }
            channel.close();
        }

        private void answered() {
            if (limit != null) {
                limit.cancel(false);
                limit = null;
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            answered();
            ctx.fireChannelInactive();
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object frame) {
            if (frame instanceof Http2SettingsFrame) {
                settled = true;
            } else if (frame instanceof Http2PingFrame ping && ping.ack()) {
                answered();
            }
            ReferenceCountUtil.release(frame);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) {
            if (cause == null) {
                cause = thrown;
            }
            ctx.close();
        }
    }
}
