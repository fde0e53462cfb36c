package pt.sunbeam.wireguard;

import java.util.random.RandomGenerator;
import pt.sunbeam.time.Deadline;

/**
 * The five timers of a peer as deadlines (WireGuard paper, sections 6.2 to 6.5; wireguard-go device/timers.go). This class
 * knows what arms and cancels each; what happens on expiry is its owner's. "Authenticated" means a handshake, data or
 * keepalive message that passed its checks, in either direction.
 *
 * <p>A peer with which nothing is exchanged has no deadline at all.
 */
final class PeerTimers {
    private final RandomGenerator random;
    private long retransmitNanos = Deadline.NONE;
    private long keepaliveNanos = Deadline.NONE;
    private long newHandshakeNanos = Deadline.NONE;
    private long zeroKeysNanos = Deadline.NONE;
    private long persistentNanos = Deadline.NONE;
    private long persistentIntervalNanos;
    private boolean anotherKeepalive;

    PeerTimers(RandomGenerator random) {
        this.random = random;
    }

    /** The earliest of all, or {@link Deadline#NONE}. */
    long next() {
        long handshakes = Math.min(retransmitNanos, newHandshakeNanos);
        long keepalives = Math.min(keepaliveNanos, persistentNanos);
        return Math.min(zeroKeysNanos, Math.min(handshakes, keepalives));
    }

    /** A new initiation is due at {@code retryNanos} and jitter, unless the handshake completes. */
    void initiated(long retryNanos) {
        retransmitNanos = retryNanos + jitter();
    }

    /** An initiation that was to be sent later is due at {@code nanos}. */
    void retransmitBy(long nanos) {
        if (isRetransmitArmed()) {
            retransmitNanos = Math.min(retransmitNanos, nanos);
        }
    }

    boolean isRetransmitArmed() {
        return retransmitNanos != Deadline.NONE;
    }

    void handshakeComplete() {
        retransmitNanos = Deadline.NONE;
    }

    void sessionDerived(long nowNanos) {
        zeroKeysNanos = nowNanos + Limits.ZERO_KEYS_NANOS;
    }

    void givenUp(long nowNanos) {
        keepaliveNanos = Deadline.NONE;
        anotherKeepalive = false;
        if (zeroKeysNanos == Deadline.NONE) {
            zeroKeysNanos = nowNanos + Limits.ZERO_KEYS_NANOS;
        }
    }

    void dataSent(long nowNanos) {
        if (newHandshakeNanos == Deadline.NONE) {
            newHandshakeNanos = nowNanos + Limits.NEW_HANDSHAKE_NANOS + jitter();
        }
    }

    void dataReceived(long nowNanos) {
        if (keepaliveNanos == Deadline.NONE) {
            keepaliveNanos = nowNanos + Limits.KEEPALIVE_TIMEOUT_NANOS;
        } else {
            anotherKeepalive = true;
        }
    }

    void authenticatedSent(long nowNanos) {
        keepaliveNanos = Deadline.NONE;
        anotherKeepalive = false;
        rearmPersistent(nowNanos);
    }

    void authenticatedReceived(long nowNanos) {
        newHandshakeNanos = Deadline.NONE;
        rearmPersistent(nowNanos);
    }

    /** 0 turns it off. */
    void setPersistentInterval(long intervalNanos, long nowNanos) {
        persistentIntervalNanos = intervalNanos;
        persistentNanos = intervalNanos == 0 ? Deadline.NONE : nowNanos;
    }

    boolean takeRetransmit(long nowNanos) {
        boolean due = nowNanos >= retransmitNanos;
        retransmitNanos = due ? Deadline.NONE : retransmitNanos;
        return due;
    }

    boolean takeNewHandshake(long nowNanos) {
        boolean due = nowNanos >= newHandshakeNanos;
        newHandshakeNanos = due ? Deadline.NONE : newHandshakeNanos;
        return due;
    }

    boolean takeZeroKeys(long nowNanos) {
        boolean due = nowNanos >= zeroKeysNanos;
        zeroKeysNanos = due ? Deadline.NONE : zeroKeysNanos;
        return due;
    }

    boolean takePersistent(long nowNanos) {
        boolean due = nowNanos >= persistentNanos;
        persistentNanos = due ? nowNanos + persistentIntervalNanos : persistentNanos;
        return due;
    }

    /** Takes the keepalive; data that came while it was pending arms the next one. */
    boolean takeKeepalive(long nowNanos) {
        if (nowNanos < keepaliveNanos) {
            return false;
        }
        keepaliveNanos = Deadline.NONE;
        return true;
    }

    /** True, once, when data came while the keepalive was pending. */
    boolean takeAnotherKeepalive() {
        boolean another = anotherKeepalive;
        anotherKeepalive = false;
        return another;
    }

    private void rearmPersistent(long nowNanos) {
        if (persistentIntervalNanos > 0) {
            persistentNanos = nowNanos + persistentIntervalNanos;
        }
    }

    private long jitter() {
        return Deadline.millis(random.nextInt(Limits.MAX_JITTER_MILLIS + 1));
    }
}
