package pt.sunbeam.bench.virtual;

import java.util.ArrayList;
import java.util.List;
import pt.sunbeam.bench.Path;

/**
 * The command line of the table.
 *
 * @param seconds virtual duration of a run
 * @param seeds runs of each cell, of which the median counts
 */
record SimTableOptions(int seconds, int seeds, List<Path> cells) {
    static final SimTableOptions DEFAULT = new SimTableOptions(30, 3, allCells());

    static final String HELP = """
            sim-table: goodput between two of our stacks in virtual time, as Markdown on standard output.

              scripts/sim-table [OPTION VALUE]...

              --seconds 30          virtual duration of a run
              --cells 10/0,50/1     RTT in ms / loss in percent below 100; all 25 when not given
              --quick               5 seconds and one seed instead of three; figures to be compared only with each other

            The whole table takes about a minute, --quick a tenth of that. Progress goes to standard error. Only
            the table without options is the one that docs/netstack-sim.md keeps.
            """;

    private static List<Path> allCells() {
        List<Path> all = new ArrayList<>();
        for (int rttMillis : new int[] {1, 10, 50, 100, 200}) {
            for (double lossPercent : new double[] {0, 0.1, 1, 3, 5}) {
                all.add(Path.of(rttMillis, lossPercent));
            }
        }
        return all;
    }

    /** Throws {@link IllegalArgumentException} with a sentence for what it cannot understand. */
    static SimTableOptions parse(List<String> words) {
        SimTableOptions o = DEFAULT;
        for (int i = 0; i < words.size(); i++) {
            String name = words.get(i);
            if (name.equals("--quick")) {
                o = new SimTableOptions(5, 1, o.cells);
                continue;
            }
            if (!name.equals("--seconds") && !name.equals("--cells")) {
                throw new IllegalArgumentException("\"" + name + "\" is not an option; --help lists them");
            }
            if (++i == words.size()) {
                throw new IllegalArgumentException(name + " needs a value; --help lists the options");
            }
            o = name.equals("--seconds")
                    ? new SimTableOptions(seconds(words.get(i)), o.seeds, o.cells)
                    : new SimTableOptions(o.seconds, o.seeds, Path.parseCells(words.get(i)));
        }
        return o;
    }

    private static int seconds(String text) {
        try {
            int seconds = Integer.parseInt(text);
            if (seconds > 0) {
                return seconds;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("--seconds takes a number above 0, not \"" + text + "\"");
    }
}
