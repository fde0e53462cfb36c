package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * Choices of one active open.
 *
 * @param timeoutNanos how long to wait for the handshake
 * @param keepAlive whether to probe an idle peer
 */
public record ConnectOptions(long timeoutNanos, boolean keepAlive) {
    /** 20 seconds, with keepalive: somebody waits behind a proxy. */
    public static final ConnectOptions DEFAULT = new ConnectOptions(Deadline.seconds(20), true);
}
