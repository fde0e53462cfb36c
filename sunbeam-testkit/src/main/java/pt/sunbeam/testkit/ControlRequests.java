package pt.sunbeam.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.tailcfg.ControlJson;
import pt.sunbeam.tailcfg.Decoded;
import pt.sunbeam.tailcfg.MapRequest;
import pt.sunbeam.tailcfg.RegisterRequest;
import pt.sunbeam.tailcfg.RegisterResponse;

/** One HTTP/2 request inside the Noise connection of {@code machine}. Owned by the server's loop. */
final class ControlRequests extends ChannelInboundHandlerAdapter {
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final long FOLLOWUP_POLL_MILLIS = 20;

    private final ControlServer server;
    private final MachinePublic machine;
    private final ByteBuf body = Unpooled.buffer();
    private String path = "";
    private @Nullable TailnetMember streaming;

    ControlRequests(ControlServer server, MachinePublic machine) {
        this.server = server;
        this.machine = machine;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object frame) {
        boolean ended = false;
        try {
            if (frame instanceof Http2HeadersFrame headers) {
                path = String.valueOf(headers.headers().path());
                ended = headers.isEndStream();
            } else if (frame instanceof Http2DataFrame data) {
                body.writeBytes(data.content());
                ended = data.isEndStream();
            }
        } finally {
            ReferenceCountUtil.release(frame);
        }
        if (body.readableBytes() > MAX_BODY_BYTES) {
            answer(ctx.channel(), 413, "too large".getBytes(StandardCharsets.UTF_8));
        } else if (ended) {
            byte[] bytes = new byte[body.readableBytes()];
            body.readBytes(bytes);
            dispatch(ctx.channel(), bytes);
        }
    }

    private void dispatch(Channel stream, byte[] bytes) {
        switch (path) {
            case "/machine/register" -> register(stream, bytes);
            case "/machine/map" -> map(stream, bytes);
            default -> {
                server.pinged(path, bytes);
                answer(stream, path.startsWith(ControlServer.PING_PATH) ? 200 : 404, new byte[0]);
            }
        }
    }

    private void register(Channel stream, byte[] bytes) {
        if (!(ControlJson.registerRequest(bytes) instanceof Decoded.Ok<RegisterRequest>(RegisterRequest request))) {
            refuse(stream, 400, "bad request");
            return;
        }
        server.registrations.add(request);
        ControlFaults faults = server.faults();
        if (faults.tooManyRequests.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            stream.write(new DefaultHttp2HeadersFrame(
                    new DefaultHttp2Headers().status("429").set("retry-after", "1"), true));
            stream.flush();
        } else if (request.version() < faults.minVersion) {
            refuse(stream, 400, "unsupported client version: " + request.version());
        } else if (faults.registerStatus != 0) {
            refuse(stream, faults.registerStatus, faults.registerError);
        } else if (!faults.registerError.isEmpty()) {
            answer(stream, 200, ControlJson.encode(Tailnet.refused(faults.registerError)));
        } else {
            long delay = faults.registerDelay.toMillis();
            stream.eventLoop().schedule(() -> tryRegister(stream, request), delay, TimeUnit.MILLISECONDS);
        }
    }

    /** A follow-up is held until somebody approves it. */
    private void tryRegister(Channel stream, RegisterRequest request) {
        if (!stream.isActive()) {
            return;
        }
        RegisterResponse response = server.tailnet().register(request, machine, server.url());
        if (response != null) {
            answer(stream, 200, ControlJson.encode(response));
        } else {
            stream.eventLoop()
                    .schedule(() -> tryRegister(stream, request), FOLLOWUP_POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    private void map(Channel stream, byte[] bytes) {
        if (!(ControlJson.mapRequest(bytes) instanceof Decoded.Ok<MapRequest>(MapRequest request))) {
            refuse(stream, 400, "bad request");
            return;
        }
        server.mapRequests.add(request);
        TailnetMember member = server.tailnet().accept(request, machine);
        if (member == null) {
            refuse(stream, 404, "node not found");
        } else if (!request.stream()) {
            answer(stream, 200, new byte[0]);
        } else if (!server.faults().silentMap) {
            stream(stream, member, request.compress().equals("zstd"));
        }
    }

    private void stream(Channel channel, TailnetMember member, boolean zstd) {
        Channel replaced = member.stream;
        streaming = member;
        member.stream = channel;
        member.zstd = zstd;
        if (replaced != null) {
            replaced.close();
        }
        channel.writeAndFlush(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200"), false));
        server.tailnet().send(member, server.tailnet().fullMap(member));
        server.tailnet().online(member, true);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        TailnetMember member = streaming;
        if (member != null && ctx.channel().equals(member.stream)) {
            member.stream = null;
            server.tailnet().online(member, false);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private static void refuse(Channel stream, int status, String text) {
        answer(stream, status, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void answer(Channel stream, int status, byte[] bytes) {
        stream.write(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status(Integer.toString(status)), false));
        stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(bytes), true));
    }
}
