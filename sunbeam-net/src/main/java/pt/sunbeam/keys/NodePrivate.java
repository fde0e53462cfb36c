package pt.sunbeam.keys;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.NaclBox;

/** A node's private key, replaced at each login; also the WireGuard static key. */
public final class NodePrivate extends PrivateKey32 {
    public NodePrivate(byte[] bytes) {
        super(bytes);
    }

    public static NodePrivate generate(RandomGenerator random) {
        return new NodePrivate(randomBytes(random));
    }

    /** The key that a key file's {@code text} spells, or null when it is not of this form. */
    public static @Nullable NodePrivate fromSecretText(String text) {
        byte[] bytes = parseSecret(text);
        return bytes == null ? null : new NodePrivate(bytes);
    }

    public NodePublic publicKey() {
        return new NodePublic(publicBytes());
    }

    /** The NaCl box between this key and {@code peer}, or null when that is a low-order point. */
    public @Nullable NaclBox box(NodePublic peer) {
        return boxTo(peer);
    }
}
