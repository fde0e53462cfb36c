package pt.sunbeam.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2sDigest;

/** BLAKE2s (RFC 7693): plain 32-byte hash, keyed 16-byte MAC, and the HMAC and HKDF that Noise builds on it. */
public final class Blake2s {
    public static final int HASH_BYTES = 32;
    public static final int MAC_BYTES = 16;
    private static final int BLOCK_BYTES = 64;

    private Blake2s() {}

    /** The hash of the concatenation of {@code parts}. */
    public static byte[] hash(byte[]... parts) {
        Blake2sDigest digest = new Blake2sDigest(256);
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        return finish(digest, HASH_BYTES);
    }

    /** Keyed BLAKE2s with a 16-byte output over a range of {@code in}; the key is 16 or 32 bytes. */
    public static byte[] mac(byte[] key, byte[] in, int offset, int length) {
        Blake2sDigest digest = new Blake2sDigest(key, MAC_BYTES, null, null);
        digest.update(in, offset, length);
        return finish(digest, MAC_BYTES);
    }

    /** HMAC (RFC 2104) over BLAKE2s-256 of the concatenation of {@code parts}; keys are at most 64 bytes here. */
    public static byte[] hmac(byte[] key, byte[]... parts) {
        byte[] inner = pad(key, 0x36);
        byte[] outer = pad(key, 0x5c);
        Blake2sDigest digest = new Blake2sDigest(256);
        digest.update(inner, 0, BLOCK_BYTES);
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        return hash(outer, finish(digest, HASH_BYTES));
    }

    /** Noise's HKDF (revision 34, section 4.3): {@code outputs} keys of 32 bytes from a chaining key and key material. */
    public static byte[][] hkdf(byte[] chainingKey, byte[] inputKeyMaterial, int outputs) {
        byte[] temp = hmac(chainingKey, inputKeyMaterial);
        byte[][] keys = new byte[outputs][];
        byte[] previous = {};
        for (int i = 0; i < outputs; i++) {
            previous = hmac(temp, previous, new byte[] {(byte) (i + 1)});
            keys[i] = previous;
        }
        Arrays.fill(temp, (byte) 0);
        return keys;
    }

    private static byte[] pad(byte[] key, int with) {
        byte[] block = Arrays.copyOf(key, BLOCK_BYTES);
        for (int i = 0; i < BLOCK_BYTES; i++) {
            block[i] ^= (byte) with;
        }
        return block;
    }

    private static byte[] finish(Blake2sDigest digest, int bytes) {
        byte[] out = new byte[bytes];
        digest.doFinal(out, 0);
        return out;
    }
}
