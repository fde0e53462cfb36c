package pt.sunbeam.crypto;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** X25519 (RFC 7748) over raw 32-byte keys. */
public final class X25519 {
    public static final int KEY_BYTES = 32;

    private X25519() {}

    /** A new private key, clamped as RFC 7748 section 5 says. */
    public static byte[] generatePrivate(RandomGenerator random) {
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        clamp(key);
        return key;
    }

    /** Clamps a private key in place; this never changes its public key. */
    public static void clamp(byte[] privateKey) {
        privateKey[0] &= (byte) 248;
        privateKey[31] = (byte) ((privateKey[31] & 127) | 64);
    }

    public static byte[] publicKey(byte[] privateKey) {
        byte[] out = new byte[KEY_BYTES];
        org.bouncycastle.math.ec.rfc7748.X25519.scalarMultBase(privateKey, 0, out, 0);
        return out;
    }

    /** The shared secret, or null when it is all zero: a low-order point (RFC 7748 section 6.1). */
    public static byte @Nullable [] agree(byte[] privateKey, byte[] publicKey) {
        byte[] out = new byte[KEY_BYTES];
        boolean contributory =
                org.bouncycastle.math.ec.rfc7748.X25519.calculateAgreement(privateKey, 0, publicKey, 0, out, 0);
        return contributory ? out : null;
    }
}
