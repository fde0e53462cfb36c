package pt.sunbeam.path;

import pt.sunbeam.disco.DiscoPacket;
import pt.sunbeam.stun.StunMessage;

/**
 * What a datagram from the socket that all paths share is, by its first bytes (Tailscale 1.103,
 * wgengine/magicsock/magicsock.go, packetLooksLike). No kind proves anything about the sender.
 */
public enum DatagramKind {
    /** A binding request or response. */
    STUN,
    DISCO,
    /** Whatever is nothing else; the packets of peer relays, which this node does not use, fail to parse there. */
    WIREGUARD,
    /** Empty. */
    IGNORED;

    /** The kind of the datagram of {@code length} bytes at {@code offset}. */
    public static DatagramKind of(byte[] b, int offset, int length) {
        if (length == 0) {
            return IGNORED;
        }
        if (StunMessage.matchesBinding(b, offset, length)) {
            return STUN;
        }
        return DiscoPacket.matches(b, offset, length) ? DISCO : WIREGUARD;
    }
}
