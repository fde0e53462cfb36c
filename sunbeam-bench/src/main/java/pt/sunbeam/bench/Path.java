package pt.sunbeam.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import pt.sunbeam.sim.LinkProfile;

/**
 * A path between sender and receiver, the same both ways.
 *
 * @param rttMillis without queueing
 * @param lossPercent each way, independent
 * @param queueMillis the queue before the bottleneck, as the time in which it drains
 */
public record Path(int rttMillis, double lossPercent, long megabits, int queueMillis) {
    private static final int MAX_RTT_MILLIS = 10_000;
    private static final long MILLI = 1_000_000;

    /** 100 Mbit/s, and a queue of one bandwidth-delay product. */
    public static Path of(int rttMillis, double lossPercent) {
        return new Path(rttMillis, lossPercent, 100, rttMillis);
    }

    /**
     * Reads cells such as "10/0,50/0.1": RTT in ms, and loss in percent.
     *
     * @throws IllegalArgumentException with a sentence, which begins with "--cells"
     */
    public static List<Path> parseCells(String text) {
        List<Path> cells = new ArrayList<>();
        for (String cell : text.split(",", -1)) {
            cells.add(parse(cell));
        }
        return cells;
    }

    private static Path parse(String cell) {
        String[] parts = cell.split("/", -1);
        try {
            int rttMillis = Integer.parseInt(parts[0]);
            double lossPercent = parts.length == 2 ? Double.parseDouble(parts[1]) : -1;
            if (rttMillis > 0 && rttMillis <= MAX_RTT_MILLIS && lossPercent >= 0 && lossPercent < 100) {
                return of(rttMillis, lossPercent);
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException("--cells: \"" + cell + "\" is not a cell such as 50/0.1: RTT from 1 to "
                + MAX_RTT_MILLIS + " ms, loss from 0 to below 100 %");
    }

    public LinkProfile profile() {
        long bytesPerSecond = megabits * 125_000;
        return LinkProfile.PERFECT
                .with(new LinkProfile.Latency(rttMillis * MILLI / 2, 0, 0, 0))
                .withLoss(lossPercent / 100)
                .withRateAndQueueBytes(bytesPerSecond, bytesPerSecond * queueMillis / 1000);
    }

    public String name() {
        return String.format(Locale.ROOT, "%d ms, %s %%", rttMillis, lossText());
    }

    public String lossText() {
        return lossPercent == Math.rint(lossPercent) ? Long.toString((long) lossPercent) : Double.toString(lossPercent);
    }
}
