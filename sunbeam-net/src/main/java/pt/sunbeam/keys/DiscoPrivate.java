package pt.sunbeam.keys;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.NaclBox;

/** The key of this process's path-discovery boxes: new at every start, kept in memory only. */
public final class DiscoPrivate extends PrivateKey32 {
    public DiscoPrivate(byte[] bytes) {
        super(bytes);
    }

    public static DiscoPrivate generate(RandomGenerator random) {
        return new DiscoPrivate(randomBytes(random));
    }

    /** The key that a key file's {@code text} spells, or null when it is not of this form. */
    public static @Nullable DiscoPrivate fromSecretText(String text) {
        byte[] bytes = parseSecret(text);
        return bytes == null ? null : new DiscoPrivate(bytes);
    }

    public DiscoPublic publicKey() {
        return new DiscoPublic(publicBytes());
    }

    /** The NaCl box between this key and {@code peer}, or null when that is a low-order point. */
    public @Nullable NaclBox box(DiscoPublic peer) {
        return boxTo(peer);
    }
}
