package pt.sunbeam.netstack.tcp;

/** Why an established connection ended without both directions being closed. */
public enum ResetCause {
    /** The remote host sent a reset. */
    PEER_RESET,
    /** Our own side aborted. */
    LOCAL_ABORT,
    /** Data stayed unacknowledged, or keepalive probes unanswered, for too long. */
    TIMED_OUT,
    /** The peer that carried the connection was removed. */
    PEER_GONE,
    /** The address the connection was bound to is no longer ours. */
    ADDRESS_GONE,
    /** The stack is being stopped. */
    STOPPED
}
