package pt.sunbeam.wireguard;

import pt.sunbeam.time.Deadline;

/** The protocol's constants (WireGuard paper, section 6.1) and our bounds on what others can make us keep or compute. */
final class Limits {
    static final long REKEY_AFTER_MESSAGES = 1L << 60;

    /** 2^64 - 2^13 - 1, unsigned. */
    static final long REJECT_AFTER_MESSAGES = -(1L << 13) - 1;

    static final long REKEY_AFTER_NANOS = Deadline.seconds(120);
    static final long REJECT_AFTER_NANOS = Deadline.seconds(180);
    static final long REKEY_TIMEOUT_NANOS = Deadline.seconds(5);

    /**
     * How soon the first initiations to a peer are repeated. For a moment after this node has joined the peer may not know yet
     * where to send its response: Headscale 0.29 tells peers of a node's home relay about a second late, and until then Tailscale
     * 1.102 drops responses with "no UDP or DERP addr". The paper's REKEY_TIMEOUT (section 6.1) would make that 5 s.
     */
    static final long FIRST_RETRY_NANOS = Deadline.seconds(1);

    /** How many initiations are repeated so soon before a first session. */
    static final int SOON_REPEATED = 3;

    /** The least time between two initiations when the way changes in between: longer than most answers take. */
    static final long RETRY_BY_NEW_WAY_NANOS = Deadline.millis(500);

    static final long KEEPALIVE_TIMEOUT_NANOS = Deadline.seconds(10);

    /** Data was sent and nothing came back for this long: the session may be dead at the other end. */
    static final long NEW_HANDSHAKE_NANOS = KEEPALIVE_TIMEOUT_NANOS + REKEY_TIMEOUT_NANOS;

    /** An initiator that only receives renews at this age, so that the peer is never without a key to answer with. */
    static final long REKEY_ON_RECEIVE_NANOS = REJECT_AFTER_NANOS - KEEPALIVE_TIMEOUT_NANOS - REKEY_TIMEOUT_NANOS;

    static final long ZERO_KEYS_NANOS = 3 * REJECT_AFTER_NANOS;

    /** REKEY_ATTEMPT_TIME (90 s) in steps of REKEY_TIMEOUT. */
    static final int MAX_RETRY_ATTEMPTS = 18;

    static final int MAX_JITTER_MILLIS = 333;
    static final long COOKIE_NANOS = Deadline.seconds(120);

    /** At most one initiation of a peer is accepted in this time (wireguard-go: HandshakeInitationRate). */
    static final long INITIATION_SPACING_NANOS = Deadline.millis(20);

    static final int PADDING = 16;

    /** Packets of this size and above are not padded: they fill the path already. */
    static final int MTU = 1280;

    /** Packets a peer may have waiting for a handshake. */
    static final int STAGED_PACKETS = 128;

    private Limits() {}
}
