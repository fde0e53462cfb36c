package pt.sunbeam.network;

import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.TokenBucket;

/**
 * Makes one telling of a burst of signs. The first sign opens a window; at its end the state is read once, and told only
 * when it differs from the one that was told last. A network that flaps is told now and then, and always its last state.
 * Sans-IO.
 */
final class ChangeGatherer {
    /** From the first sign of a burst to the reading. A DHCP renewal takes the address away and brings it back within it. */
    static final long WINDOW_NANOS = Deadline.millis(250);

    /** From a reading that failed to the next one. */
    static final long RETRY_NANOS = Deadline.seconds(1);

    /** How often another way to the internet is told: each time costs new sockets, and every path has to be proved anew. */
    static final long WAY_INTERVAL_NANOS = Deadline.seconds(5);

    /** Leaving one network and joining another is up to three changes: the address goes, IPv4 comes, IPv6 comes. */
    static final int WAY_BURST = 3;

    /** How often a change beside the way is told: the server and all peers hear of other own addresses. */
    static final long ASIDE_INTERVAL_NANOS = Deadline.seconds(20);

    static final int ASIDE_BURST = 2;

    private final TokenBucket ways;
    private final TokenBucket asides;
    private NetworkState told;
    private long deadlineNanos = Deadline.NONE;

    ChangeGatherer(NetworkState first, long nowNanos) {
        told = first;
        ways = TokenBucket.every(WAY_INTERVAL_NANOS, WAY_BURST, nowNanos);
        asides = TokenBucket.every(ASIDE_INTERVAL_NANOS, ASIDE_BURST, nowNanos);
    }

    /** Something may have changed. */
    void onSign(long nowNanos) {
        deadlineNanos = Math.min(deadlineNanos, nowNanos + WINDOW_NANOS);
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

    /**
     * What is to be told now; {@link NetworkChange#isNone} when nothing is. What is too early to be told is read again in time.
     */
    NetworkChange onState(NetworkState state, long nowNanos) {
        NetworkChange change = NetworkChange.between(told, state);
        TokenBucket limit = change.way() ? ways : asides;
        if (!change.isNone() && !limit.take(nowNanos)) {
            deadlineNanos = limit.nextNanos(nowNanos);
            return NetworkChange.NONE;
        }
        told = state;
        return change;
    }

    /** The state could not be read: the sign is not lost. */
    void onUnreadable(long nowNanos) {
        deadlineNanos = nowNanos + RETRY_NANOS;
    }
}
