package pt.sunbeam.bench;

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
    private static final long MILLI = 1_000_000;

    /** 100 Mbit/s, and a queue of one bandwidth-delay product. */
    public static Path of(int rttMillis, double lossPercent) {
        return new Path(rttMillis, lossPercent, 100, rttMillis);
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
