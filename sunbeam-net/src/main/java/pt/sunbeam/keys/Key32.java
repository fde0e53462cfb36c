package pt.sunbeam.keys;

import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Hex;

/** Thirty-two bytes with a role. Equality takes constant time; two keys of different roles are never equal. */
abstract sealed class Key32 permits PublicKey32, PrivateKey32 {
    static final int BYTES = 32;

    final byte[] bytes;

    Key32(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException("a key has 32 bytes, not " + bytes.length);
        }
        this.bytes = bytes.clone();
    }

    /** A copy of the raw bytes. */
    public final byte[] toBytes() {
        return bytes.clone();
    }

    @Override
    public final boolean equals(@Nullable Object other) {
        return other instanceof Key32 key && key.getClass() == getClass() && MessageDigest.isEqual(key.bytes, bytes);
    }

    @Override
    public final int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The bytes behind {@code prefix}, or null when the text is not that prefix and 64 hexadecimal digits. */
    static byte @Nullable [] parse(String prefix, String text) {
        if (!text.startsWith(prefix) || text.length() != prefix.length() + 2 * BYTES) {
            return null;
        }
        return Hex.decode(text.substring(prefix.length()));
    }
}
