package pt.sunbeam.netcheck;

import java.util.random.RandomGenerator;
import pt.sunbeam.time.Deadline;

/**
 * When to measure by STUN again. While data flows that is every 20 to 26 s (Tailscale 1.103, wgengine/magicsock). Where no server
 * ever answers, UDP is forbidden most likely: then it is asked more and more seldom, down to every 5 minutes, until the network
 * changes. One thread owns it.
 */
public final class ProbeSchedule {
    static final long LEAST_INTERVAL_NANOS = Deadline.seconds(20);
    static final long INTERVAL_SPREAD_NANOS = Deadline.seconds(6);

    /** The longest pause between two questions that nobody answers. */
    static final long MUTE_INTERVAL_NANOS = Deadline.seconds(300);

    /** After so many reports without an answer nothing but the slow retry measures. */
    static final int PATIENCE_REPORTS = 2;

    private static final int MAX_DOUBLINGS = 4;

    private final RandomGenerator random;
    private int muteReports;
    private long nextNanos = Deadline.NONE;
    private long earliestNanos = Deadline.LONG_AGO;

    public ProbeSchedule(RandomGenerator random) {
        this.random = random;
    }

    /** What was measured is of another network, or with other servers. */
    public void reset() {
        muteReports = 0;
        nextNanos = Deadline.NONE;
        earliestNanos = Deadline.LONG_AGO;
    }

    public void onReport(NetReport report) {
        muteReports = report.udp() ? 0 : muteReports + 1;
        long doubled = LEAST_INTERVAL_NANOS << Math.clamp(muteReports - 1L, 0, MAX_DOUBLINGS);
        long intervalNanos = Math.min(doubled, MUTE_INTERVAL_NANOS - INTERVAL_SPREAD_NANOS);
        nextNanos = report.takenNanos() + intervalNanos + random.nextLong(INTERVAL_SPREAD_NANOS);
        earliestNanos = isGivenUp() ? nextNanos : Deadline.LONG_AGO;
    }

    /** Whether UDP counts as forbidden: few servers are asked, and seldom. */
    public boolean isGivenUp() {
        return muteReports >= PATIENCE_REPORTS;
    }

    /** Whether somebody who wants a report may have one measured now. */
    public boolean mayMeasure(long nowNanos) {
        return nowNanos >= earliestNanos;
    }

    public long nextDeadlineNanos() {
        return nextNanos;
    }

    /** True once when a measurement is due; whether it is worth one, with nothing sent of late, the caller decides. */
    public boolean onTimer(long nowNanos) {
        if (nowNanos < nextNanos) {
            return false;
        }
        nextNanos = Deadline.NONE;
        return true;
    }
}
