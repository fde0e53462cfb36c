package pt.sunbeam.crypto;

import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/** XChaCha20-Poly1305 with a 24-byte nonce (draft-irtf-cfrg-xchacha-03), for WireGuard's cookie replies. */
public final class XChaCha20Poly1305 {
    public static final int NONCE_BYTES = 24;
    private static final int TAG_BITS = 128;

    private XChaCha20Poly1305() {}

    public static byte[] seal(byte[] key, byte[] nonce, byte[] ad, byte[] plaintext) {
        try {
            return run(true, key, nonce, ad, plaintext);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("sealing failed", e);
        }
    }

    /** The plaintext, or null when the tag is wrong. */
    public static byte @Nullable [] open(byte[] key, byte[] nonce, byte[] ad, byte[] sealed) {
        try {
            return run(false, key, nonce, ad, sealed);
        } catch (InvalidCipherTextException e) {
            return null;
        }
    }

    private static byte[] run(boolean seal, byte[] key, byte[] nonce, byte[] ad, byte[] in)
            throws InvalidCipherTextException {
        var cipher = new org.bouncycastle.crypto.modes.XChaCha20Poly1305();
        cipher.init(seal, new AEADParameters(new KeyParameter(key), TAG_BITS, nonce, ad));
        byte[] out = new byte[cipher.getOutputSize(in.length)];
        int n = cipher.processBytes(in, 0, in.length, out, 0);
        n += cipher.doFinal(out, n);
        return n == out.length ? out : Arrays.copyOf(out, n);
    }
}
