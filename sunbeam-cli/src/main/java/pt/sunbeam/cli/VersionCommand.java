package pt.sunbeam.cli;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(name = "version", description = "Prints the version of sunbeam and of the Java it runs on.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        SunbeamCommand.root(spec).console.data(line());
        return 0;
    }

    static String line() {
        return "sunbeam " + Version.text() + " (Java " + System.getProperty("java.version") + ")";
    }
}
