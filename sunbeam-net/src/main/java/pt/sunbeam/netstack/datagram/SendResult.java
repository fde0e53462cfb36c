package pt.sunbeam.netstack.datagram;

/** What became of a datagram that was to be sent. */
public enum SendResult {
    /** It will leave; whether it arrives nobody says. */
    SENT,
    /** Longer than a datagram can be, or for IPv6 longer than a packet. */
    TOO_BIG,
    /** Nobody carries the destination, or no address of ours is of its family. */
    UNREACHABLE,
    /** What was sent before has not left yet. */
    QUEUE_FULL,
    /** The socket is closed, or has no remote end. */
    NOT_POSSIBLE
}
