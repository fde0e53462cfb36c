package pt.sunbeam.netstack.tcp;

import pt.sunbeam.netstack.timer.Timer;
import pt.sunbeam.time.Deadline;

/**
 * The one timer of the retransmit family (RFC 8985 section 8): SYN, reorder, tail loss probe, retransmission time-out
 * (RFC 6298), window probe (RFC 9293 section 3.8.6.1).
 *
 * <p>One of them is armed whenever anything is unacknowledged or blocked by the peer's window, and never more than one:
 * {@link #rearm} picks the earliest from the deadlines that its neighbours keep. Restarting the time-out on every
 * acknowledgement costs a store.
 */
final class RetransmitTimer extends Timer {
    private static final long MAX_PERSIST = Deadline.seconds(60);
    private static final long SLEEP = Deadline.seconds(2);
    private static final int MAX_FIN_BACKOFF = 8;

    private enum Wait {
        NONE,
        SYN,
        REORDER,
        PROBE_TAIL,
        TIMEOUT,
        PERSIST
    }

    private final TcpConnection c;
    private final Sender s;
    private Wait wait = Wait.NONE;
    private long timeoutNanos = Deadline.NONE;
    private long armedNanos;
    private long stalledSinceNanos = Deadline.NONE;
    private int persistBackoff;

    RetransmitTimer(TcpConnection c, Sender s) {
        this.c = c;
        this.s = s;
    }

    // --- arming

    void armSyn(long deadlineNanos) {
        arm(Wait.SYN, deadlineNanos);
    }

    /** The SYN was acknowledged. */
    void synAcknowledged() {
        arm(Wait.NONE, Deadline.NONE);
    }

    boolean isTimeoutRunning() {
        return timeoutNanos != Deadline.NONE;
    }

    void restartTimeout(long nowNanos) {
        timeoutNanos = nowNanos + s.rtt.rtoNanos();
    }

    /** SND.UNA has moved: the time-out starts anew for what is left. */
    void advanced(boolean allAcknowledged, long arrivalNanos) {
        stalledSinceNanos = Deadline.NONE;
        timeoutNanos = allAcknowledged ? Deadline.NONE : arrivalNanos + s.rtt.rtoNanos();
    }

    void nothingOutstanding() {
        stalledSinceNanos = Deadline.NONE;
    }

    /** The peer has opened its window, or at least moved on. */
    void persistAnswered() {
        persistBackoff = 0;
    }

    /** Arms the earliest of what is due; call after every change. */
    void rearm(long nowNanos) {
        if (wait == Wait.SYN) {
            return;
        }
        if (!s.queue.isEmpty()) {
            armForFlight(nowNanos);
            return;
        }
        timeoutNanos = Deadline.NONE;
        s.probe.unschedule();
        if (!s.isWindowBlocked()) {
            arm(Wait.NONE, Deadline.NONE);
        } else if (wait != Wait.PERSIST) {
            long interval = Math.min(s.rtt.rtoNanos() << Math.min(persistBackoff, 9), MAX_PERSIST);
            arm(Wait.PERSIST, nowNanos + interval);
        }
    }

    private void armForFlight(long nowNanos) {
        if (timeoutNanos == Deadline.NONE) {
            restartTimeout(nowNanos);
        }
        if (s.rack.reorderDeadlineNanos() < timeoutNanos) {
            arm(Wait.REORDER, s.rack.reorderDeadlineNanos());
        } else if (s.probe.deadlineNanos() < timeoutNanos) {
            arm(Wait.PROBE_TAIL, s.probe.deadlineNanos());
        } else {
            arm(Wait.TIMEOUT, timeoutNanos);
        }
    }

    private void arm(Wait kind, long deadlineNanos) {
        wait = kind;
        armedNanos = deadlineNanos;
        c.layer.timers.arm(this, deadlineNanos);
    }

