package pt.sunbeam.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/**
 * Where a command writes: data to standard output, words to standard error.
 *
 * @param out data
 * @param err words
 * @param terminal whether {@code err} is a terminal, so that a line can be rewritten in place
 */
record Console(PrintStream out, PrintStream err, boolean terminal) {
    /** This process's streams, in UTF-8 whatever the locale: the seed's lines hold a dash that ASCII lacks. */
    static Console system() {
        return new Console(
                stream(FileDescriptor.out), stream(FileDescriptor.err), Boolean.getBoolean("sunbeam.terminal"));
    }

    private static PrintStream stream(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    void data(String line) {
        out.print(line + "\n");
        out.flush();
    }

    void words(String line) {
        err.print("sunbeam: " + line + "\n");
        err.flush();
    }

    /** What to do next, under the words it belongs to. */
    void advice(String text) {
        err.print("  next: " + Text.printable(text) + "\n");
        err.flush();
    }

    /** What failed and why, what to do next, and the exit code for it. */
    int failure(SunbeamException failure, boolean debug) {
        words(Text.printable(failure.getMessage()));
        if (!failure.advice().isEmpty()) {
            advice(failure.advice());
        }
        if (debug) {
            failure.printStackTrace(err);
        }
        err.flush();
        return failure.code().exitCode();
    }

    /** A mistake of the program's own: one sentence, and the trace when it was asked for. */
    int bug(Throwable bug, boolean debug) {
        if (debug) {
            bug.printStackTrace(err);
        }
        return failure(
                new SunbeamException(
                        FailureCode.GENERAL,
                        "an error inside sunbeam: " + bug,
                        debug ? "" : "run it again with --debug for the details"),
                false);
    }
}
