package pt.sunbeam.cli;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.SunbeamException;

/**
 * The program's entry. {@code status} in its plain forms is run without the command line library, whose classes would be
 * half of its start; everything else, and every mistake, goes through {@link CommandLineEntry}.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        Console console = Console.system();
        int code = run(args, console);
        console.out().flush();
        console.err().flush();
        Runtime.getRuntime().exit(code);
    }

    static int run(String[] args, Console console) {
        PlainStatus plain = PlainStatus.of(args);
        try {
            return plain == null
                    ? CommandLineEntry.run(args, console)
                    : StatusVerb.run(plain.context(), plain.json(), console);
        } catch (SunbeamException e) {
            return console.failure(e, false);
        } catch (RuntimeException e) {
            return console.bug(e, false);
        }
    }

    /** {@code [vpn] status [--json] [--context NAME]}, each option at most once. */
    record PlainStatus(@Nullable String context, boolean json) {
        static @Nullable PlainStatus of(String[] args) {
            int at = args.length > 0 && args[0].equals("vpn") ? 1 : 0;
            if (at == args.length || !args[at].equals("status")) {
                return null;
            }
            String context = null;
            boolean json = false;
            for (int i = at + 1; i < args.length; i++) {
                if (args[i].equals("--json") && !json) {
                    json = true;
                } else if (args[i].equals("--context") && context == null && isValue(args, i + 1)) {
                    context = args[++i];
                } else {
                    return null;
                }
            }
            return new PlainStatus(context, json);
        }

        private static boolean isValue(String[] args, int index) {
            return index < args.length && !args[index].startsWith("-");
        }
    }
}
