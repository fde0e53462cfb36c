package pt.sunbeam.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Asks an HTTP/1.1 server to switch protocols (RFC 9110 section 7.8) and steps out of the pipeline when it agrees.
 * Bytes that follow the response's blank line already belong to the new protocol and are passed on, none is lost.
 * Redirects are not followed: both users of this class must reach exactly the server they asked for.
 */
public final class HttpUpgrade extends ChannelInboundHandlerAdapter {
    /** The response's head must fit into this many bytes. */
    public static final int MAX_HEAD_BYTES = 16 << 10;

    /** So much of a refusal's body is kept for the message. */
    public static final int MAX_REASON_BYTES = 512;

    private static final byte[] END_OF_HEAD = {'\r', '\n', '\r', '\n'};

    private final String request;
    private final String protocol;
    private final Promise<Void> done;
    private @Nullable ByteBuf received;

    /** The server answered, but did not switch. */
    public static final class Refused extends Exception {
        private final int status;

        Refused(int status, String text) {
            super(text, null, false, false);
            this.status = status;
        }

        /** The HTTP status; 0 when the answer was not HTTP. */
        public int status() {
            return status;
        }
    }

    /**
     * @param request the whole request, ending with a blank line
     * @param protocol the token that the response's {@code Upgrade} header must carry
     * @param done completed on the channel's loop: by null once the protocol is switched, else by the failure
     */
    public HttpUpgrade(String request, String protocol, Promise<Void> done) {
        this.request = request;
        this.protocol = protocol;
        this.done = done;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        received = ctx.alloc().buffer();
        ctx.writeAndFlush(Unpooled.copiedBuffer(request, StandardCharsets.US_ASCII));
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        if (received != null) {
            received.release();
            received = null;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        ByteBuf all = received;
        if (all == null || done.isDone()) {
            in.release();
            return;
        }
        all.writeBytes(in);
        in.release();
        int end = io.netty.buffer.ByteBufUtil.indexOf(Unpooled.wrappedBuffer(END_OF_HEAD), all);
        if (end >= 0) {
            onHead(ctx, all, all.toString(0, end, StandardCharsets.ISO_8859_1), end + END_OF_HEAD.length);
        } else if (all.readableBytes() > MAX_HEAD_BYTES) {
            fail(ctx, new Refused(0, "the answer's header is too long"));
        }
    }

    private void onHead(ChannelHandlerContext ctx, ByteBuf all, String head, int bodyAt) {
        int status = status(head);
        if (status != 101) {
            int bodyBytes = Math.min(all.readableBytes() - bodyAt, MAX_REASON_BYTES);
            String body =
                    all.toString(bodyAt, bodyBytes, StandardCharsets.UTF_8).strip();
            fail(
                    ctx,
                    new Refused(
                            status, body.isEmpty() ? head.lines().findFirst().orElse("") : body));
        } else if (!protocol.equalsIgnoreCase(header(head, "upgrade"))) {
            fail(ctx, new Refused(status, "the server switched to another protocol"));
        } else {
            ByteBuf rest = all.retainedSlice(bodyAt, all.readableBytes() - bodyAt);
            done.trySuccess(null);
            ChannelHandlerContext before = ctx;
            if (rest.isReadable()) {
                before.fireChannelRead(rest);
            } else {
                rest.release();
            }
            ctx.pipeline().remove(this);
        }
    }

    /** The status code of a response head, or 0 when it is not HTTP/1.x. */
    static int status(String head) {
        if (!head.startsWith("HTTP/1.") || head.length() < 12) {
            return 0;
        }
        try {
            return Integer.parseInt(head.substring(9, 12));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** The value of the first header called {@code name} (lower case), or "". */
    static String header(String head, String name) {
        return head.lines()
                .skip(1)
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        fail(ctx, new Refused(0, "the server closed the connection without an answer"));
        ctx.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(ctx, cause);
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        done.tryFailure(cause);
        ctx.close();
    }
}
