package pt.sunbeam.keys;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.NaclBox;

/** A machine's private key: created once for an installation, never rotated, the Noise static key towards control. */
public final class MachinePrivate extends PrivateKey32 {
    public MachinePrivate(byte[] bytes) {
        super(bytes);
    }

    public static MachinePrivate generate(RandomGenerator random) {
        return new MachinePrivate(randomBytes(random));
    }

    /** The key that a key file's {@code text} spells, or null when it is not of this form. */
    public static @Nullable MachinePrivate fromSecretText(String text) {
        byte[] bytes = parseSecret(text);
        return bytes == null ? null : new MachinePrivate(bytes);
    }

    public MachinePublic publicKey() {
        return new MachinePublic(publicBytes());
    }

    /** The NaCl box between this key and {@code peer}, or null when that is a low-order point. */
    public @Nullable NaclBox box(MachinePublic peer) {
        return boxTo(peer);
    }
}
