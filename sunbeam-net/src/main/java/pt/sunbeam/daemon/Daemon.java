package pt.sunbeam.daemon;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import pt.sunbeam.config.PrivateFiles;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.ipc.IpcServer;
import pt.sunbeam.ipc.StatusSource;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

/** A stand-in with the daemon's entry: Running as soon as the server's port accepts a connection. */
@SuppressWarnings({"try", "WaitNotInLoop", "NotifyAllNotInLoop", "UnusedVariable"})
public final class Daemon implements StatusSource {
    private final DaemonSettings settings;
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile DaemonState state = new DaemonState.Starting();
    private final java.util.concurrent.atomic.AtomicLong changes = new java.util.concurrent.atomic.AtomicLong();

    private Daemon(DaemonSettings settings) {
        this.settings = settings;
    }

    /** Runs until stopped; the exit code. */
    public static int run(StateFolder folder, DaemonSettings settings) {
        try (FileChannel channel = FileChannel.open(lockFile(folder), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                return FailureCode.GENERAL.exitCode();
            }
            return new Daemon(settings).serve(folder);
        } catch (IOException e) {
            return FailureCode.CONFIG.exitCode();
        }
    }

    private static java.nio.file.Path lockFile(StateFolder folder) throws IOException {
        PrivateFiles.createFile(folder.lock());
        return folder.lock();
    }

    private int serve(StateFolder folder) throws IOException {
        Files.deleteIfExists(folder.lastFailure());
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().unstarted(() -> {
            stop.countDown();
            try {
                done.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try (IpcServer server = IpcServer.start(folder.socket(), this)) {
            org.slf4j.LoggerFactory.getLogger(Daemon.class).info("connecting to {}", settings.server());
            return loop(folder);
        } catch (InterruptedException e) {
            return FailureCode.GENERAL.exitCode();
        } finally {
            done.countDown();
        }
    }

    private int loop(StateFolder folder) throws InterruptedException, IOException {
        int attempt = 0;
        while (true) {
            become(new DaemonState.Connecting());
            URI url = URI.create(settings.server());
            if (settings.authKey().contains("refused")) {
                IpcError error = new IpcError(
                        FailureCode.AUTH_REFUSED,
                        url.getHost() + " refused the key: it was used already",
                        "make a new key");
                PrivateFiles.replace(folder.lastFailure(), Json.line(error.toJson()));
                become(new DaemonState.Failed(error));
                return error.code().exitCode();
            }
            if (settings.authKey().contains("login")) {
                become(new DaemonState.LoginNeeded(settings.server() + "/register/abc"));
                stop.await();
                return 0;
            }
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(url.getHost(), url.getPort() < 0 ? 80 : url.getPort()), 1000);
                become(new DaemonState.Running());
                stop.await();
                become(new DaemonState.ShuttingDown());
                return 0;
            } catch (IOException e) {
                attempt++;
                become(new DaemonState.Reconnecting(
                        attempt,
                        new IpcError(
                                FailureCode.CONTROL_UNREACHABLE,
                                url.getHost() + " cannot be reached: " + e.getMessage(),
                                "see that the server is up"),
                        1000));
            }
            if (stop.await(1, TimeUnit.SECONDS)) {
                return 0;
            }
        }
    }

    private synchronized void become(DaemonState next) {
        state = next;
        changes.incrementAndGet();
        notifyAll();
    }

    @Override
    public DaemonStatus status() {
        boolean up = state instanceof DaemonState.Running;
        return new DaemonStatus(
                state,
                ProcessHandle.current().pid(),
                settings.version(),
                settings.context(),
                settings.server(),
                settings.hostname(),
                1,
                up ? List.of("100.64.0.154", "fd7a:115c:a1e0::9a") : List.of(),
                up ? new DaemonStatus.RelayStatus(999, "headscale", true) : null,
                up
                        ? List.of(
                                new DaemonStatus.PeerStatus(
                                        "db", List.of("100.64.0.2"), true, "", "relay headscale", 1, 2, 3),
                                new DaemonStatus.PeerStatus(
                                        "laptop", List.of("100.64.0.33"), false, "2026-11-23T10:00:00Z", "-", 0, 0, -1))
                        : List.of(),
                settings.forwards().stream()
                        .map(f -> new DaemonStatus.ForwardStatus(f.listenText(), f.targetText(), 0, ""))
                        .toList(),
                List.of(),
                new JsonObject());
    }

    @Override
    public long changes() {
        return changes.get();
    }

    @Override
    public synchronized void awaitChange(long since, long timeoutMillis) throws InterruptedException {
        if (changes.get() <= since) {
            wait(timeoutMillis);
        }
    }

    @Override
    public void requestStop() {
        stop.countDown();
    }
}
