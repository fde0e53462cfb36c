package pt.sunbeam.ipc;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

/** A command's side of the control socket: one connection, one request. Blocking; closing it ends a read. */
public final class IpcClient implements AutoCloseable {
    /** Longer than the daemon's own look at its data loop takes at worst. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

    private final Duration answerTimeout;
    private final SocketChannel channel;
    private final InputStream in;

    private volatile boolean timedOut;

    private IpcClient(SocketChannel channel, Duration answerTimeout) {
        this.channel = channel;
        this.answerTimeout = answerTimeout;
        this.in = new BufferedInputStream(Channels.newInputStream(channel));
    }

    /** Connects to the daemon behind {@code socket}, or null when there is none: no file, or nobody listening. */
    public static @Nullable IpcClient connect(Path socket) {
        return connect(socket, ANSWER_TIMEOUT);
    }

    /** {@link #connect(Path)}, with another limit for all answers but {@link #nextStatus}'s. */
    static @Nullable IpcClient connect(Path socket, Duration answerTimeout) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return new IpcClient(channel, answerTimeout);
            } catch (IOException e) {
                channel.close();
                return null;
            }
        } catch (IOException e) {
            throw new SunbeamException(FailureCode.GENERAL, "no local socket can be opened: " + e.getMessage(), "", e);
        }
    }

    /** The daemon's status; GENERAL when its answer is not one. */
    public DaemonStatus status() {
        return requireStatus(ask("status"));
    }

    /** The daemon's last full report about the network; GENERAL when it has none. */
    public NetcheckStatus netcheck() {
        JsonObject answer = ask("netcheck");
        if (answer == null) {
            throw noAnswer();
        }
        throwError(answer);
        JsonObject body = answer.object("netcheck");
        if (body == null) {
            throw notADaemon();
        }
        return NetcheckStatus.fromJson(body);
    }

    /** Asks for a status line at every change; read them with {@link #nextStatus}. */
    public void watch() {
        send("watch");
    }

    /** The next status after {@link #watch}, or null when the daemon closed the connection. */
    public @Nullable DaemonStatus nextStatus() {
        JsonObject answer = receive();
        return answer == null ? null : requireStatus(answer);
    }

    /** Asks the daemon to stop and returns when it has acknowledged. */
    public void stop() {
        JsonObject answer = ask("stop");
        if (answer == null) {
            throw noAnswer();
        }
        throwError(answer);
    }

    /** Asks for pings; read what comes of them with {@link #nextPing}. */
    public void ping(PingRequest request) {
        send(request.writeTo(envelope("ping")));
    }

    /**
     * The next event after {@link #ping} of {@code request}, or null when the daemon closed the connection.
     *
     * @throws SunbeamException the reason why there are no pings; GENERAL when nothing came long after it had to
     */
    public @Nullable PingEvent nextPing(PingRequest request) {
        JsonObject answer = within(answerTimeout.plusMillis(request.timeoutMillis()), this::receive);
        if (answer == null && !timedOut) {
            return null;
        }
        if (answer == null) {
            throw noAnswer();
        }
        throwError(answer);
        JsonObject body = answer.object("ping");
        PingEvent event = body == null ? null : PingEvent.fromJson(body);
        if (event == null) {
            throw anotherVersion(answer);
        }
        return event;
    }

    /** One request and its answer; a suspended daemon, whose socket still takes connections, gives none. */
    private @Nullable JsonObject ask(String request) {
        return within(answerTimeout, () -> {
            send(request);
            return receive();
        });
    }

    /** What {@code exchange} gives, which the closing of the connection ends when {@code patience} is over. */
    private @Nullable JsonObject within(Duration patience, Supplier<@Nullable JsonObject> exchange) {
        Thread limit = Thread.ofPlatform().name("ipc-limit").daemon().start(() -> {
            try {
                Thread.sleep(patience);
                timedOut = true;
                close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            return exchange.get();
        } finally {
            limit.interrupt();
        }
    }

    private void send(String request) {
        send(envelope(request));
    }

    private static JsonObject envelope(String request) {
        return new JsonObject().put("protocol", IpcProtocol.VERSION).put("request", request);
    }

    private void send(JsonObject line) {
        ByteBuffer bytes = ByteBuffer.wrap((Json.line(line) + "\n").getBytes(StandardCharsets.UTF_8));
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new SunbeamException(
                    FailureCode.GENERAL, "the daemon closed the control socket: " + e.getMessage(), "", e);
        }
    }

    private @Nullable JsonObject receive() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        try {
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    return null;
                }
                line.write(c);
                if (line.size() > IpcProtocol.MAX_ANSWER_BYTES) {
                    throw notADaemon();
                }
            }
        } catch (IOException e) {
            return null;
        }
        JsonObject answer = Json.parseObject(line.toString(StandardCharsets.UTF_8));
        if (answer == null) {
            throw notADaemon();
        }
        return answer;
    }

    private DaemonStatus requireStatus(@Nullable JsonObject answer) {
        if (answer == null) {
            throw noAnswer();
        }
        throwError(answer);
        JsonObject body = answer.object("status");
        DaemonStatus status = body == null ? null : DaemonStatus.fromJson(body);
        if (status == null) {
            throw anotherVersion(answer);
        }
        return status;
    }

    private static SunbeamException anotherVersion(JsonObject answer) {
        return new SunbeamException(
                FailureCode.GENERAL,
                "the daemon speaks another version of the control socket (" + answer.number("protocol", 0) + ")",
                "restart it with this version: sunbeam disconnect, then sunbeam connect");
    }

    private static void throwError(JsonObject answer) {
        if (answer.has("error")) {
            throw IpcError.fromJson(answer.object("error")).toException();
        }
    }

    private SunbeamException noAnswer() {
        if (timedOut) {
            return new SunbeamException(
                    FailureCode.GENERAL,
                    "the daemon does not answer on its control socket",
                    "see whether its process is suspended; end it with kill if it is stuck");
        }
        return new SunbeamException(FailureCode.GENERAL, "the daemon closed the control socket without an answer", "");
    }

    private static SunbeamException notADaemon() {
        return new SunbeamException(
                FailureCode.GENERAL, "what answers on the control socket is not a sunbeam daemon", "");
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            return;
        }
    }
}
