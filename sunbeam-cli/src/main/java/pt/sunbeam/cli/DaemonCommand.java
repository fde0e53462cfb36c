package pt.sunbeam.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import pt.sunbeam.config.StateFolder;
import pt.sunbeam.config.SunbeamHome;
import pt.sunbeam.daemon.DaemonSettings;

/** The daemon's own process, started by {@link DaemonProcess}. */
@Command(name = "__vpn-daemon", hidden = true, description = "The daemon; started by sunbeam connect.")
final class DaemonCommand implements Callable<Integer> {
    private static final long INPUT_TIMEOUT_MILLIS = 10_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        SunbeamCommand root = SunbeamCommand.root(spec);
        String detached = Session.detach();
        DaemonSettings settings = DaemonInput.read(System.in, INPUT_TIMEOUT_MILLIS);
        SunbeamHome home = SunbeamHome.fromEnvironment();
        StateFolder folder = home.state(root.context(home)).create();
        return new DaemonRun(folder, root.debug, false).run(settings, detached);
    }
}
