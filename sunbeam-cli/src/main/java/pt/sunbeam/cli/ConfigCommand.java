package pt.sunbeam.cli;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import pt.sunbeam.config.ConfigFile;
import pt.sunbeam.config.ConfigKey;
import pt.sunbeam.config.SunbeamHome;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.IpcClient;

/** {@code sunbeam config}: reads and changes {@code config.json}, one context's settings at a time. */
@Command(
        name = "config",
        description = "Shows and changes a context's settings.",
        synopsisSubcommandLabel = "VERB",
        commandListHeading = "%nVerbs:%n",
        footer = {
            "%nSettings:",
            "  vpn-url           the coordination server: https://HOST[:PORT] or http://...",
            "  vpn-auth-key      a pre-auth key, or file:PATH; - reads it from standard input",
            "  vpn-cluster-host  HOST[:PORT] for 127.0.0.1:16579 when there is no forward",
            "  vpn-hostname      this node's name in the tailnet",
            "  vpn-ca-file       a PEM file with further certificate authorities",
            "  vpn-forwards      forwards as for connect -L, separated by commas",
            "  vpn-port-mapping  on (default) or off: whether the router is asked for a port"
        })
final class ConfigCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "a verb is missing: get, set, list, unset, use or contexts");
        }
    }

    private static ConfigKey key(String name) {
        return ConfigKey.of(name)
                .orElseThrow(() -> new SunbeamException(
                        FailureCode.USAGE,
                        "there is no setting \"" + Text.printable(name) + "\"",
                        "use one of: "
                                + Arrays.stream(ConfigKey.values())
                                        .map(ConfigKey::key)
                                        .collect(Collectors.joining(", "))));
    }

    @Command(name = "get", description = "Prints one setting; exits with 1 when it is not set.")
    int get(@Parameters(paramLabel = "KEY") String name) {
        ConfigKey key = key(name);
        SunbeamCommand root = SunbeamCommand.root(spec);
        SunbeamHome home = SunbeamHome.fromEnvironment();
        String value = ConfigFile.read(home).value(root.context(home), key);
        if (value == null) {
            return FailureCode.GENERAL.exitCode();
        }
        root.console.data(value);
        return 0;
    }

    @Command(name = "set", description = "Changes one setting; a value of - is read from standard input.")
    int set(@Parameters(paramLabel = "KEY") String name, @Parameters(paramLabel = "VALUE") String value) {
        ConfigKey key = key(name);
        SunbeamCommand root = SunbeamCommand.root(spec);
        SunbeamHome home = SunbeamHome.fromEnvironment();
        ConfigFile file = ConfigFile.read(home);
        file.set(root.context(home), key, SettingText.accept(key, value, root.console));
        file.save();
        sayIfRunning(root, home);
        return 0;
    }

    private static void sayIfRunning(SunbeamCommand root, SunbeamHome home) {
        try (IpcClient client = IpcClient.connect(home.state(root.context(home)).socket())) {
            if (client != null) {
                root.console.words("a running daemon keeps its settings; this one counts from the next start:"
                        + " sunbeam disconnect, then sunbeam connect");
            }
        }
    }

    @Command(name = "list", description = "Prints the settings of the context, secrets hidden.")
    int list() {
        SunbeamCommand root = SunbeamCommand.root(spec);
        SunbeamHome home = SunbeamHome.fromEnvironment();
        ConfigFile file = ConfigFile.read(home);
        String context = root.context(home);
        for (ConfigKey key : ConfigKey.values()) {
            String value = file.value(context, key);
            if (value != null) {
                root.console.data(key.key() + "=" + (key.secret() ? "(hidden)" : Text.printable(value)));
            }
        }
        return 0;
    }

    @Command(name = "unset", description = "Removes one setting.")
    int unset(@Parameters(paramLabel = "KEY") String name) {
        ConfigKey key = key(name);
        SunbeamCommand root = SunbeamCommand.root(spec);
        SunbeamHome home = SunbeamHome.fromEnvironment();
        ConfigFile file = ConfigFile.read(home);
        file.unset(root.context(home), key);
        file.save();
        sayIfRunning(root, home);
        return 0;
    }

    @Command(name = "use", description = "Makes a context the current one.")
    int use(@Parameters(paramLabel = "CONTEXT") String context) {
        SunbeamCommand root = SunbeamCommand.root(spec);
        ConfigFile file = ConfigFile.read(SunbeamHome.fromEnvironment());
        boolean known = file.contexts().contains(context);
        file.use(context);
        file.save();
        if (!known) {
            root.console.words("the current context is now \"" + context + "\", which has no settings yet");
        }
        return 0;
    }

    @Command(name = "contexts", description = "Lists the contexts; the current one is marked with *.")
    int contexts() {
        SunbeamCommand root = SunbeamCommand.root(spec);
        ConfigFile file = ConfigFile.read(SunbeamHome.fromEnvironment());
        for (String name : file.contexts()) {
            root.console.data((name.equals(file.currentContext()) ? "* " : "  ") + Text.printable(name));
        }
        return 0;
    }
}
