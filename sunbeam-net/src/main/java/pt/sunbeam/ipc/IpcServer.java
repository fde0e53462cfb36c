package pt.sunbeam.ipc;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

/**
 * The daemon's end of the control socket, from the daemon's first moment to its last. Other users, long lines and silent
 * clients are turned away; a failing accept is logged and survived. One platform thread a client: reads of a native
 * socket would pin a virtual thread's carrier.
 */
public final class IpcServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IpcServer.class);
    private static final long ACCEPT_PAUSE_MILLIS = 100;
    private static final long WATCH_TICK_MILLIS = 1_000;

    private final Path path;
    private final LocalListener listener;
    private final StatusSource source;
    private final Set<LocalListener.Connection> clients = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService limits = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("ipc-limits").daemon().factory());
    private volatile PingSource pings = (request, listener) -> {
        throw new SunbeamException(
                FailureCode.GENERAL, "the daemon is only starting", "try again once sunbeam status says running");
    };
    private volatile boolean closed;

    private IpcServer(Path path, LocalListener listener, StatusSource source) {
        this.path = path;
        this.listener = listener;
        this.source = source;
    }

    /**
     * Listens at {@code path}. The caller holds the context's lock, so a file that is there is a dead daemon's.
     *
     * @throws SunbeamException CONFIG when the socket cannot be made
     */
    public static IpcServer start(Path path, StatusSource source) {
        try {
            Files.deleteIfExists(path);
            LocalListener listener = LocalListener.bind(path);
            if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            }
            IpcServer server = new IpcServer(path, listener, source);
            Thread.ofPlatform().name("ipc-accept").daemon().start(server::acceptLoop);
            return server;
        } catch (IOException e) {
            throw new SunbeamException(
                    FailureCode.CONFIG,
                    "the control socket " + path + " cannot be made: " + e.getMessage(),
                    "make its folder writable for this user, or set SUNBEAM_HOME to another one",
                    e);
        }
    }

    /** From now on {@code source} answers pings, which are refused before. */
    public void answerPings(PingSource source) {
        pings = source;
    }

    private void acceptLoop() {
        while (!closed) {
            try {
                LocalListener.Connection client = listener.accept();
                Thread.ofPlatform().name("ipc-client").daemon().start(() -> serve(client));
            } catch (IOException | OutOfMemoryError e) {
                if (!closed) {
                    LOG.warn("control socket: accepting failed: {}", e.getMessage());
                    pause();
                }
            }
        }
    }

    /** Out of descriptors or threads: leave others time to give some back. */
    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(ACCEPT_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(LocalListener.Connection client) {
        try (client) {
            clients.add(client);
            if (clients.size() > IpcProtocol.MAX_CLIENTS || closed) {
                return;
            }
            if (!client.isSameUser()) {
                LOG.warn("control socket: another user was turned away");
                return;
            }
            String line = readRequest(client);
            if (line != null) {
                answerOrSayWhyNot(line, client);
            }
        } catch (IOException e) {
            LOG.debug("control socket: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            clients.remove(client);
        }
    }

    /** The request line, or null when the client closed, took too long or wrote too much. */
    private @Nullable String readRequest(LocalListener.Connection client) throws IOException {
        ScheduledFuture<?> limit =
                limits.schedule(() -> closeQuietly(client), IpcProtocol.REQUEST_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        try {
            InputStream in = new BufferedInputStream(client.input());
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    return null;
                }
                line.write(c);
                if (line.size() > IpcProtocol.MAX_REQUEST_BYTES) {
                    send(client, error("the request is longer than " + IpcProtocol.MAX_REQUEST_BYTES + " bytes"));
                    return null;
                }
            }
            return line.toString(StandardCharsets.UTF_8);
        } finally {
            limit.cancel(false);
        }
    }

    private void answerOrSayWhyNot(String line, LocalListener.Connection client)
            throws IOException, InterruptedException {
        try {
            answer(line, client);
        } catch (SunbeamException e) {
            send(client, envelope().put("error", IpcError.of(e).toJson()));
        }
    }

    private void answer(String line, LocalListener.Connection client) throws IOException, InterruptedException {
        JsonObject request = Json.parseObject(line);
        if (request == null) {
            send(client, error("the request is not a JSON object"));
            return;
        }
        if (request.number("protocol", 0) != IpcProtocol.VERSION) {
            send(client, error("this daemon speaks protocol " + IpcProtocol.VERSION + " of the control socket"));
            return;
        }
        switch (request.text("request", "")) {
            case "status" -> send(client, status());
            case "netcheck" -> send(client, netcheck());
            case "watch" -> watch(client);
            case "ping" -> ping(PingRequest.fromJson(request), client);
            case "stop" -> {
                send(client, envelope().put("ok", true));
                source.requestStop();
            }
            default -> send(client, error("unknown request"));
        }
    }

    private void watch(LocalListener.Connection client) throws IOException, InterruptedException {
        interruptWhenGone(client, Thread.currentThread());
        while (!closed) {
            long seen = source.changes();
            send(client, status());
            while (!closed && source.changes() == seen) {
                source.awaitChange(seen, WATCH_TICK_MILLIS);
            }
        }
        send(client, status());
    }

    private void ping(@Nullable PingRequest request, LocalListener.Connection client)
            throws IOException, InterruptedException {
        if (request == null) {
            send(client, error("the request for pings lacks a member, or one is out of range"));
            return;
        }
        interruptWhenGone(client, Thread.currentThread());
        pings.ping(request, event -> send(client, envelope().put("ping", event.toJson())));
    }

    /** Pings, and changes, may be far apart: whether the client still listens is seen by reading, not at the next write. */
    private static void interruptWhenGone(LocalListener.Connection client, Thread serving) {
        Thread.ofPlatform().name("ipc-gone").daemon().start(() -> {
            try {
                client.input().transferTo(OutputStream.nullOutputStream());
            } catch (IOException e) {
                LOG.debug("control socket: {}", e.getMessage());
            }
            serving.interrupt();
        });
    }

    private JsonObject status() {
        return envelope().put("status", source.status().toJson());
    }

    private JsonObject netcheck() {
        NetcheckStatus report = source.netcheck();
        if (report == null) {
            throw notMeasured(source.status().state());
        }
        return envelope().put("netcheck", report.toJson());
    }

    /** Servers to measure with come with the map, and the map once the node is approved. */
    private static SunbeamException notMeasured(DaemonState state) {
        String advice = switch (state) {
            case DaemonState.LoginNeeded(String url) -> "open " + url + " to approve this node";
            case DaemonState.ApprovalNeeded() -> "ask an administrator of the tailnet to approve this machine";
            case DaemonState.Reconnecting(int _, IpcError error, long _)
            when !error.advice().isEmpty() -> error.advice();
            default -> "try again in a few seconds; sunbeam status shows whether it is connected";
        };
        return new SunbeamException(FailureCode.GENERAL, "the daemon has not measured this network yet", advice);
    }

    private static JsonObject error(String message) {
        return envelope().put("error", new IpcError(FailureCode.GENERAL, message, "").toJson());
    }

    private static JsonObject envelope() {
        return new JsonObject().put("protocol", IpcProtocol.VERSION);
    }

    private static void send(LocalListener.Connection client, JsonObject answer) throws IOException {
        OutputStream out = client.output();
        out.write((Json.line(answer) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private static void closeQuietly(LocalListener.Connection client) {
        try {
            client.close();
        } catch (IOException e) {
            LOG.debug("control socket: {}", e.getMessage());
        }
    }

    /** Stops listening, removes the socket file and ends what clients still wait for. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.debug("control socket: {}", e.getMessage());
        }
        clients.forEach(IpcServer::closeQuietly);
        limits.shutdownNow();
    }
}
