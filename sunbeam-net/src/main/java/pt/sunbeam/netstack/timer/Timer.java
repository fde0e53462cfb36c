package pt.sunbeam.netstack.timer;

import pt.sunbeam.time.Deadline;

/**
 * One timer, an intrusive node of a {@link TimerHeap}.
 *
 * <p>Moving the deadline later only stores it: the heap finds out when the earlier one comes up. Restarting a
 * retransmission timer on every acknowledgement therefore costs two stores.
 */
public abstract class Timer {
    long deadlineNanos = Deadline.NONE;
    long keyNanos;
    int index = -1;

    /** Called when the deadline has passed; the timer is no longer armed. */
    protected abstract void fire(long nowNanos);

    public final boolean isArmed() {
        return deadlineNanos != Deadline.NONE;
    }

    public final long deadlineNanos() {
        return deadlineNanos;
    }
}
