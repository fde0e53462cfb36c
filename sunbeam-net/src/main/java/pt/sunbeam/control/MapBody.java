package pt.sunbeam.control;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;

/**
 * The loop's end of a map stream: turns HTTP/2 frames into events for the reader's thread, and asks for more bytes only
 * while no whole message waits. Owned by the loop.
 */
final class MapBody extends ChannelInboundHandlerAdapter {
    private static final int MAX_REFUSAL_BYTES = 1024;

    private final BlockingQueue<Event> events;
    private final MapFrames frames;
    private final StringBuilder refusal = new StringBuilder();
    private int status;
    private boolean ended;

    /** What the reader's thread gets. */
    sealed interface Event {
        /** One message as it was sent. Not a record: it holds bytes. */
        final class Message implements Event {
            private final byte[] bytes;

            Message(byte[] bytes) {
                this.bytes = bytes;
            }

            byte[] bytes() {
                return bytes;
            }
        }

        /** The server answered with something other than a stream. */
        record Refused(int status, String text) implements Event {}

        /** Nothing more will come. */
        record Ended(String why) implements Event {}
    }

    MapBody(int maxFrameBytes, BlockingQueue<Event> events) {
        this.events = events;
        this.frames = new MapFrames(maxFrameBytes, bytes -> events.add(new Event.Message(bytes)));
    }

    /** Asks for more, from the loop. */
    static void readMore(Channel stream, BlockingQueue<Event> events) {
        if (events.isEmpty()) {
            stream.read();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        try {
            switch (frame) {
                case Http2HeadersFrame headers -> onHeaders(ctx, headers);
                case Http2DataFrame data -> onData(ctx, data);
                case Http2ResetFrame reset -> end(ctx, "the server reset it, code " + reset.errorCode());
                default -> {}
            }
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        readMore(ctx.channel(), events);
    }

    private void onHeaders(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
        int code = UnaryExchange.status(frame.headers().status());
        if (status == 0 && code >= 200) {
            status = code;
        }
        if (frame.isEndStream()) {
            end(ctx, "the server ended it");
        }
    }

    private void onData(ChannelHandlerContext ctx, Http2DataFrame frame) {
        if (ended) {
            return;
        }
        if (status != 200) {
            int room = Math.min(frame.content().readableBytes(), MAX_REFUSAL_BYTES - refusal.length());
            refusal.append(
                    frame.content().toString(frame.content().readerIndex(), Math.max(0, room), StandardCharsets.UTF_8));
        } else if (!frames.onBytes(frame.content())) {
            end(ctx, "a message of " + frames.announcedBytes() + " bytes is not acceptable");
        }
        if (frame.isEndStream()) {
            end(ctx, "the server ended it");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(ctx, "the connection ended");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        end(ctx, String.valueOf(cause.getMessage()));
    }

    private void end(ChannelHandlerContext ctx, String why) {
        if (!ended) {
            ended = true;
            boolean refused = status != 0 && status != 200;
            events.add(
                    refused ? new Event.Refused(status, ServerText.clean(refusal.toString())) : new Event.Ended(why));
            ctx.close();
        }
    }
}
