package pt.sunbeam.wireguard;

/** Why a datagram or packet was not used. */
public enum DropReason {
    /** Unknown type, non-zero reserved bytes, or a length that does not fit the type. */
    MALFORMED,
    /** mac1 is wrong: the message is for another key. */
    MAC1,
    /** Refused with a cookie reply, because there is load and mac2 is absent or wrong. */
    COOKIE_REQUIRED,
    /** Too many handshake messages. */
    HANDSHAKE_RATE,
    /** An initiation that does not decrypt, or a response that does not. */
    HANDSHAKE_NOT_AUTHENTIC,
    /** An authentic-looking initiation of a key that is no peer of ours. */
    UNKNOWN_PEER,
    /** A handshake message that a relay attributes to another key. */
    RELAY_SOURCE,
    /** An initiation whose timestamp is not above the last one. */
    HANDSHAKE_REPLAYED,
    /** A second initiation of one peer within 20 ms. */
    HANDSHAKE_FLOOD,
    /** A receiver index that is not, or no longer, ours. */
    UNKNOWN_INDEX,
    /** A cookie reply that does not decrypt or answers nothing. */
    COOKIE_NOT_AUTHENTIC,
    /** A key pair older than 180 s. */
    KEY_EXPIRED,
    /** A counter seen before or too far behind; ordinary when packets travel by two paths. */
    REPLAYED,
    /** A transport message with a wrong tag. */
    NOT_AUTHENTIC,
    /** An inner packet that is no complete IPv4 or IPv6 packet. */
    INNER_MALFORMED,
    /** An inner packet whose source address is not the peer's. */
    INNER_SOURCE,
    /** A packet that waited for a handshake and made room for a newer one. */
    STAGED_OVERFLOW,
    /** A packet that waited for a handshake in vain. */
    STAGED_ABANDONED,
    /** A packet to a peer that has been removed. */
    PEER_REMOVED,
    /** A packet to a peer whose public key is a low-order point, so that no handshake is possible. */
    UNUSABLE_PEER_KEY
}
