package pt.sunbeam.control;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.concurrent.Promise;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.keys.MachinePrivate;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.tailcfg.ControlJson;
import pt.sunbeam.tailcfg.Decoded;
import pt.sunbeam.tailcfg.MapRequest;
import pt.sunbeam.tailcfg.RegisterRequest;
import pt.sunbeam.tailcfg.RegisterResponse;
import pt.sunbeam.transport.Dialer;
import pt.sunbeam.transport.HttpUpgrade;

/**
 * One connection to the control server: HTTP/2 inside Noise inside an upgraded HTTP/1.1 connection ({@code control/ts2021}
 * of Tailscale 1.102). Its channel lives on the dialer's loop; every method blocks and may be called from any virtual
 * thread; {@link #close} ends all of them promptly.
 *
 * <p>An https URL is dialled with TLS only and an http URL in clear only: the race with port 80 that Tailscale's client runs
 * is left out, and the upgrade's certificate is verified like any other.
 */
public final class ControlConnection implements AutoCloseable {
    static final int MAX_ANSWER_BYTES = 1 << 20;

    /** Headscale refuses longer request bodies. */
    static final int MAX_REQUEST_BYTES = 1 << 20;

    private static final String PROTOCOL = "tailscale-control-protocol";

    private final ControlUrl url;
    private final ControlTimeouts timeouts;
    private final MapLimits limits;
    private final Channel channel;
    private volatile Http2Layer.@Nullable Watch watch;

    private ControlConnection(ControlUrl url, ControlTimeouts timeouts, MapLimits limits, Channel channel) {
        this.url = url;
        this.timeouts = timeouts;
        this.limits = limits;
        this.channel = channel;
    }

    /**
     * Fetches the server's key.
     *
     * @throws SunbeamException CONTROL_UNREACHABLE, CONTROL_UNTRUSTED, CONTROL_UNSUPPORTED or CONTROL_FAILED
     */
    public static MachinePublic serverKey(ControlUrl url, Dialer dialer, ControlTimeouts timeouts) {
        return ServerKeyFetch.fetch(dialer, url, timeouts);
    }

