package pt.sunbeam.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
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
        line.getCommandSpec().version(VersionCommand.line());
        line.getCommandSpec().usageMessage().exitCodeList(exitCodes());
        line.setParameterExceptionHandler((e, ignored) -> misunderstood(e, console));
        line.setExecutionExceptionHandler((e, command, result) -> failed(e, command, console));
        return line;
    }

    private static int misunderstood(ParameterException e, Console console) {
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        String message = String.valueOf(e.getMessage());
        String advice = verb + " --help";
        if (e instanceof UnmatchedArgumentException unmatched) {
            message = unmatched(unmatched);
            advice = similar(unmatched)
                            .map(name -> "did you mean " + name + "? ")
                            .orElse("")
                    + advice;
        }
        return console.failure(new SunbeamException(FailureCode.USAGE, Redaction.redact(message), advice), false);
    }

    private static String unmatched(UnmatchedArgumentException e) {
        String argument = e.getUnmatched().getFirst();
        if (!e.isUnknownOption() && !e.getCommandLine().getSubcommands().isEmpty()) {
            return "there is no verb \"" + argument + "\"";
        }
        String kind = e.isUnknownOption() ? "option" : "argument";
        return e.getCommandLine().getCommandName() + " takes no " + kind + " \"" + argument + "\"";
    }

    /** The nearest name, when it begins as what was typed: picocli names one however far it is. */
    private static Optional<String> similar(UnmatchedArgumentException e) {
        String typed = e.getUnmatched().getFirst();
        return e.getSuggestions().stream()
                .filter(name -> !typed.isEmpty() && name.charAt(0) == typed.charAt(0))
                .findFirst();
    }

    private static int failed(Exception e, CommandLine command, Console console) {
        SunbeamCommand root = SunbeamCommand.root(command.getCommandSpec());
        return e instanceof SunbeamException failure
                ? console.failure(inContext(failure, root.context), root.debug)
                : console.bug(e, root.debug);
    }

    /** Advice to run a verb must not lead into another context than the one that failed. */
    private static SunbeamException inContext(SunbeamException e, @Nullable String context) {
        return context == null || !e.advice().contains("sunbeam ")
                ? e
                : new SunbeamException(
                        e.code(), String.valueOf(e.getMessage()), e.advice() + ", with --context " + context, e);
    }

    private static Map<String, String> exitCodes() {
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(String.valueOf(code.number()), code.meaning());
        }
        return codes;
    }
}
