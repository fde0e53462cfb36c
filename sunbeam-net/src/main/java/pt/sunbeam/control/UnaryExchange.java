package pt.sunbeam.control;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One request with one bounded answer, on an HTTP/2 stream of its own. Owned by the loop. */
final class UnaryExchange extends ChannelInboundHandlerAdapter {
    private final int maxBodyBytes;
    private final CompletableFuture<HttpAnswer> done;
    private final ByteBuf body = Unpooled.buffer();
    private int status;
    private String retryAfter = "";

    UnaryExchange(int maxBodyBytes, CompletableFuture<HttpAnswer> done) {
        this.maxBodyBytes = maxBodyBytes;
        this.done = done;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        try {
            switch (frame) {
                case Http2HeadersFrame headers -> onHeaders(ctx, headers);
                case Http2DataFrame data -> onData(ctx, data);
                case Http2ResetFrame reset -> fail(ctx, "the server reset the request, code " + reset.errorCode());
                default -> {}
            }
        } finally {
            ReferenceCountUtil.release(frame);
        }
    }

    private void onHeaders(ChannelHandlerContext ctx, Http2HeadersFrame frame) {
        int code = status(frame.headers().status());
        if (code >= 200) {
            status = code;
            retryAfter = text(frame.headers().get("retry-after"));
        }
        finish(ctx, frame.isEndStream());
    }

    private void onData(ChannelHandlerContext ctx, Http2DataFrame frame) {
        if (body.readableBytes() + frame.content().readableBytes() > maxBodyBytes) {
            fail(ctx, "its answer is longer than " + maxBodyBytes + " bytes");
            return;
        }
        body.writeBytes(frame.content());
        finish(ctx, frame.isEndStream());
    }

    private void finish(ChannelHandlerContext ctx, boolean ended) {
        if (ended) {
            byte[] bytes = new byte[body.readableBytes()];
            body.readBytes(bytes);
            done.complete(new HttpAnswer(status, retryAfter, bytes));
            ctx.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        done.completeExceptionally(new IOException("the connection ended before the answer did"));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        done.completeExceptionally(cause);
        ctx.close();
    }

    private void fail(ChannelHandlerContext ctx, String what) {
        done.completeExceptionally(new IOException(what));
        ctx.close();
    }

    /** The status code, or 0 when there is none or it is no number. */
    static int status(@Nullable CharSequence text) {
        if (text == null || text.length() != 3) {
            return 0;
        }
        int code = 0;
        for (int i = 0; i < 3; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return 0;
            }
            code = code * 10 + digit;
        }
        return code;
    }

    private static String text(@Nullable CharSequence value) {
        return value == null ? "" : value.toString();
    }
}
