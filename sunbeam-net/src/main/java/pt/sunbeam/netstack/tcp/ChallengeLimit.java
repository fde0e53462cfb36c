package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * The rate of challenge ACKs (RFC 5961 section 7), limited for each connection alone: a limit that connections shared
 * would tell an outsider about them (CVE-2016-5696).
 */
final class ChallengeLimit {
    private static final long INTERVAL = Deadline.millis(500);

    private long nextNanos = Long.MIN_VALUE;

    boolean tryTake(long nowNanos) {
        if (nextNanos != Long.MIN_VALUE && nowNanos - nextNanos < 0) {
            return false;
        }
        nextNanos = nowNanos + INTERVAL;
        return true;
    }
}
