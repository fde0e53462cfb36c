package pt.sunbeam.daemon;

import java.util.random.RandomGenerator;

/**
 * The pause before the next attempt: doubling from half a second to a minute, with half of it left to chance so that many
 * nodes do not come back to a restarted server at one moment. A healthy session starts it anew, and so does another network.
 * Confined to the supervisor.
 */
final class Backoff {
    static final long FIRST_MILLIS = 500;
    static final long MAX_MILLIS = 60_000;
    private static final int MAX_DOUBLINGS = 7;

    private final RandomGenerator random;
    private int failures;
    private boolean otherNetwork;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    void reset() {
        failures = 0;
    }

    /** An attempt begins. */
    void begin() {
        otherNetwork = false;
    }

    /** What failed on the old network says nothing of the new one: when a running attempt fails, the next follows at once. */
    void networkChanged() {
        failures = 0;
        otherNetwork = true;
    }

    /** How many attempts in a row have failed. */
    int failures() {
        return failures;
    }

    /** Counts one more failure and returns the pause before the next attempt, in milliseconds. */
    long nextPauseMillis() {
        long full = Math.min(FIRST_MILLIS << Math.min(failures, MAX_DOUBLINGS), MAX_MILLIS);
        failures++;
        if (otherNetwork) {
            otherNetwork = false;
            return 0;
        }
        return full / 2 + random.nextLong(full / 2 + 1);
    }
}
