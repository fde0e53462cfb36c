package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * The slow family of one connection's deadlines: connecting, delayed acknowledgement, release of paced segments, keepalive
 * (RFC 9293 section 3.8.4), the linger of a connection that nobody holds, the next try after memory was short, and the next
 * of a greater segment size. The connection itself is the one timer, armed for the earliest.
 */
final class SlowTimers {
    private static final long DETACHED_LINGER = Deadline.seconds(60);
    private static final long MEMORY_RETRY = Deadline.millis(50);

    private final TcpConnection c;
    private long connectDeadlineNanos = Deadline.NONE;
    private long lingerNanos = Deadline.NONE;
    private long memoryRetryNanos = Deadline.NONE;
    private long releaseNanos = Deadline.NONE;
    private boolean keepAlive = true;
    private boolean keepAliveDue;
    private int keepAlivesUnanswered;
    private long lastKeepAliveNanos;
    private long lastHeardNanos;

    SlowTimers(TcpConnection c) {
        this.c = c;
    }

    void beginConnect(ConnectOptions options, long nowNanos) {
        keepAlive = options.keepAlive();
        connectDeadlineNanos = nowNanos + options.timeoutNanos();
        lastHeardNanos = nowNanos;
        arm();
    }

    void established(long nowNanos) {
        connectDeadlineNanos = Deadline.NONE;
        lastHeardNanos = nowNanos;
    }

    /** The peer is alive. */
    void heard(long nowNanos) {
        lastHeardNanos = nowNanos;
        keepAlivesUnanswered = 0;
    }

    /** Nobody holds the connection any more, and only the peer can end it: wait for that so long and no longer. */
    void linger() {
        lingerNanos = c.layer.nowNanos() + DETACHED_LINGER;
        arm();
    }

    /** A write was refused for want of memory, which no acknowledgement of this connection will bring back. */
    void retryForMemory() {
        memoryRetryNanos = c.layer.nowNanos() + MEMORY_RETRY;
        arm();
    }

    /** Data waits for the pacer until {@code deadlineNanos}. */
    void awaitRelease(long deadlineNanos) {
        if (releaseNanos != deadlineNanos) {
            releaseNanos = deadlineNanos;
            arm();
        }
    }

    boolean isKeepAliveDue() {
        return keepAliveDue;
    }

    void keepAliveSent() {
        keepAliveDue = false;
    }

    void arm() {
        if (!c.isLive()) {
            return;
        }
        long next = Math.min(connectDeadlineNanos, Math.min(lingerNanos, memoryRetryNanos));
        next = Math.min(next, Math.min(c.receiver.delayedAckNanos(), releaseNanos));
        next = Math.min(next, c.mtu.raiseNanos());
        if (keepAlive && c.canSpeak()) {
            next = Math.min(next, keepAliveNanos());
        }
        c.layer.timers.arm(c, next);
    }

    /** From the last probe on, not from what was heard last: a machine that slept must not count probes that it never sent. */
    private long keepAliveNanos() {
        TcpConfig config = c.layer.config;
        return keepAlivesUnanswered == 0
                ? lastHeardNanos + config.keepAliveIdleNanos()
                : lastKeepAliveNanos + config.keepAliveIntervalNanos();
    }

    void fire(long nowNanos) {
        if (connectDeadlineNanos <= nowNanos) {
            c.failConnect(ConnectFailure.TIMED_OUT);
            return;
        }
        if (lingerNanos <= nowNanos) {
            c.fail(ResetCause.TIMED_OUT);
            return;
        }
        if (memoryRetryNanos <= nowNanos) {
            memoryRetryNanos = Deadline.NONE;
            c.raiseWritable();
        }
        if (releaseNanos <= nowNanos) {
            releaseNanos = Deadline.NONE;
        }
        c.mtu.fire(nowNanos);
        c.receiver.onDelayedAck(nowNanos);
        if (keepAlive && c.canSpeak() && keepAliveNanos() <= nowNanos) {
            if (keepAlivesUnanswered >= c.layer.config.keepAliveProbes()) {
                c.abort(ResetCause.TIMED_OUT);
                return;
            }
            keepAlivesUnanswered++;
            lastKeepAliveNanos = nowNanos;
            keepAliveDue = true;
        }
        arm();
        c.touch();
    }
}
