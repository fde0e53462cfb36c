package pt.sunbeam.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import pt.sunbeam.config.SunbeamHome;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.ipc.NetcheckStatus;
import pt.sunbeam.json.Json;

@Command(
        name = "netcheck",
        description = "Shows what the daemon found about this network: UDP, NAT, and how far the relays are.")
final class NetcheckCommand implements Callable<Integer> {
    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        SunbeamCommand root = SunbeamCommand.root(spec);
        SunbeamHome home = SunbeamHome.fromEnvironment();
        String context = root.context(home);
        print(report(home.state(context).socket(), context), json, root.console);
        return 0;
    }

    /** The running daemon's report; DAEMON_NOT_RUNNING without one, since only its own socket shows its own mapping. */
    static NetcheckStatus report(Path socket, String context) {
        try (IpcClient client = IpcClient.connect(socket)) {
            if (client == null) {
                throw new SunbeamException(
                        FailureCode.DAEMON_NOT_RUNNING,
                        "netcheck shows what the daemon measured, and no daemon runs for the context \"" + context
                                + "\": connect first",
                        "sunbeam connect");
            }
            return client.netcheck();
        }
    }

    static void print(NetcheckStatus report, boolean json, Console console) {
        if (json) {
            console.data(Json.line(report.toJson()));
        } else {
            NetcheckText.lines(report).forEach(console::data);
        }
    }
}
