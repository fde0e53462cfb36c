package pt.sunbeam.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.daemon.Daemon;
import pt.sunbeam.daemon.DaemonSettings;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.json.Json;

/** A whole daemon on a thread of this JVM, driven as a command would drive it: through its control socket. */
final class RunningDaemon implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final StateFolder folder;
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private RunningDaemon(StateFolder folder, DaemonSettings settings) {
        this.folder = folder;
        Thread.ofPlatform().name("daemon-under-test").daemon().start(() -> {
            try {
                exit.complete(Daemon.run(folder, settings));
            } catch (RuntimeException e) {
                exit.completeExceptionally(e);
            }
        });
    }

    static RunningDaemon start(Path folder, DaemonSettings settings) {
        return new RunningDaemon(new StateFolder(folder), settings);
    }

    static DaemonSettings settings(String server, String key, String hostname, String... forwards) {
        return new DaemonSettings(
                "test",
                "0",
                server,
                key,
                hostname,
                List.of(),
                java.util.Arrays.stream(forwards).map(ForwardSpec::parse).toList(),
                false);
    }

    static DaemonSettings trusting(DaemonSettings settings, Path caFile) {
        return new DaemonSettings(
                settings.context(),
                settings.version(),
                settings.server(),
                settings.authKey(),
                settings.hostname(),
                List.of(caFile.toString()),
                settings.forwards(),
                settings.portMapping());
    }

    StateFolder folder() {
        return folder;
    }

    /** Follows the daemon's states until one fits. */
    DaemonStatus await(Predicate<DaemonStatus> fits) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        DaemonStatus last = null;
        while (System.nanoTime() < deadline && !exit.isDone()) {
            try (IpcClient client = IpcClient.connect(folder.socket())) {
                if (client == null) {
                    Thread.onSpinWait();
                    continue;
                }
                client.watch();
                for (last = client.nextStatus(); last != null; last = client.nextStatus()) {
                    if (fits.test(last)) {
                        return last;
                    }
                    if (System.nanoTime() >= deadline) {
                        break;
                    }
                }
            }
        }
        throw new AssertionError("the daemon did not get there; last: "
                + (last == null
                        ? "none"
                        : last.toJson().names() + " " + last.state().text()));
    }

    DaemonStatus awaitRunning() throws InterruptedException {
        return await(status -> status.state() instanceof DaemonState.Running);
    }

    /** Why the daemon is still trying: the reason of the first attempt that failed. */
    IpcError awaitReason() throws InterruptedException {
        DaemonStatus status = await(s -> s.state() instanceof DaemonState.Reconnecting);
        return ((DaemonState.Reconnecting) status.state()).error();
    }

    /** Why the daemon has given up, once it has ended. */
    IpcError awaitFailure() throws Exception {
        awaitExit();
        return IpcError.fromJson(Json.parseObject(Files.readString(folder.lastFailure())));
    }

    /** The local port that forward {@code index} really took. */
    int forwardPort(int index) throws InterruptedException {
        String listen = await(status -> status.forwards().size() > index
                        && !status.forwards().get(index).listen().endsWith(":0"))
                .forwards()
                .get(index)
                .listen();
        return Integer.parseInt(listen.substring(listen.lastIndexOf(':') + 1));
    }

    void stop() {
        try (IpcClient client = IpcClient.connect(folder.socket())) {
            if (client != null) {
                client.stop();
            }
        }
    }

    int awaitExit() throws Exception {
        return exit.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
        if (!exit.isDone()) {
            stop();
            exit.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }
    }
}
