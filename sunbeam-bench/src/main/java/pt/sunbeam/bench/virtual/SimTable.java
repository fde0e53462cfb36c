package pt.sunbeam.bench.virtual;

import java.util.Arrays;
import java.util.Locale;
import pt.sunbeam.bench.Path;
import pt.sunbeam.netstack.tcp.CongestionControl;

/** Prints goodput by round-trip time, loss and controller, in Markdown: {@code scripts/sim-table}. */
public final class SimTable {
    private static final int SECONDS = 30;
    private static final int SEEDS = 3;
    private static final int[] RTT_MILLIS = {1, 10, 50, 100, 200};
    private static final double[] LOSS_PERCENT = {0, 0.1, 1, 3, 5};

    private SimTable() {}

    public static void main(String[] arguments) {
        StringBuilder s = new StringBuilder("| RTT | loss each way |");
        for (CongestionControl controller : CongestionControl.values()) {
            s.append(' ').append(controller.name().toLowerCase(Locale.ROOT)).append(" |");
        }
        s.append("\n| --- | --- |")
                .append(" --- |".repeat(CongestionControl.values().length))
                .append('\n');
        for (int rtt : RTT_MILLIS) {
            for (double loss : LOSS_PERCENT) {
                s.append(row(Path.of(rtt, loss)));
            }
        }
        System.out.print(s);
    }

    private static String row(Path path) {
        StringBuilder s = new StringBuilder("| " + path.rttMillis() + " ms | " + path.lossText() + " % |");
        for (CongestionControl controller : CongestionControl.values()) {
            s.append(String.format(Locale.ROOT, " %.1f |", median(path, controller)));
        }
        return s.append('\n').toString();
    }

    private static double median(Path path, CongestionControl controller) {
        double[] runs = new double[SEEDS];
        for (int i = 0; i < SEEDS; i++) {
            runs[i] = SimTransfer.megabits(path, controller, SECONDS, i + 1);
        }
        Arrays.sort(runs);
        return runs[SEEDS / 2];
    }
}
