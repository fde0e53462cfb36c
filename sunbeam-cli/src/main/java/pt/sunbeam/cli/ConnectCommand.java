package pt.sunbeam.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import pt.sunbeam.config.ConfigFile;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.config.SunbeamHome;
import pt.sunbeam.failure.SunbeamException;

/** Joins the tailnet: starts the daemon and returns when it is Running, or runs it here with {@code --foreground}. */
@Command(
        name = "connect",
        aliases = "up",
        description = "Joins the tailnet and returns when it is reached.",
        footer = {
            "%nOptions override the context's settings for this run; sunbeam config set keeps them.",
            "Without -L, 127.0.0.1:16579 leads to the context's vpn-cluster-host, if one is set."
        })
final class ConnectCommand implements Callable<Integer> {
    @Option(names = "--foreground", description = "run the daemon here, until it is interrupted; no time limit")
    boolean foreground;

    @Option(names = "--login-server", paramLabel = "URL", description = "the coordination server")
    @Nullable
    String loginServer;

    @Option(
            names = {"--auth-key", "--authkey"},
            paramLabel = "KEY",
            description = "a pre-auth key, file:PATH, or - for standard input")
    @Nullable
    String authKey;

    @Option(names = "--hostname", paramLabel = "NAME", description = "this node's name in the tailnet")
    @Nullable
    String hostname;

    @Option(names = "--ca-file", paramLabel = "PEM", description = "further certificate authorities to trust")
    @Nullable
    String caFile;

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            defaultValue = "60s",
            converter = DurationText.class,
            description = "how long to wait (default: ${DEFAULT-VALUE}; 0 waits for ever); not with --foreground")
    Duration timeout = Duration.ofSeconds(60);

    @Option(
            names = "-L",
            paramLabel = "[BIND:]PORT:HOST:PORT",
            description = "forward a local port to a host in the tailnet; may be repeated. Port 0 is any free one,"
                    + " BIND 0.0.0.0 every address of this machine; IPv6 addresses stand in brackets")
    List<String> forwards = new ArrayList<>();

    @Option(names = "--keep-trying", description = "leave the daemon running when the time is over")
    boolean keepTrying;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        SunbeamCommand root = SunbeamCommand.root(spec);
        SunbeamHome home = SunbeamHome.fromEnvironment();
        String context = root.context(home);
        StateFolder folder = home.state(context);
        ConnectSettings settings = new ConnectSettings(this, ConfigFile.read(home), context, System.getenv());
        Request request = settings.request(root.console);
        folder.create();
        try {
            return foreground
                    ? new Foreground(root.console, folder, root.debug).run(request)
                    : new Connect(root.console, folder, root.debug, keepTrying).run(request, new Patience(timeout));
        } catch (SunbeamException e) {
            throw request.withKeySource(e);
        }
    }
}
