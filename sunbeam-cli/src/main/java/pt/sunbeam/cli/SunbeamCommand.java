package pt.sunbeam.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import pt.sunbeam.config.SunbeamHome;

/** The root of the command tree and the options that every verb takes. */
@Command(
        name = "sunbeam",
        description = "Joins a tailnet without root and forwards local ports into it.",
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        optionListHeading = "%nOptions of every verb:%n",
        exitCodeListHeading = "%nExit codes:%n",
        subcommands = {
            ConnectCommand.class,
            DisconnectCommand.class,
            StatusCommand.class,
            NetcheckCommand.class,
            PingCommand.class,
            VpnCommand.class,
            ConfigCommand.class,
            VersionCommand.class,
            HelpVerb.class,
            DaemonCommand.class,
            WarmCommand.class
        })
final class SunbeamCommand implements Runnable {
    @Option(
            names = "--context",
            paramLabel = "NAME",
            scope = ScopeType.INHERIT,
            description = "the context to use instead of the current one")
    @Nullable
    String context;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "show details of failures")
    boolean debug;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = ScopeType.INHERIT,
            description = "show this help")
    boolean help;

    @Option(names = "--version", versionHelp = true, hidden = true)
    boolean version;

    @Spec
    private @Nullable CommandSpec spec;

    final Console console;

    SunbeamCommand(Console console) {
        this.console = console;
    }

    /** The root that a verb belongs to. */
    static SunbeamCommand root(@Nullable CommandSpec spec) {
        if (spec == null) {
            throw new IllegalStateException("a verb outside its tree");
        }
        return (SunbeamCommand) spec.root().userObject();
    }

    /** The root's own command line. */
    static CommandLine line(@Nullable CommandSpec spec) {
        return root(spec).ownLine();
    }

    private CommandLine ownLine() {
        if (spec == null) {
            throw new IllegalStateException("a root outside its tree");
        }
        return spec.commandLine();
    }

    /** The context of this run. */
    String context(SunbeamHome home) {
        return StatusVerb.context(home, context);
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "a verb is missing: connect, status, ping, netcheck, disconnect, config, version or help");
        }
    }
}
