package pt.sunbeam.keys;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.crypto.NaclBox;
import pt.sunbeam.crypto.X25519;

/** A private X25519 key, clamped. It never shows itself: {@code toString} is fixed text. */
public abstract sealed class PrivateKey32 extends Key32 permits NodePrivate, MachinePrivate, DiscoPrivate {
    private static final String PREFIX = "privkey:";

    PrivateKey32(byte[] bytes) {
        super(clamped(bytes));
    }

    static byte[] randomBytes(RandomGenerator random) {
        return X25519.generatePrivate(random);
    }

    static byte @Nullable [] parseSecret(String text) {
        return parse(PREFIX, text);
    }

    final byte[] publicBytes() {
        return X25519.publicKey(bytes);
    }

    final @Nullable NaclBox boxTo(PublicKey32 peer) {
        return NaclBox.between(bytes, peer.bytes);
    }

    /** The key file's form. Secret: for the key file only. */
    public final String toSecretText() {
        return PREFIX + Hex.encode(bytes);
    }

    @Override
    public final String toString() {
        return "private key (hidden)";
    }

    private static byte[] clamped(byte[] bytes) {
        byte[] copy = bytes.clone();
        X25519.clamp(copy);
        return copy;
    }
}
