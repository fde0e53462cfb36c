package pt.sunbeam.netstack.tcp;

/** Why an active open failed. */
public enum ConnectFailure {
    /** The remote host answered with a reset or "port unreachable". */
    REFUSED,
    /** The peer that carries the address answered that the access rules forbid it. */
    PROHIBITED,
    /** No peer carries the address, or the network said so. */
    UNREACHABLE,
    /** Nothing came back before the deadline. */
    TIMED_OUT,
    /** The peer that carries the address was removed, or our own address. */
    PEER_GONE,
    /** The stack has no room for one more connection. */
    NO_RESOURCES
}
