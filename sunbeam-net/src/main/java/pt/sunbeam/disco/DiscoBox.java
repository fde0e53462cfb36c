package pt.sunbeam.disco;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.NaclBox;
import pt.sunbeam.disco.OpenedPacket.Reason;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.DiscoPublic;

/**
 * Seals and opens disco packets with this process's disco key (Tailscale 1.103, disco/disco.go; NaCl's crypto_box).
 *
 * <p>The key of a box is agreed once for each remote key and kept, since a ping comes every few seconds: at most
 * {@link #MAX_KEPT_KEYS}, of which the one that was not used for the longest time goes first. A sender that is not known
 * costs no computation. Owner: one thread.
 */
public final class DiscoBox {
    /** How many remote keys stay precomputed; a tailnet with more active peers than that only computes more. */
    public static final int MAX_KEPT_KEYS = 1024;

    /** The largest packet, which is also a relay's largest. */
    public static final int MAX_PACKET_BYTES = 64 << 10;

    private static final int FIRST_CAPACITY = 16;
    private static final float LOAD_FACTOR = 0.75f;

    private final DiscoPrivate self;
    private final DiscoPublic selfPublic;
    private final RandomGenerator random;
    private final Map<DiscoPublic, NaclBox> boxes = new LinkedHashMap<>(FIRST_CAPACITY, LOAD_FACTOR, true);

    /**
     * @param self the key of this process
     * @param random for nonces; has to be cryptographically strong
     */
    public DiscoBox(DiscoPrivate self, RandomGenerator random) {
        this.self = self;
        this.selfPublic = self.publicKey();
        this.random = random;
    }

    /** A packet for {@code recipient}, or null when that key is a point of low order. */
    public byte @Nullable [] seal(DiscoPublic recipient, DiscoMessage.Sendable message) {
        NaclBox box = boxFor(recipient);
        return box == null ? null : DiscoPacket.of(selfPublic, box.seal(DiscoCodec.encode(message), random));
    }

    /**
     * Opens the packet of {@code length} bytes at {@code offset}.
     *
     * @param known whether a disco key is some peer's
     */
    public OpenedPacket open(byte[] b, int offset, int length, Predicate<DiscoPublic> known) {
        if (!DiscoPacket.matches(b, offset, length)) {
            return new OpenedPacket.Refused(Reason.NOT_DISCO);
        }
        if (length < DiscoPacket.HEADER_BYTES + NaclBox.TAG_BYTES) {
            return new OpenedPacket.Refused(Reason.TOO_SHORT);
        }
        if (length > MAX_PACKET_BYTES) {
            return new OpenedPacket.Refused(Reason.TOO_LONG);
        }
        DiscoPublic sender = DiscoPacket.sender(b, offset);
        if (!known.test(sender)) {
            return new OpenedPacket.Refused(Reason.UNKNOWN_SENDER);
        }
        return openFrom(sender, b, offset + DiscoPacket.NONCE_OFFSET, length - DiscoPacket.NONCE_OFFSET);
    }

    private OpenedPacket openFrom(DiscoPublic sender, byte[] b, int offset, int length) {
        NaclBox box = boxFor(sender);
        if (box == null) {
            return new OpenedPacket.Refused(Reason.WEAK_KEY);
        }
        byte[] plaintext = box.open(b, offset, length);
        return plaintext == null
                ? new OpenedPacket.Refused(Reason.NOT_AUTHENTIC)
                : new OpenedPacket.Authentic(sender, DiscoCodec.decode(plaintext));
    }

    /** Drops what is kept for {@code remote}, which no peer has any longer. */
    public void forget(DiscoPublic remote) {
        boxes.remove(remote);
    }

    /** How many remote keys are precomputed, 0 to {@link #MAX_KEPT_KEYS}. */
    public int keptKeys() {
        return boxes.size();
    }

    private @Nullable NaclBox boxFor(DiscoPublic remote) {
        NaclBox kept = boxes.get(remote);
        if (kept != null) {
            return kept;
        }
        NaclBox agreed = self.box(remote);
        if (agreed != null) {
            if (boxes.size() == MAX_KEPT_KEYS) {
                boxes.remove(boxes.keySet().iterator().next());
            }
            boxes.put(remote, agreed);
        }
        return agreed;
    }
}
