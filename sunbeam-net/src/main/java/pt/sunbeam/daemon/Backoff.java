package pt.sunbeam.daemon;

import java.util.random.RandomGenerator;
import pt.sunbeam.time.Deadline;

/**
 * The pause before the next attempt: doubling from half a second to a minute, with half of it left to chance so that many
 * nodes do not come back to a restarted server at one moment. A healthy session starts it anew, and so does another network.
 * Confined to the supervisor.
 */
final class Backoff {
    static final long FIRST_MILLIS = 500;
    static final long MAX_MILLIS = 60_000;
    private static final int MAX_DOUBLINGS = 7;

    /** A session that ends so soon after a change of the network ended of it; a sign of life is waited for 3 s. */
    static final long CHANGE_NANOS = Deadline.seconds(5);

    private final RandomGenerator random;
    private int failures;
    private long changedNanos = Deadline.LONG_AGO;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    void reset() {
        failures = 0;
    }

    /** An attempt begins. */
    void begin() {
        changedNanos = Deadline.LONG_AGO;
    }

    /**
     * What failed on the old network says nothing of the new one: when the running attempt ends soon, it ends of the change, and
     * the next follows at once.
     */
    void networkChanged(long nowNanos) {
        failures = 0;
        changedNanos = nowNanos;
    }

    /** How many attempts in a row have failed. */
    int failures() {
        return failures;
    }

    /** Counts one more failure and returns the pause before the next attempt, in milliseconds. */
    long nextPauseMillis(long nowNanos) {
        long full = Math.min(FIRST_MILLIS << Math.min(failures, MAX_DOUBLINGS), MAX_MILLIS);
        failures++;
        if (nowNanos - changedNanos <= CHANGE_NANOS) {
            begin();
            return 0;
        }
        return full / 2 + random.nextLong(full / 2 + 1);
    }
}
