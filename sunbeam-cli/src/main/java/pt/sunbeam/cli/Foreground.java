package pt.sunbeam.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.ipc.IpcError;

/** {@code connect --foreground}: the daemon in this process, until it is stopped; for containers and service managers. */
final class Foreground {
    private static final long LOOK_EVERY_MILLIS = 100;

    private final Console console;
    private final StateFolder folder;
    private final boolean debug;

    Foreground(Console console, StateFolder folder, boolean debug) {
        this.console = console;
        this.folder = folder;
        this.debug = debug;
    }

    int run(Request request) throws InterruptedException {
        DaemonStatus running = Connect.running(folder);
        if (running != null) {
            List<String> differences = request.differencesFrom(running);
            throw new SunbeamException(
                    FailureCode.CONNECTED_DIFFERENTLY,
                    "a daemon runs already in the background (pid " + running.pid() + ")"
                            + (differences.isEmpty() ? "" : ": " + String.join("; ", differences)),
                    "sunbeam disconnect, then sunbeam connect --foreground again");
        }
        Thread.ofPlatform().daemon().name("announce").start(() -> announce(request));
        int code = new DaemonRun(folder, debug, true).run(request.settings(), "");
        IpcError failure = StatusVerb.lastFailure(folder);
        if (code != 0 && failure != null) {
            throw failure.toException();
        }
        return code;
    }

    /** Says on standard output when the tailnet is joined, and on standard error where to log in. */
    private void announce(Request request) {
        try (IpcClient client = ownSocket()) {
            if (client == null) {
                return;
            }
            String url = "";
            client.watch();
            for (DaemonStatus status = client.nextStatus(); status != null; status = client.nextStatus()) {
                if (status.state() instanceof DaemonState.Running) {
                    Joined.tell(status, request, console);
                    return;
                }
                if (status.state() instanceof DaemonState.LoginNeeded(String wanted) && !wanted.equals(url)) {
                    url = wanted;
                    console.err().print("\nTo log this node in, open:\n\n\t" + Text.printable(url) + "\n\n");
                    console.err().flush();
                }
            }
        } catch (SunbeamException e) {
            console.words(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private @Nullable IpcClient ownSocket() throws InterruptedException {
        while (true) {
            IpcClient client = IpcClient.connect(folder.socket());
            if (client != null) {
                return client;
            }
            Thread.sleep(LOOK_EVERY_MILLIS);
        }
    }
}
