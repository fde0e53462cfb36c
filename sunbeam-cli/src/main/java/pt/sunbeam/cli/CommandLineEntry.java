package pt.sunbeam.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
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
        line.setExecutionStrategy(CommandLineEntry::execute);
        line.setParameterExceptionHandler((e, ignored) -> misunderstood(e, console));
        line.setExecutionExceptionHandler((e, command, result) -> failed(e, command, console));
        return line;
    }

    /** Help belongs to the verb that was named last, wherever the option stands; a verb that there is not has none. */
    private static int execute(ParseResult parsed) {
        List<CommandLine> named = parsed.asCommandLineList();
        CommandLine last = named.getLast();
        boolean help = named.stream().anyMatch(CommandLine::isUsageHelpRequested);
        List<String> unmatched = last.getUnmatchedArguments();
        if (help && !unmatched.isEmpty()) {
            throw new UnmatchedArgumentException(last, unmatched);
        }
        if (help) {
            last.usage(last.getOut());
            return 0;
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    private static int misunderstood(ParameterException e, Console console) {
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        String message = String.valueOf(e.getMessage());
        String advice = verb + " --help";
        if (e instanceof UnmatchedArgumentException unmatched) {
            message = unmatched(unmatched);
            advice = elsewhere(unmatched)
                            .or(() -> similar(unmatched))
                            .map(name -> "did you mean " + name + "? ")
                            .orElse("")
                    + advice;
        } else if (e instanceof MissingParameterException missing) {
            message = missing(missing);
        } else {
            message = plain(message);
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

    private static String missing(MissingParameterException e) {
        ArgSpec first = e.getMissing().getFirst();
        String whose = first instanceof OptionSpec option
                ? option.longestName()
                : e.getCommandLine().getCommandSpec().qualifiedName();
        return whose + " needs "
                + e.getMissing().stream().map(ArgSpec::paramLabel).collect(Collectors.joining(" and "));
    }

    /** Picocli's sentence about a value, without its names for Java's types. */
    private static String plain(String message) {
        return message.replaceFirst("^Invalid value for (?:option|positional parameter) '?([^' ]+)'?[^:]*: ", "$1: ")
                .replaceFirst("'(.*)' is not an (?:int|long)$", "\"$1\" is not a number");
    }

    /** The full command of a verb that stands at the root and not where it was looked for. */
    private static Optional<String> elsewhere(UnmatchedArgumentException e) {
        String typed = e.getUnmatched().getFirst();
        CommandLine root = SunbeamCommand.line(e.getCommandLine().getCommandSpec());
        CommandLine verb = root.equals(e.getCommandLine()) || e.isUnknownOption()
                ? null
                : root.getSubcommands().get(typed);
        boolean asVerb = !e.getCommandLine().getSubcommands().isEmpty();
        return verb == null || !asVerb
                ? Optional.empty()
                : Optional.of(verb.getCommandSpec().qualifiedName());
    }

    /** The nearest name, when half of what was typed begins it: picocli names one however far it is. */
    private static Optional<String> similar(UnmatchedArgumentException e) {
        String typed = e.getUnmatched().getFirst();
        return e.getSuggestions().stream()
                .filter(name -> beginsAlike(bare(name), bare(typed)))
                .findFirst();
    }

    private static String bare(String name) {
        return name.replaceFirst("^-+", "");
    }

    private static boolean beginsAlike(String name, String typed) {
        int alike = 0;
        while (alike < Math.min(name.length(), typed.length()) && name.charAt(alike) == typed.charAt(alike)) {
            alike++;
        }
        return alike > 0 && 2 * alike >= typed.length();
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
