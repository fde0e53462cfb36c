package pt.sunbeam.wireguard;

import pt.sunbeam.bytes.PacketBatch;

/**
 * What {@link WireGuard} wants done. Batches are valid during the call only. {@link #transmit} and {@link #reply} must not call
 * back into the machine; the other methods may.
 */
public interface WireGuardSink {
    /** Sends datagrams to a peer by whatever path is known; handshake messages are batches of one. */
    void transmit(WireGuardPeer peer, PacketBatch sealed);

    /** Sends a cookie reply back to where a handshake message came from. */
    void reply(Origin origin, byte[] datagram);

    /** Takes authenticated IP packets whose source address is the peer's, each cut to the length its header tells. */
    void deliver(WireGuardPeer peer, PacketBatch inner);

    /**
     * An authentic message of {@code peer} came from {@code origin}. Called before the answer to it is transmitted, and once
     * for a run of transport messages.
     */
    default void authenticated(WireGuardPeer peer, Origin origin) {}

    /** A handshake is complete: data can flow. Called after waiting packets have been transmitted. */
    void sessionEstablished(WireGuardPeer peer);

    /** The peer answered none of the initiations of the last 90 s and more; its waiting packets are dropped. */
    void handshakeGivenUp(WireGuardPeer peer);
}
