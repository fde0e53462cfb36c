package pt.sunbeam.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "help", description = "Shows the help of a verb.")
final class HelpVerb implements Callable<Integer> {
    @Parameters(paramLabel = "VERB", arity = "0..*", description = "the verb, for example: config set")
    List<String> verbs = List.of();

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine at = SunbeamCommand.line(spec);
        for (String verb : verbs) {
            CommandLine below = at.getSubcommands().get(verb);
            if (below == null) {
                throw new ParameterException(at, "there is no verb \"" + verb + "\"");
            }
            at = below;
        }
        at.usage(at.getOut());
        return 0;
    }
}
