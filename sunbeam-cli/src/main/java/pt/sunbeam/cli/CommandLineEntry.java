package pt.sunbeam.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/** Runs a verb through picocli and turns what it throws into words and an exit code. */
final class CommandLineEntry {
    private CommandLineEntry() {}

    static int run(String[] args, Console console) {
        return commandLine(console).execute(args);
    }

    static CommandLine commandLine(Console console) {
        CommandLine line = new CommandLine(new SunbeamCommand(console));
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setUsageHelpAutoWidth(true);
        line.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        line.setParameterExceptionHandler((e, ignored) -> misunderstood(e, console));
        line.setExecutionExceptionHandler((e, command, result) -> failed(e, command, console));
        return line;
    }

    private static int misunderstood(ParameterException e, Console console) {
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        return console.failure(
                new SunbeamException(
                        FailureCode.USAGE, Redaction.redact(String.valueOf(e.getMessage())), verb + " --help"),
                false);
    }

    private static int failed(Exception e, CommandLine command, Console console) {
        boolean debug = SunbeamCommand.root(command.getCommandSpec()).debug;
        return e instanceof SunbeamException failure ? console.failure(failure, debug) : console.bug(e, debug);
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(String.valueOf(code.number()), code.meaning());
        }
        return codes;
    }
}
