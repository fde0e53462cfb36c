package pt.sunbeam.bench.virtual;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import pt.sunbeam.bench.Path;
import pt.sunbeam.netstack.tcp.CongestionControl;

/** Prints goodput by round-trip time, loss and controller, in Markdown: {@code scripts/sim-table}. */
public final class SimTable {
    private static final int EXIT_USAGE = 2;

    private SimTable() {}

    /** Exit code 0 with a table, 2 for a bad command line. */
    public static void main(String[] arguments) {
        List<String> words = List.of(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            System.out.print(SimTableOptions.HELP);
            return;
        }
        try {
            System.out.print(table(SimTableOptions.parse(words)));
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_USAGE);
        }
    }

    static String table(SimTableOptions o) {
        StringBuilder s = new StringBuilder("| RTT | loss each way |");
        for (CongestionControl controller : CongestionControl.values()) {
            s.append(' ').append(controller.name().toLowerCase(Locale.ROOT)).append(" |");
        }
        s.append("\n| --- | --- |")
                .append(" --- |".repeat(CongestionControl.values().length))
                .append('\n');
        for (int i = 0; i < o.cells().size(); i++) {
            String row = row(o.cells().get(i), o);
            System.err.print((i + 1) + "/" + o.cells().size() + "  " + row);
            s.append(row);
        }
        return s.toString();
    }

    private static String row(Path path, SimTableOptions o) {
        StringBuilder s = new StringBuilder("| " + path.rttMillis() + " ms | " + path.lossText() + " % |");
        for (CongestionControl controller : CongestionControl.values()) {
            s.append(String.format(Locale.ROOT, " %.1f |", median(path, controller, o)));
        }
        return s.append('\n').toString();
    }

    private static double median(Path path, CongestionControl controller, SimTableOptions o) {
        double[] runs = new double[o.seeds()];
        for (int i = 0; i < runs.length; i++) {
            runs[i] = SimTransfer.megabits(path, controller, o.seconds(), i + 1);
        }
        Arrays.sort(runs);
        return runs[runs.length / 2];
    }
}
