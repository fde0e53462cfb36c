package pt.sunbeam.keys;

import org.jspecify.annotations.Nullable;

/** A node's public key: its WireGuard static key, its relay address and its name in control requests. */
public final class NodePublic extends PublicKey32 {
    public static final String PREFIX = "nodekey:";
    public static final NodePublic ZERO = new NodePublic(new byte[BYTES]);

    public NodePublic(byte[] bytes) {
        super(bytes);
    }

    /** The key that {@code text} spells, or null when it is not of this form. */
    public static @Nullable NodePublic parse(String text) {
        byte[] bytes = parse(PREFIX, text);
        return bytes == null ? null : new NodePublic(bytes);
    }

    @Override
    String prefix() {
        return PREFIX;
    }
}
