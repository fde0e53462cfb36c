package pt.sunbeam.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.IpcClient;

/**
 * {@code sunbeam connect}: looks for a running daemon, starts one when there is none, and waits until it is Running. What
 * it started it also ends when that fails, takes too long or is interrupted; a daemon it found is left alone.
 */
final class Connect {
    private static final long LOOK_EVERY_MILLIS = 15;
    private static final long GOING_MILLIS = 15_000;

    private final Console console;
    private final StateFolder folder;
    private final boolean debug;
    private final boolean keepTrying;

    Connect(Console console, StateFolder folder, boolean debug, boolean keepTrying) {
        this.console = console;
        this.folder = folder;
        this.debug = debug;
        this.keepTrying = keepTrying;
    }

    int run(Request request, Patience patience) throws InterruptedException {
        DaemonStatus running;
        Started started = null;
        try (StartLock _ = lock(patience)) {
            running = running(folder);
            if (running != null && request.hasKeyFor(running)) {
                replace(running);
                running = null;
            }
            if (running == null) {
                awaitDaemonLock(folder);
                started = start(request, patience);
            }
        }
        if (started != null) {
            follow(started, request, patience);
        } else if (running != null) {
            attach(running, request, patience);
        }
        return 0;
    }

    /** A daemon of ours that answers, and what ends it when this command is interrupted. */
    private record Started(DaemonProcess daemon, SignalGuard guard, IpcClient client) {}

    /** Ends a daemon that waits for a login: what it registers with is settled at its start. */
    private void replace(DaemonStatus waiting) throws InterruptedException {
        console.words("the daemon (pid " + waiting.pid() + ") waits for a login; it is started again with the key");
        RunningProcess process = RunningProcess.of(waiting.pid());
        try (IpcClient client = IpcClient.connect(folder.socket())) {
            if (client != null) {
                client.stop();
            }
        }
        awaitEnd(process);
    }

    private static void awaitEnd(RunningProcess process) throws InterruptedException {
        if (!process.awaitEnd(GOING_MILLIS)) {
            throw new SunbeamException(
                    FailureCode.GENERAL,
                    "the last daemon (pid " + process.pid() + ") is still ending",
                    "wait a moment, or kill " + process.pid());
        }
    }

    private StartLock lock(Patience patience) throws InterruptedException {
        StartLock lock = StartLock.take(folder.path().resolve("connect.lock"), patience);
        if (lock == null) {
            throw new SunbeamException(
                    FailureCode.TIMED_OUT,
                    "another sunbeam connect for this context was still under way after " + patience.text(),
                    "sunbeam status");
        }
        return lock;
    }

    private Started start(Request request, Patience patience) throws InterruptedException {
        String context = request.settings().context();
        DaemonProcess daemon =
                DaemonProcess.spawn(folder, context, request.settings().toSecretText(), debug);
        SignalGuard guard = SignalGuard.over(daemon);
        console.data("==> VPN daemon spawned (pid " + daemon.pid() + ", logs at " + folder.log() + ")");
        try {
            return new Started(daemon, guard, firstAnswer(daemon, patience));
        } catch (SunbeamException e) {
            guard.standStillIfFired();
            giveUp(daemon, e);
            guard.disarm();
            throw e;
        }
    }

    private void giveUp(DaemonProcess daemon, SunbeamException reason) {
        if (keepTrying && daemon.isAlive() && !reason.code().permanent()) {
            console.words("the daemon (pid " + daemon.pid() + ") goes on trying");
        } else {
            daemon.end();
        }
    }

    private void follow(Started started, Request request, Patience patience) throws InterruptedException {
        DaemonProcess daemon = started.daemon();
        try {
            awaitRunning(started.client(), request, patience, daemon);
        } catch (SunbeamException e) {
            started.guard().standStillIfFired();
            giveUp(daemon, e);
            throw e;
        } finally {
            started.guard().disarm();
        }
    }

    /** The context's running daemon, or null; one that is ending is waited for. */
    static @Nullable DaemonStatus running(StateFolder folder) throws InterruptedException {
        DaemonStatus status;
        try (IpcClient client = IpcClient.connect(folder.socket())) {
            status = client == null ? null : client.status();
        }
        if (status == null) {
            return null;
        }
        boolean going = status.state() instanceof DaemonState.ShuttingDown
                || status.state() instanceof DaemonState.Stopped
                || status.state() instanceof DaemonState.Failed;
        if (!going) {
            return status;
        }
        awaitEnd(RunningProcess.of(status.pid()));
        return null;
    }

    /** A daemon that has removed its socket may hold its lock for a moment longer. */
    static void awaitDaemonLock(StateFolder folder) throws InterruptedException {
        Patience patience = new Patience(Duration.ofMillis(GOING_MILLIS));
        while (Files.exists(folder.lock()) && !patience.isOver()) {
            try (FileChannel channel = FileChannel.open(folder.lock(), StandardOpenOption.WRITE)) {
                if (channel.tryLock() != null) {
                    return;
                }
            } catch (IOException e) {
                return;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }

    private void attach(DaemonStatus running, Request request, Patience patience) throws InterruptedException {
        List<String> differences = request.differencesFrom(running);
        if (!differences.isEmpty()) {
            throw new SunbeamException(
                    FailureCode.CONNECTED_DIFFERENTLY,
                    "a daemon with other settings runs already (pid " + running.pid() + "): "
                            + String.join("; ", differences),
                    "sunbeam disconnect, then sunbeam connect again");
        }
        console.words("a daemon with these settings runs already (pid " + running.pid() + ")");
        IpcClient client = IpcClient.connect(folder.socket());
        if (client == null) {
            throw new SunbeamException(
                    FailureCode.GENERAL, "the running daemon has just ended", "sunbeam connect once more");
        }
        awaitRunning(client, request, patience, null);
    }

    /** Waits for the new daemon's control socket. */
    private IpcClient firstAnswer(DaemonProcess daemon, Patience patience) throws InterruptedException {
        while (true) {
            IpcClient client = IpcClient.connect(folder.socket());
            if (client != null) {
                return client;
            }
            if (!daemon.isAlive()) {
                throw daemon.lastWords();
            }
            if (patience.isOver()) {
                throw new SunbeamException(
                        FailureCode.TIMED_OUT,
                        "the daemon has not opened its control socket within " + patience.text(),
                        "see " + folder.log() + " and " + folder.stderr());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MILLIS);
        }
    }

    private void awaitRunning(IpcClient client, Request request, Patience patience, @Nullable DaemonProcess daemon)
            throws InterruptedException {
        Progress progress = new Progress(console);
        try (Waiting waiting = new Waiting(client, request.settings().server(), console, progress, daemon)) {
            DaemonStatus status = waiting.untilRunning(patience);
            progress.clear();
            Joined.tell(status, request, console);
        } finally {
            progress.clear();
        }
    }
}
