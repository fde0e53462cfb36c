package pt.sunbeam.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import pt.sunbeam.config.SunbeamHome;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.IpcClient;

/** Asks the daemon to stop and returns when its process is gone. */
@Command(name = "disconnect", aliases = "down", description = "Stops the daemon and returns when it is gone.")
final class DisconnectCommand implements Callable<Integer> {
    private static final long GONE_TIMEOUT_MILLIS = 15_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        SunbeamCommand root = SunbeamCommand.root(spec);
        SunbeamHome home = SunbeamHome.fromEnvironment();
        String context = root.context(home);
        RunningProcess daemon;
        try (IpcClient client = IpcClient.connect(home.state(context).socket())) {
            if (client == null) {
                throw new SunbeamException(
                        FailureCode.DAEMON_NOT_RUNNING,
                        "no daemon runs for the context \"" + context + "\"",
                        "sunbeam connect");
            }
            daemon = RunningProcess.of(client.status().pid());
        }
        root.console.data("==> Asking VPN daemon to stop...");
        try (IpcClient client = IpcClient.connect(home.state(context).socket())) {
            if (client != null) {
                client.stop();
            }
        }
        root.console.data("Daemon acknowledged shutdown.");
        if (!daemon.awaitEnd(GONE_TIMEOUT_MILLIS)) {
            throw new SunbeamException(
                    FailureCode.GENERAL,
                    "the daemon (pid " + daemon.pid() + ") has not ended within " + GONE_TIMEOUT_MILLIS / 1000 + " s",
                    "kill " + daemon.pid());
        }
        return 0;
    }
}
