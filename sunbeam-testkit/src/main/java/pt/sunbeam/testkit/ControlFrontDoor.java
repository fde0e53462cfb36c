package pt.sunbeam.testkit;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.control.ControlHandshake;
import pt.sunbeam.control.NoiseRecordCodec;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.noise.IkInitiator;
import pt.sunbeam.noise.IkResponder;
import pt.sunbeam.noise.TransportKeys;
import pt.sunbeam.tailcfg.ControlJson;
import pt.sunbeam.tailcfg.EarlyNoise;
import pt.sunbeam.tailcfg.ServerKeys;

/** The plain HTTP side of the server: the key, the upgrade, and the answers to pings. Owned by the server's loop. */
final class ControlFrontDoor extends SimpleChannelInboundHandler<FullHttpRequest> {
    private static final byte[] EARLY_MAGIC = {(byte) 0xff, (byte) 0xff, (byte) 0xff, 'T', 'S'};

    private final ControlServer server;

    ControlFrontDoor(ControlServer server) {
        this.server = server;
    }

    static void addTo(ChannelPipeline pipeline, ControlServer server) {
        pipeline.addLast("ears", new Ears(server))
                .addLast("http", new HttpServerCodec())
                .addLast("aggregate", new HttpObjectAggregator(64 << 10))
                .addLast("door", new ControlFrontDoor(server));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        if (server.faults().silent) {
            return;
        }
        String path = request.uri();
        if (path.startsWith("/key")) {
            answer(ctx, HttpResponseStatus.OK, ControlJson.encode(new ServerKeys(null, server.noiseKey())));
        } else if (path.equals("/ts2021")) {
            upgrade(ctx, request.headers().get("X-Tailscale-Handshake", ""));
        } else if (path.startsWith(ControlServer.PING_PATH)) {
            server.pinged(path, new byte[0]);
            answer(ctx, HttpResponseStatus.OK, new byte[0]);
        } else {
            answer(ctx, HttpResponseStatus.NOT_FOUND, new byte[0]);
        }
    }

    /** Hears nothing while the server is to be deaf. */
    private static final class Ears extends ChannelInboundHandlerAdapter {
        private final ControlServer server;

        Ears(ControlServer server) {
            this.server = server;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (server.faults().deaf) {
                ReferenceCountUtil.release(message);
            } else {
                ctx.fireChannelRead(message);
            }
        }
    }

    private static void answer(ChannelHandlerContext ctx, HttpResponseStatus status, byte[] body) {
        DefaultFullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(body));
        response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
        ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
    }

    private void upgrade(ChannelHandlerContext ctx, String header) {
        byte[] initiation = Base64.getDecoder().decode(header);
        int version = Endian.shortBe(initiation, 0);
        IkResponder responder =
                new IkResponder(server.noisePrivate(), ControlHandshake.prologue(version), server.random());
        byte[] machine = responder.accept(
                Arrays.copyOfRange(initiation, ControlHandshake.INITIATION_HEADER_BYTES, initiation.length));
        byte[] response = machine == null ? null : responder.response();
        if (machine == null || response == null) {
            answer(ctx, HttpResponseStatus.BAD_REQUEST, "handshake".getBytes(StandardCharsets.UTF_8));
            return;
        }
        String head = String.join(
                "\r\n",
                "HTTP/1.1 101 Switching Protocols",
                "Upgrade: tailscale-control-protocol",
                "Connection: upgrade",
                "",
                "");
        ByteBuf out = ctx.alloc().buffer().writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        String error = server.faults().handshakeError;
        ChannelPipeline pipeline = ctx.pipeline();
        ChannelHandlerContext raw = pipeline.context("http");
        if (!error.isEmpty()) {
            byte[] text = error.getBytes(StandardCharsets.UTF_8);
            out.writeByte(ControlHandshake.ERROR).writeShort(text.length).writeBytes(text);
            raw.writeAndFlush(out);
            return;
        }
        out.writeByte(ControlHandshake.RESPONSE)
                .writeShort(IkInitiator.RESPONSE_BYTES)
                .writeBytes(response);
        raw.writeAndFlush(out);
        secure(pipeline, responder.keys(), new MachinePublic(machine));
    }

    private void secure(ChannelPipeline pipeline, TransportKeys keys, MachinePublic machine) {
        // First, because what the codecs behind them write must not pass the HTTP encoder.
        pipeline.remove("door");
        pipeline.remove("aggregate");
        pipeline.remove("http");
        pipeline.addLast("noise", new NoiseRecordCodec(keys.responderToInitiator(), keys.initiatorToResponder()));
        if (!server.faults().noEarlyPayload) {
            byte[] json = ControlJson.encode(new EarlyNoise("chalpub:" + "0".repeat(64)));
            ByteBuf early = Unpooled.buffer()
                    .writeBytes(EARLY_MAGIC)
                    .writeInt(json.length)
                    .writeBytes(json);
            pipeline.writeAndFlush(early);
        }
        pipeline.addLast(
                Http2FrameCodecBuilder.forServer()
                        .initialSettings(Http2Settings.defaultSettings())
                        .gracefulShutdownTimeoutMillis(0)
                        .build(),
                new Http2MultiplexHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline().addLast(new ControlRequests(server, machine));
                    }
                }));
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }
}
