package pt.sunbeam.wireguard;

import pt.sunbeam.noise.IkPsk2Initiator;

/** An initiation of ours that has not been answered. */
final class PendingInitiation implements IndexTable.Entry {
    private final WireGuardPeer peer;
    private final int localIndex;
    private final IkPsk2Initiator noise;
    private final long sentNanos;

    PendingInitiation(WireGuardPeer peer, int localIndex, IkPsk2Initiator noise, long sentNanos) {
        this.peer = peer;
        this.localIndex = localIndex;
        this.noise = noise;
        this.sentNanos = sentNanos;
    }

    @Override
    public WireGuardPeer peer() {
        return peer;
    }

    @Override
    public int localIndex() {
        return localIndex;
    }

    IkPsk2Initiator noise() {
        return noise;
    }

    long sentNanos() {
        return sentNanos;
    }
}
