package pt.sunbeam.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sunbeam vpn VERB}: the same verbs under the name the original gives them. */
@Command(
        name = "vpn",
        description = "The same verbs as: vpn connect, vpn status, vpn disconnect.",
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        subcommands = {ConnectCommand.class, DisconnectCommand.class, StatusCommand.class})
final class VpnCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "a verb is missing: connect, status or disconnect");
        }
    }
}
