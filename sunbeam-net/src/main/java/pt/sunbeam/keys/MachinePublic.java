package pt.sunbeam.keys;

import org.jspecify.annotations.Nullable;

/** A machine's public key, also the form of a control server's Noise key. */
public final class MachinePublic extends PublicKey32 {
    public static final String PREFIX = "mkey:";
    public static final MachinePublic ZERO = new MachinePublic(new byte[BYTES]);

    public MachinePublic(byte[] bytes) {
        super(bytes);
    }

    /** The key that {@code text} spells, or null when it is not of this form. */
    public static @Nullable MachinePublic parse(String text) {
        byte[] bytes = parse(PREFIX, text);
        return bytes == null ? null : new MachinePublic(bytes);
    }

    @Override
    String prefix() {
        return PREFIX;
    }
}
