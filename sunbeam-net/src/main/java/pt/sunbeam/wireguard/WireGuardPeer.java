package pt.sunbeam.wireguard;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.time.Deadline;

/**
 * One peer: what others may see of it, and the state that {@link WireGuard} keeps for it. Owned by the data loop. It lives from
 * {@link WireGuard#putPeer} to {@link WireGuard#removePeer}, whether or not it has a session, so that the timestamp
 * that guards against replayed initiations is never forgotten.
 */
public final class WireGuardPeer {
    private final NodePublic key;
    private List<IpPrefix> allowedIps = List.of();
    private boolean removed;
    private long rxBytes;
    private long txBytes;
    private long lastHandshakeNanos = Deadline.NONE;

    final byte[] staticPublic;
    final byte[] mac1Key;
    final KeyPairs keyPairs;
    final StagedQueue staged = new StagedQueue();
    final PeerTimers timers;

    /** Our unanswered initiation. */
    @Nullable
    PendingInitiation pending;

    /** Retries since the first initiation of this attempt. */
    int attempts;

    /** Initiations sent while there has never been a session. */
    int firstInitiations;

    /** No initiation may be sent before. */
    long nextInitiationNanos = Long.MIN_VALUE;

    /** The current key pair's renewal on receive has been started. */
    boolean lastMinuteRekeyDone;

    /** Whether the peer may have discarded the session that we hold. */
    boolean sessionInDoubt;

    Tai64n greatestTimestamp = Tai64n.MIN;
    long nextAcceptedInitiationNanos = Long.MIN_VALUE;

    /** mac1 of the last handshake message sent, to which a cookie reply is bound. */
    byte @Nullable [] lastMac1;

    byte @Nullable [] cookie;
    long cookieUntilNanos;

    WireGuardPeer(NodePublic key, IndexTable indices, RandomGenerator random) {
        this.key = key;
        this.staticPublic = key.toBytes();
        this.mac1Key = MessageMacs.mac1Key(staticPublic);
        this.keyPairs = new KeyPairs(indices);
        this.timers = new PeerTimers(random);
    }

    /** When an initiation that is sent now may be repeated, without jitter. */
    long retryAfterNanos() {
        return isRepeatedSoon() ? Limits.FIRST_RETRY_NANOS : Limits.REKEY_TIMEOUT_NANOS;
    }

    /** Whether an initiation that is sent now is one of the first, to a peer that may not be able to answer yet. */
    boolean isRepeatedSoon() {
        return lastHandshakeNanos == Deadline.NONE && firstInitiations < Limits.SOON_REPEATED;
    }

    public NodePublic key() {
        return key;
    }

    /** The prefixes that are this peer's, host bits cleared. */
    public List<IpPrefix> allowedIps() {
        return allowedIps;
    }

    /** Bytes of authentic datagrams received. */
    public long rxBytes() {
        return rxBytes;
    }

    /** Bytes of datagrams handed out for sending. */
    public long txBytes() {
        return txBytes;
    }

    /** When the last handshake completed, or {@link Deadline#NONE}. */
    public long lastHandshakeNanos() {
        return lastHandshakeNanos;
    }

    /** True after {@link WireGuard#removePeer}: packets for this object are dropped. */
    public boolean isRemoved() {
        return removed;
    }

    @Override
    public String toString() {
        return key.shortText();
    }

    void setAllowedIps(List<IpPrefix> prefixes) {
        allowedIps = prefixes;
    }

    void markRemoved() {
        removed = true;
    }

    void received(int bytes) {
        rxBytes += bytes;
    }

    void sent(int bytes) {
        txBytes += bytes;
    }

    void handshakeComplete(long nowNanos) {
        lastHandshakeNanos = nowNanos;
        attempts = 0;
        lastMinuteRekeyDone = false;
        sessionInDoubt = false;
        timers.handshakeComplete();
    }

    byte @Nullable [] cookie(long nowNanos) {
        return nowNanos < cookieUntilNanos ? cookie : null;
    }
}