    /** Called when something was written: an armed timer may be missing. */
    void wake(long nowNanos) {
        if (wait == Wait.NONE) {
            rearm(nowNanos);
        }
    }

    /**
     * The way to the peer works again: what waited longer and longer for it is tried now (RFC 6069 section 4 reverts the
     * back-off in the same case).
     */
    void pathReturned(long nowNanos) {
        boolean tryNow = switch (wait) {
            case SYN -> s.emission.synSent() > 1;
            case TIMEOUT -> s.rtt.backoff() > 0;
            case PERSIST -> persistBackoff > 0;
            case NONE, REORDER, PROBE_TAIL -> false;
        };
        if (tryNow) {
            s.rtt.resetBackoff();
            persistBackoff = 0;
            timeoutNanos = wait == Wait.TIMEOUT ? nowNanos : timeoutNanos;
            arm(wait, nowNanos);
        }
    }

    void remove() {
        c.layer.timers.remove(this);
        wait = Wait.NONE;
    }

    /** True when the timer is armed exactly when it waits for something. */
    boolean isConsistent() {
        return isArmed() == (wait != Wait.NONE);
    }

    // --- firing

    @Override
    protected void fire(long nowNanos) {
        Wait fired = wait;
        wait = Wait.NONE;
        // A machine that slept finds every time-out passed at once: the answers may be waiting in a socket.
        if (nowNanos - armedNanos > SLEEP) {
            forgiveSleep(nowNanos - armedNanos);
            if (fired == Wait.TIMEOUT) {
                restartTimeout(nowNanos);
                rearm(nowNanos);
                return;
            }
        }
        switch (fired) {
            case NONE -> {}
            case SYN -> {
                c.path.openings.settled(c);
                s.requestSyn();
            }
            case REORDER -> s.acks.onReorderTimer(nowNanos);
            case PROBE_TAIL -> onTailProbe(nowNanos);
            case TIMEOUT -> onTimeout(nowNanos);
            case PERSIST -> onPersist(nowNanos);
        }
        c.touch();
    }

    /** The peer could not answer what nobody asked: the time of sleep does not count for the user time-out. */
    private void forgiveSleep(long nanos) {
        if (stalledSinceNanos != Deadline.NONE) {
            stalledSinceNanos += nanos;
        }
    }

    private void onTailProbe(long nowNanos) {
        s.probe.onTimer();
        restartTimeout(nowNanos);
        rearm(nowNanos);
    }

    private void onTimeout(long nowNanos) {
        if (s.queue.inFlightBytes() == 0 && s.queue.isLost(s.queue.head())) {
            // What has to be repeated could not leave yet: the path is at fault, not the network.
            restartTimeout(nowNanos);
            rearm(nowNanos);
            return;
        }
        boolean stalled = isStalledTooLong(nowNanos);
        boolean exhausted = !s.rtt.backOff() || s.isFinSent() && c.isDetached() && s.rtt.backoff() > MAX_FIN_BACKOFF;
        if (exhausted || stalled) {
            c.fail(ResetCause.TIMED_OUT);
            return;
        }
        s.acks.enterLoss(nowNanos);
        c.mtu.onTimeout(nowNanos);
        restartTimeout(nowNanos);
        rearm(nowNanos);
    }

    /** Nothing has answered since the first time-out or window probe, for as long as the user time-out (RFC 5482). */
    private boolean isStalledTooLong(long nowNanos) {
        if (stalledSinceNanos == Deadline.NONE) {
            stalledSinceNanos = nowNanos;
        }
        return nowNanos - stalledSinceNanos > c.layer.config.userTimeoutNanos();
    }

    private void onPersist(long nowNanos) {
        if (s.isWindowBlocked()) {
            if (isStalledTooLong(nowNanos)) {
                c.fail(ResetCause.TIMED_OUT);
                return;
            }
            persistBackoff++;
            s.emission.requestWindowProbe();
        }
        rearm(nowNanos);
    }
}
