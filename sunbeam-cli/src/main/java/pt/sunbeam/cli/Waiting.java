package pt.sunbeam.cli;

import java.net.URI;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.ipc.IpcError;

/**
 * The wait of {@code connect}: follows the daemon's states as they stream in, shows each, and ends on Running, on a
 * failure with its reason, on the daemon's end, or when the time is over. A thread of its own reads the socket; the
 * command's thread owns everything else and takes events from one queue.
 */
final class Waiting implements AutoCloseable {
    private static final int CONTROL_EXIT = FailureCode.CONTROL_UNREACHABLE.exitCode();
    private static final long LAST_WORDS_MILLIS = 10_000;

    private sealed interface Event {
        record Changed(DaemonStatus status) implements Event {}

        /** The control socket was closed or the process has ended. */
        record Ended() implements Event {}

        record Unreadable(SunbeamException failure) implements Event {}
    }

    private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final IpcClient client;
    private final String server;
    private final Console console;
    private final Progress progress;
    private final @Nullable DaemonProcess daemon;
    private DaemonState state = new DaemonState.Starting();
    private @Nullable IpcError lastError;
    private String shownUrl = "";
    private String shownAdvice = "";

    /** {@code daemon} is null when it was running already. */
    Waiting(IpcClient client, String server, Console console, Progress progress, @Nullable DaemonProcess daemon) {
        this.client = client;
        this.server = server;
        this.console = console;
        this.progress = progress;
        this.daemon = daemon;
        if (daemon != null) {
            daemon.onEnd(() -> events.add(new Event.Ended()));
        }
        Thread.ofPlatform().daemon().name("daemon-watch").start(this::watch);
    }

    private void watch() {
        try {
            client.watch();
            for (DaemonStatus status = client.nextStatus(); status != null; status = client.nextStatus()) {
                events.add(new Event.Changed(status));
            }
            events.add(new Event.Ended());
        } catch (SunbeamException e) {
            events.add(new Event.Unreadable(e));
        }
    }

    /** Returns the first Running status; throws what stands in its way. */
    DaemonStatus untilRunning(Patience patience) throws InterruptedException {
        while (true) {
            Event event = events.poll(patience.remainingNanos(), TimeUnit.NANOSECONDS);
            switch (event) {
                case null -> throw timeOver(patience);
                case Event.Ended() -> throw ended();
                case Event.Unreadable(SunbeamException failure) -> throw daemonEnds() ? ended() : failure;
                case Event.Changed(DaemonStatus status) -> {
                    if (status.state() instanceof DaemonState.Running) {
                        return status;
                    }
                    changed(status.state());
                }
            }
        }
    }

    private void changed(DaemonState now) throws InterruptedException {
        state = now;
        switch (now) {
            case DaemonState.Failed(IpcError error) -> {
                daemonEnds();
                throw error.toException();
            }
            case DaemonState.ShuttingDown() -> {
                // Somebody else stops it, or it ends by an error whose words come with its end.
                progress.show("the daemon is shutting down");
            }
            case DaemonState.Reconnecting(int attempt, IpcError error, long retryInMillis) -> {
                lastError = error;
                progress.show("reconnecting to " + host() + " (attempt " + attempt + "): " + error.message());
                advise(error);
            }
            case DaemonState.LoginNeeded(String url) -> {
                lastError = null;
                showLogin(url);
                progress.show("waiting for approval by " + host());
            }
            case DaemonState.Registering() -> {
                lastError = null;
                progress.show("registering with " + host());
            }
            case DaemonState.Connecting() -> progress.show("connecting to " + host());
            case DaemonState.Handshaking() -> progress.show("shaking hands with " + host());
            default -> progress.show(now.text());
        }
    }

    /** Trust does not come by waiting: what to do is said with the first failure, not when the time is over. */
    private void advise(IpcError error) {
        boolean news = !error.advice().isEmpty() && !error.advice().equals(shownAdvice);
        if (news && error.code() == FailureCode.CONTROL_UNTRUSTED) {
            shownAdvice = error.advice();
            progress.keep();
            console.advice(shownAdvice);
        }
    }

    private void showLogin(String url) {
        if (!url.equals(shownUrl)) {
            shownUrl = url;
            progress.clear();
            console.err().print("\nTo log this node in, open:\n\n\t" + Text.printable(url) + "\n\n");
            console.err().flush();
        }
    }

    private String host() {
        String host = URI.create(server).getAuthority();
        return host == null ? server : host;
    }

    /** Waits a moment for the process whose socket is closed; true when it is gone. */
    private boolean daemonEnds() throws InterruptedException {
        return daemon != null && RunningProcess.of(daemon.pid()).awaitEnd(LAST_WORDS_MILLIS);
    }

    private SunbeamException ended() throws InterruptedException {
        if (daemon != null && daemonEnds()) {
            return daemon.lastWords();
        }
        return new SunbeamException(
                FailureCode.GENERAL, "the daemon was stopped while it was connecting", "sunbeam connect once more");
    }

    private SunbeamException timeOver(Patience patience) {
        IpcError error = lastError;
        if (error != null && error.code().exitCode() == CONTROL_EXIT) {
            return new SunbeamException(
                    error.code(), error.message() + " (tried for " + patience.text() + ")", error.advice());
        }
        return switch (state) {
            case DaemonState.LoginNeeded(String url) ->
                new SunbeamException(
                        FailureCode.LOGIN_NEEDED,
                        "nobody approved this node on " + host() + " within " + patience.text(),
                        "open " + url + " and run sunbeam connect again, or give a key with --auth-key");
            case DaemonState.ApprovalNeeded() ->
                new SunbeamException(
                        FailureCode.LOGIN_NEEDED,
                        "no administrator of " + host() + " approved this machine within " + patience.text(),
                        "ask one to approve it and run sunbeam connect again");
            case DaemonState.Connecting(), DaemonState.Handshaking() ->
                new SunbeamException(
                        FailureCode.CONTROL_UNREACHABLE,
                        host() + " did not answer within " + patience.text(),
                        "see that the URL is right and the server is up, or give it longer with --timeout");
            default ->
                new SunbeamException(
                        FailureCode.TIMED_OUT,
                        "not connected to " + host() + " within " + patience.text() + "; the daemon was " + state.text()
                                + (error == null ? "" : ", because: " + error.message()),
                        error == null || error.advice().isEmpty()
                                ? "give it longer with --timeout, or see the log"
                                : error.advice());
        };
    }

    @Override
    public void close() {
        client.close();
    }
}
