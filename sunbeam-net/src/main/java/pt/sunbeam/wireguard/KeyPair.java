package pt.sunbeam.wireguard;

import java.util.Arrays;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.crypto.ChaCha20Poly1305;
import pt.sunbeam.noise.TransportKeys;

/**
 * The two transport keys of one completed handshake, with their counters: seals and opens transport messages in place
 * (WireGuard paper, section 5.4.6). Which pair is used for what is {@link KeyPairs}' business.
 */
final class KeyPair implements IndexTable.Entry {
    private static final int NONCE_COUNTER_AT = 4;

    private final WireGuardPeer peer;
    private final int localIndex;
    private final int remoteIndex;
    private final boolean initiator;
    private final long createdNanos;
    private final ChaCha20Poly1305 sendKey;
    private final ChaCha20Poly1305 receiveKey;
    private final ReplayWindow received = new ReplayWindow();
    private final byte[] nonce = new byte[ChaCha20Poly1305.NONCE_BYTES];
    private long sendCounter;

    KeyPair(
            WireGuardPeer peer,
            int localIndex,
            int remoteIndex,
            boolean initiator,
            TransportKeys keys,
            long createdNanos) {
        this.peer = peer;
        this.localIndex = localIndex;
        this.remoteIndex = remoteIndex;
        this.initiator = initiator;
        this.createdNanos = createdNanos;
        byte[] forward = keys.initiatorToResponder();
        byte[] backward = keys.responderToInitiator();
        this.sendKey = new ChaCha20Poly1305(initiator ? forward : backward);
        this.receiveKey = new ChaCha20Poly1305(initiator ? backward : forward);
        Arrays.fill(forward, (byte) 0);
        Arrays.fill(backward, (byte) 0);
    }

    @Override
    public WireGuardPeer peer() {
        return peer;
    }

    @Override
    public int localIndex() {
        return localIndex;
    }

    boolean isInitiator() {
        return initiator;
    }

    long ageNanos(long nowNanos) {
        return nowNanos - createdNanos;
    }

    boolean isExpired(long nowNanos) {
        return ageNanos(nowNanos) >= Limits.REJECT_AFTER_NANOS;
    }

    /** True when {@code packets} more may be sealed now. */
    boolean maySeal(int packets, long nowNanos) {
        return !isExpired(nowNanos) && Long.compareUnsigned(sendCounter, Limits.REJECT_AFTER_MESSAGES - packets) <= 0;
    }

    /** True when sending should be followed by a new handshake (WireGuard paper, section 6.2). */
    boolean wantsRekeyOnSend(long nowNanos) {
        return Long.compareUnsigned(sendCounter, Limits.REKEY_AFTER_MESSAGES) > 0
                || initiator && ageNanos(nowNanos) > Limits.REKEY_AFTER_NANOS;
    }

    /** Pads and seals packet {@code i} in place; its range grows by header, padding and tag. */
    void seal(PacketBatch batch, int i) {
        byte[] array = batch.array();
        int offset = batch.offset(i);
        int length = batch.length(i);
        int padded = paddedLength(length);
        Arrays.fill(array, offset + length, offset + padded, (byte) 0);
        int start = offset - MessageFormat.TRANSPORT_HEADER_BYTES;
        Endian.putIntLe(array, start, MessageFormat.TRANSPORT);
        Endian.putIntLe(array, start + MessageFormat.RECEIVER_AT, remoteIndex);
        Endian.putLongLe(array, start + MessageFormat.COUNTER_AT, sendCounter);
        int sealed = sendKey.seal(nonce(sendCounter), array, offset, padded, array, offset);
        sendCounter++;
        batch.setRange(i, start, MessageFormat.TRANSPORT_HEADER_BYTES + sealed);
    }

    private static int paddedLength(int length) {
        if (length >= Limits.MTU) {
            return length;
        }
        return (length + Limits.PADDING - 1) & -Limits.PADDING;
    }

    /** True when the counter of a message is worth opening; asks the replay window without changing it. */
    boolean isFresh(long counter) {
        return received.wouldAccept(counter);
    }

    /** Opens packet {@code i} in place and narrows it to the plaintext; false, and no change, when not authentic. */
    boolean open(PacketBatch batch, int i) {
        byte[] array = batch.array();
        int offset = batch.offset(i);
        long counter = Endian.longLe(array, offset + MessageFormat.COUNTER_AT);
        int at = offset + MessageFormat.TRANSPORT_HEADER_BYTES;
        int sealed = batch.length(i) - MessageFormat.TRANSPORT_HEADER_BYTES;
        int length = receiveKey.open(nonce(counter), array, at, sealed, array, at);
        if (length < 0) {
            return false;
        }
        received.accept(counter);
        batch.setRange(i, at, length);
        return true;
    }

    /** For tests: as if {@code counter} messages had been sealed. */
    void skipTo(long counter) {
        sendCounter = counter;
    }

    private byte[] nonce(long counter) {
        Endian.putLongLe(nonce, NONCE_COUNTER_AT, counter);
        return nonce;
    }
}
