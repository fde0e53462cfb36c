package pt.sunbeam.tsmp;

import pt.sunbeam.keys.DiscoPublic;

/**
 * The payload of an IP packet of protocol 99, which peers send each other inside the tunnel (Tailscale 1.103,
 * net/packet/tsmp.go). WireGuard has proved which peer sent it.
 */
public sealed interface TsmpMessage {
    /** A message that this node also sends. */
    sealed interface Sendable extends TsmpMessage {}

    /** The sender's disco key, told after each handshake of WireGuard, ahead of the netmap. */
    record DiscoKey(DiscoPublic key) implements Sendable {}

    /**
     * Asks for a {@link Pong}.
     *
     * @param data what the answer repeats
     */
    record Ping(long data) implements Sendable {}

    /**
     * The answer to a ping.
     *
     * @param peerApiPort where the sender serves Tailscale's peer API, 0 to 65535; 0 when nowhere
     */
    record Pong(long data, int peerApiPort) implements Sendable {}

    /**
     * The peer rejected a flow.
     *
     * @param protocol IP protocol of the rejected flow
     * @param maybeBroken the peer is not sure: no more than a hint
     * @param localPort port of the side that receives the message
     * @param remotePort port of the side that sent it
     */
    record Reject(int protocol, Reason reason, boolean maybeBroken, int localPort, int remotePort)
            implements TsmpMessage {
        /** Why the flow was rejected. */
        public enum Reason {
            /** The access rules do not allow it, or the peer takes no connections at all ("shields up"). */
            POLICY,
            /** The firewall of the peer's host. */
            HOST_FIREWALL,
            /** The peer does not forward to that address. */
            NOT_FORWARDED,
            /** A reason that this version does not know. */
            OTHER
        }
    }

    /** A message of a type that this version does not know, or with fewer bytes than its type needs. */
    record Unknown() implements TsmpMessage {}
}
