package pt.sunbeam.crypto;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.engines.XSalsa20Engine;
import org.bouncycastle.crypto.macs.Poly1305;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.jspecify.annotations.Nullable;

/**
 * NaCl's crypto_box between one private and one public key: X25519, HSalsa20, XSalsa20-Poly1305. The 16-byte tag stands
 * in front of the ciphertext; a sealed blob is nonce, tag, ciphertext (derp.md section 3, disco.md).
 */
public final class NaclBox {
    public static final int NONCE_BYTES = 24;
    public static final int TAG_BYTES = 16;
    private static final int KEY_BYTES = 32;
    private static final byte[] SIGMA = "expand 32-byte k".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final byte[] sharedKey;

    private NaclBox(byte[] sharedKey) {
        this.sharedKey = sharedKey;
    }

    /** The box between two keys, or null when the public key is a low-order point. */
    public static @Nullable NaclBox between(byte[] privateKey, byte[] publicKey) {
        byte[] secret = X25519.agree(privateKey, publicKey);
        return secret == null ? null : new NaclBox(hsalsa20(secret));
    }

    /** A fresh nonce, then the box of {@code plaintext} under it. */
    public byte[] seal(byte[] plaintext, RandomGenerator random) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        return seal(plaintext, nonce);
    }

    /** {@code nonce}, then the box of {@code plaintext} under it. */
    public byte[] seal(byte[] plaintext, byte[] nonce) {
        byte[] out = new byte[NONCE_BYTES + TAG_BYTES + plaintext.length];
        System.arraycopy(nonce, 0, out, 0, NONCE_BYTES);
        int body = NONCE_BYTES + TAG_BYTES;
        XSalsa20Engine stream = stream(true, nonce);
        byte[] macKey = macKey(stream);
        stream.processBytes(plaintext, 0, plaintext.length, out, body);
        tag(macKey, out, body, plaintext.length, out, NONCE_BYTES);
        return out;
    }

    /** The plaintext of a sealed blob (nonce, tag, ciphertext), or null when it is too short or not authentic. */
    public byte @Nullable [] open(byte[] sealed) {
        return open(sealed, 0, sealed.length);
    }

    /** The same for a blob of {@code length} bytes at {@code offset}, which the caller has checked to lie in {@code b}. */
    public byte @Nullable [] open(byte[] b, int offset, int length) {
        int bodyBytes = length - NONCE_BYTES - TAG_BYTES;
        if (bodyBytes < 0) {
            return null;
        }
        int tag = offset + NONCE_BYTES;
        int body = tag + TAG_BYTES;
        XSalsa20Engine stream = stream(false, Arrays.copyOfRange(b, offset, tag));
        byte[] expected = new byte[TAG_BYTES];
        tag(macKey(stream), b, body, bodyBytes, expected, 0);
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(b, tag, body))) {
            return null;
        }
        byte[] plaintext = new byte[bodyBytes];
        stream.processBytes(b, body, bodyBytes, plaintext, 0);
        return plaintext;
    }

    private XSalsa20Engine stream(boolean seal, byte[] nonce) {
        XSalsa20Engine engine = new XSalsa20Engine();
        engine.init(seal, new ParametersWithIV(new KeyParameter(sharedKey), nonce));
        return engine;
    }

    /** The first 32 bytes of the key stream are the one-time Poly1305 key. */
    private static byte[] macKey(XSalsa20Engine stream) {
        byte[] key = new byte[KEY_BYTES];
        stream.processBytes(key, 0, KEY_BYTES, key, 0);
        return key;
    }

    private static void tag(byte[] macKey, byte[] in, int offset, int length, byte[] out, int outOffset) {
        Poly1305 mac = new Poly1305();
        mac.init(new KeyParameter(macKey));
        mac.update(in, offset, length);
        mac.doFinal(out, outOffset);
    }

    /** HSalsa20 of the shared secret with a zero input: crypto_box_beforenm ("Cryptography in NaCl", section 5). */
    private static byte[] hsalsa20(byte[] key) {
        int[] x = new int[16];
        int[] sigma = words(SIGMA);
        int[] k = words(key);
        for (int i = 0; i < 4; i++) {
            x[5 * i] = sigma[i];
            x[1 + i] = k[i];
            x[11 + i] = k[4 + i];
        }
        int[] block = new int[16];
        org.bouncycastle.crypto.engines.Salsa20Engine.salsaCore(20, x, block);
        // salsaCore adds its input at the end; HSalsa20 is defined without that addition.
        int[] picked = {0, 5, 10, 15, 6, 7, 8, 9};
        byte[] out = new byte[KEY_BYTES];
        for (int i = 0; i < picked.length; i++) {
            pt.sunbeam.bytes.Endian.putIntLe(out, 4 * i, block[picked[i]] - x[picked[i]]);
        }
        return out;
    }

    private static int[] words(byte[] b) {
        int[] w = new int[b.length / 4];
        for (int i = 0; i < w.length; i++) {
            w[i] = pt.sunbeam.bytes.Endian.intLe(b, 4 * i);
        }
        return w;
    }
}
