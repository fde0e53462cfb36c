package pt.sunbeam.network;

import pt.sunbeam.time.Deadline;

/**
 * Makes one telling of a burst of signs. The first sign opens a window; at its end the state is read once, and told only
 * when it differs from the one that was told last. Sans-IO.
 */
final class ChangeGatherer {
    /** From the first sign of a burst to the reading. A DHCP renewal takes the address away and brings it back within it. */
    static final long WINDOW_NANOS = Deadline.millis(250);

    /** From a reading that failed to the next one. */
    static final long RETRY_NANOS = Deadline.seconds(1);

    private NetworkState told;
    private long deadlineNanos = Deadline.NONE;

    ChangeGatherer(NetworkState first) {
        told = first;
    }

    /** Something may have changed. */
    void onSign(long nowNanos) {
        if (deadlineNanos == Deadline.NONE) {
            deadlineNanos = nowNanos + WINDOW_NANOS;
        }
    }

    /** When {@link #onTimer} has something to do, or {@link Deadline#NONE}. */
    long nextDeadlineNanos() {
        return deadlineNanos;
    }

    /** True when the state must be read now and given to {@link #onState} or {@link #onUnreadable}. */
    boolean onTimer(long nowNanos) {
        if (nowNanos < deadlineNanos) {
            return false;
        }
        deadlineNanos = Deadline.NONE;
        return true;
    }

    /** What is to be told now; {@link NetworkChange#isNone} when nothing is. */
    NetworkChange onState(NetworkState state) {
        NetworkChange change = NetworkChange.between(told, state);
        told = state;
        return change;
    }

    /** The state could not be read: the sign is not lost. */
    void onUnreadable(long nowNanos) {
        deadlineNanos = nowNanos + RETRY_NANOS;
    }
}
