package pt.sunbeam.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "status", description = "Shows whether the VPN is up, its addresses, peers and forwards.")
final class StatusCommand implements Callable<Integer> {
    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        SunbeamCommand root = SunbeamCommand.root(spec);
        return StatusVerb.run(root.context, json, root.console);
    }
}
