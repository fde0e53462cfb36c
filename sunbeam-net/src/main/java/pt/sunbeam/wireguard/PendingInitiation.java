package pt.sunbeam.wireguard;

import pt.sunbeam.noise.IkPsk2Initiator;

/**
 * An initiation of ours that has not been answered.
 *
 * @param peer whom it was sent to
 * @param localIndex the index the response will carry
 * @param noise the handshake's secrets
 */
record PendingInitiation(WireGuardPeer peer, int localIndex, IkPsk2Initiator noise) implements IndexTable.Entry {}
