package pt.sunbeam.sim.emulator;

import java.util.Locale;

/**
 * What happened in one direction.
 *
 * @param deliveredPackets copies included
 * @param lostPackets lost at random
 * @param blackoutPackets lost in a blackout
 * @param queueDrops dropped at the full queue
 * @param tooBig dropped for the MTU
 * @param refusedPackets which the receiving kernel would not take
 * @param latePackets delivered more than a millisecond after their time: the machine was too slow or too busy
 * @param latestNanos the worst of these delays
 */
public record DirectionStatistics(
        long deliveredPackets,
        long deliveredBytes,
        long lostPackets,
        long blackoutPackets,
        long queueDrops,
        long tooBig,
        long refusedPackets,
        long latePackets,
        long latestNanos) {
    /** One line for people. */
    public String line() {
        return String.format(
                Locale.ROOT,
                "%d packets, %d bytes delivered; %d lost, %d in a blackout, %d dropped at the queue, %d too big, %d refused;"
                        + " %d late, at most %.2f ms",
                deliveredPackets,
                deliveredBytes,
                lostPackets,
                blackoutPackets,
                queueDrops,
                tooBig,
                refusedPackets,
                latePackets,
                latestNanos / 1e6);
    }
}