    /**
     * Dials, upgrades and shakes hands.
     *
     * @param serverKey what {@link #serverKey} gave; the server must prove it
     * @throws SunbeamException CONTROL_UNTRUSTED when the server does not have that key
     */
    public static ControlConnection open(
            ControlUrl url,
            MachinePublic serverKey,
            MachinePrivate machine,
            Dialer dialer,
            RandomGenerator random,
            ControlTimeouts timeouts,
            MapLimits limits) {
        ControlHandshake handshake = new ControlHandshake(machine, serverKey, random);
        byte[] initiation = handshake.initiation();
        if (initiation == null) {
            throw untrusted(url, "its key is not a usable one", null);
        }
        Channel channel = dialer.dial(url.target(), timeouts.connect());
        ControlConnection connection = new ControlConnection(url, timeouts, limits, channel);
        try {
            connection.secure(handshake, initiation);
            return connection;
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private void secure(ControlHandshake handshake, byte[] initiation) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        channel.eventLoop().execute(() -> {
            Promise<Void> upgraded = channel.eventLoop().newPromise();
            upgraded.addListener(f -> {
                if (!f.isSuccess()) {
                    done.completeExceptionally(f.cause());
                }
            });
            NoiseAnswerReader reader =
                    new NoiseAnswerReader(handshake, codec -> watch = Http2Layer.addTo(channel.pipeline()), done);
            channel.pipeline()
                    .addLast("upgrade", new HttpUpgrade(upgradeRequest(initiation), PROTOCOL, upgraded))
                    .addLast("handshake", reader);
            channel.config().setAutoRead(true);
        });
        try {
            Waits.await(done, timeouts.handshake(), url, "complete the handshake");
        } catch (SunbeamException e) {
            throw explain(e);
        }
    }

    private String upgradeRequest(byte[] initiation) {
        return "POST " + url.path() + "/ts2021 HTTP/1.1\r\n"
                + "Host: " + url.authority() + "\r\n"
                + "Upgrade: " + PROTOCOL + "\r\n"
                + "Connection: upgrade\r\n"
                + "X-Tailscale-Handshake: " + ControlHandshake.header(initiation) + "\r\n"
                + "Content-Length: 0\r\n\r\n";
    }

    private SunbeamException explain(SunbeamException e) {
        return switch (e.getCause()) {
            case HttpUpgrade.Refused refused -> refusedUpgrade(refused);
            case NoiseAnswerReader.HandshakeForged forged ->
                untrusted(url, "its answer to the handshake is not authentic", forged);
            case null, default -> e;
        };
    }

    private SunbeamException refusedUpgrade(HttpUpgrade.Refused refused) {
        int status = refused.status();
        String text = ServerText.clean(String.valueOf(refused.getMessage()));
        String message = "the control server " + url + " did not switch protocols: "
                + (status == 0 ? text : "HTTP " + status + (text.isEmpty() ? "" : ", " + text));
        String advice = status == 0
                ? ""
                : "If a proxy stands in front of it, let the proxy pass the headers Upgrade and Connection for /ts2021";
        return new SunbeamException(FailureCode.CONTROL_FAILED, message, advice, refused);
    }

    private static SunbeamException untrusted(ControlUrl url, String why, @Nullable Throwable cause) {
        return new SunbeamException(
                FailureCode.CONTROL_UNTRUSTED,
                "the control server " + url + " did not prove its identity: " + why,
                "If the server was set up anew, connect again; otherwise something between here and there answers for it",
                cause);
    }

    /**
     * {@code POST /machine/register}.
     *
     * @return the answer, whose error and URL the caller must read; its HTTP status has been dealt with
     * @throws TooManyRequests when the server asks to wait
     */
    public RegisterResponse register(RegisterRequest request) throws TooManyRequests {
        Duration timeout = request.followup().isEmpty() ? timeouts.request() : timeouts.followup();
        HttpAnswer answer = post("/machine/register", ControlJson.encode(request), timeout);
        if (answer.status() == 429) {
            throw new TooManyRequests(answer.retryAfter());
        }
        return switch (ControlJson.registerResponse(answer.body())) {
            case Decoded.Ok<RegisterResponse>(RegisterResponse response) when answer.status() == 200 -> response;
            case Decoded.Ok<RegisterResponse>(RegisterResponse response) ->
                // Headscale before 0.26 refuses with status 401 and the reason where other answers have it.
                throw RegisterRefusal.status(url, "the registration", answer.status(), response.error());
            case Decoded.Malformed<RegisterResponse>(String _)
            when answer.status() != 200 ->
                throw RegisterRefusal.status(url, "the registration", answer.status(), answer.text());
            case Decoded.Malformed<RegisterResponse>(String reason) ->
                throw new SunbeamException(
                        FailureCode.CONTROL_FAILED,
                        "the control server " + url + " gave an answer to the registration that cannot be read: "
                                + reason,
                        "");
        };
    }

    /** The server asks to send a registration again later. */
    public static final class TooManyRequests extends Exception {
        private final String retryAfter;

        TooManyRequests(String retryAfter) {
            super("HTTP 429", null, false, false);
            this.retryAfter = retryAfter;
        }

        /** The {@code Retry-After} header, or empty. */
        public String retryAfter() {
            return retryAfter;
        }
    }

    /** Reports this node's state: {@code POST /machine/map} without a stream. Only the status of the answer matters. */
    public void liteUpdate(MapRequest request) throws MapStream.NodeUnknown {
        HttpAnswer answer = post("/machine/map", ControlJson.encode(request), timeouts.request());
        if (answer.status() == 404) {
            throw new MapStream.NodeUnknown(answer.text());
        }
        if (answer.status() != 200) {
            throw RegisterRefusal.status(url, "the state update", answer.status(), answer.text());
        }
    }

    /** Opens the long poll. A node has one at a time; a second one replaces the first. */
    public MapStream openMap(MapRequest request) {
        BlockingQueue<MapBody.Event> events = new LinkedBlockingQueue<>();
        Http2StreamChannel stream = openStream(new MapBody(limits.maxFrameBytes(), events), false);
        send(stream, headers("POST", "/machine/map"), ControlJson.encode(request));
        return new MapStream(url, stream, events, limits, timeouts.silence());
    }

    /** A HEAD through this connection, for a ping whose URL says so. */
    public int head(String path) {
        CompletableFuture<HttpAnswer> done = new CompletableFuture<>();
        Http2StreamChannel stream = openStream(new UnaryExchange(MAX_ANSWER_BYTES, done), true);
        send(stream, headers("HEAD", path), new byte[0]);
        return awaitAnswer(stream, done, timeouts.ping()).status();
    }

    HttpAnswer post(String path, byte[] body, Duration timeout) {
        if (body.length > MAX_REQUEST_BYTES) {
            throw new IllegalArgumentException("a request of " + body.length + " bytes");
        }
        CompletableFuture<HttpAnswer> done = new CompletableFuture<>();
        Http2StreamChannel stream = openStream(new UnaryExchange(MAX_ANSWER_BYTES, done), true);
        send(stream, headers("POST", path).set("content-type", "application/json"), body);
        return awaitAnswer(stream, done, timeout);
    }

    private HttpAnswer awaitAnswer(Http2StreamChannel stream, CompletableFuture<HttpAnswer> done, Duration timeout) {
        try {
            return Waits.await(done, timeout, url, "answer");
        } catch (SunbeamException e) {
            throw ended(e);
        } finally {
            stream.close();
        }
    }

    /** A connection that ends before HTTP/2's first frame is how servers refuse a client that is too old. */
    private SunbeamException ended(SunbeamException e) {
        Http2Layer.Watch watched = watch;
        if (e.code() == FailureCode.INTERRUPTED || channel.isActive() || watched == null) {
            return e;
        }
        Throwable cause = watched.cause();
        if (cause != null) {
            return Waits.failure(url, "keep the connection", cause);
        }
        if (!watched.settled()) {
            return new SunbeamException(
                    FailureCode.CONTROL_FAILED,
                    "the control server " + url + " closed the connection right after the handshake",
                    "It may want a newer client: look at the server's log",
                    e);
        }
        return e;
    }

    private Http2Headers headers(String method, String path) {
        return new DefaultHttp2Headers()
                .method(method)
                .scheme("https")
                .authority(url.authority())
                .path(path);
    }

    private Http2StreamChannel openStream(ChannelHandler handler, boolean autoRead) {
        CompletableFuture<Http2StreamChannel> opened = new CompletableFuture<>();
        new Http2StreamChannelBootstrap(channel)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.config().setAutoRead(autoRead);
                        stream.pipeline().addLast(handler);
                    }
                })
                .open()
                .addListener(f -> {
                    if (f.isSuccess()) {
                        opened.complete((Http2StreamChannel) f.getNow());
                    } else {
                        opened.completeExceptionally(f.cause());
                    }
                });
        try {
            return Waits.await(opened, timeouts.request(), url, "take a request");
        } catch (SunbeamException e) {
            throw ended(e);
        }
    }

    private static void send(Http2StreamChannel stream, Http2Headers headers, byte[] body) {
        stream.eventLoop().execute(() -> {
            stream.write(new DefaultHttp2HeadersFrame(headers, body.length == 0));
            if (body.length > 0) {
                stream.write(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), true));
            }
            stream.flush();
        });
    }

    /**
     * The network of this machine has changed. A connection from an address that is gone is dead without a word; any other is
     * asked for a sign of life, and ends when none comes.
     *
     * @param isOwn knows the addresses that this machine has now
     */
    public void networkChanged(Predicate<IpAddress> isOwn) {
        Http2Layer.Watch watched = watch;
        if (channel.localAddress() instanceof InetSocketAddress local
                && !isOwn.test(IpAddress.of(local.getAddress()))) {
            channel.close();
        } else if (watched != null) {
            channel.eventLoop().execute(() -> watched.probe(channel, timeouts.life()));
        }
    }

    public boolean isOpen() {
        return channel.isActive();
    }

    /** Ends the connection and with it everything that waits on it. */
    @Override
    public void close() {
        channel.close();
    }
}
