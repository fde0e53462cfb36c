package pt.sunbeam.keys;

import org.jspecify.annotations.Nullable;

/** The public key of a path-discovery box; a peer's changes whenever the peer restarts. */
public final class DiscoPublic extends PublicKey32 {
    public static final String PREFIX = "discokey:";
    public static final DiscoPublic ZERO = new DiscoPublic(new byte[BYTES]);

    public DiscoPublic(byte[] bytes) {
        super(bytes);
    }

    /** The key that {@code text} spells, or null when it is not of this form. */
    public static @Nullable DiscoPublic parse(String text) {
        byte[] bytes = parse(PREFIX, text);
        return bytes == null ? null : new DiscoPublic(bytes);
    }

    @Override
    String prefix() {
        return PREFIX;
    }
}
