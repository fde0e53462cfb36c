package pt.sunbeam.disco;

import pt.sunbeam.keys.DiscoPublic;

/** What {@link DiscoBox#open} made of a packet. */
public sealed interface OpenedPacket {
    /**
     * The box opened.
     *
     * @param sender the disco key whose owner sealed it; which node that is, the netmap says
     */
    record Authentic(DiscoPublic sender, DiscoMessage message) implements OpenedPacket {}

    /** The packet has no effect. */
    record Refused(Reason reason) implements OpenedPacket {}

    /** Why a packet was refused. */
    enum Reason {
        /** Another magic, or shorter than a header. */
        NOT_DISCO,
        /** No room for a box behind the header. */
        TOO_SHORT,
        /** Longer than {@link DiscoBox#MAX_PACKET_BYTES}. */
        TOO_LONG,
        /** From a key that is nobody's, as far as is known; nothing was computed. */
        UNKNOWN_SENDER,
        /** The sender's key is a point of low order, with which anybody could seal. */
        WEAK_KEY,
        /** The box does not open: forged, damaged, or sealed for another key, such as our last one. */
        NOT_AUTHENTIC
    }
}
