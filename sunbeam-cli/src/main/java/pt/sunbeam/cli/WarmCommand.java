package pt.sunbeam.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs what the short commands run and prints nothing, so that their classes reach the archive; see ArchiveMaking. */
@Command(name = "__warm", hidden = true, description = "Makes the class archive.")
final class WarmCommand implements Callable<Integer> {
    /** Read by the launcher, which passes it to the JVM. */
    @Parameters(paramLabel = "ARCHIVE")
    @Nullable
    String archive;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Console console = new Console(nowhere, nowhere, false);
        SunbeamCommand root = SunbeamCommand.root(spec);
        String context = root.context == null ? "local" : root.context;
        Main.run(new String[] {"status", "--context", context}, console);
        Main.run(new String[] {"status", "--json", "--context", context}, console);
        Main.run(new String[] {"config", "list"}, console);
        Main.run(new String[] {"connect", "--help"}, console);
        return 0;
    }
}
