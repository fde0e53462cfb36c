package pt.sunbeam.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * ChaCha20-Poly1305 (RFC 8439) under one key, on the JDK's cipher: four times as fast as BouncyCastle's on packets.
 *
 * <p>Owned by one thread. The sealing and the opening cipher are separate objects because the JDK refuses to seal twice
 * with one key and nonce on one object; that refusal is kept, as a last guard against nonce reuse.
 */
public final class ChaCha20Poly1305 {
    public static final int KEY_BYTES = 32;
    public static final int NONCE_BYTES = 12;
    public static final int TAG_BYTES = 16;
    private static final byte[] EMPTY = {};

    private final SecretKeySpec key;
    private final Cipher sealer = cipher();
    private final Cipher opener = cipher();

    public ChaCha20Poly1305(byte[] key) {
        this.key = new SecretKeySpec(key, "ChaCha20");
    }

    /**
     * Seals {@code length} bytes; {@code out} may be {@code in} at the same offset. Returns {@code length + 16}.
     *
     * @throws IllegalStateException when this nonce was the last one used: a bug, never an input's fault
     */
    public int seal(byte[] nonce, byte[] ad, byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        try {
            sealer.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(nonce));
            sealer.updateAAD(ad);
            return sealer.doFinal(in, inOffset, length, out, outOffset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("sealing failed", e);
        }
    }

    /** Opens {@code length} bytes, tag included. Returns the plaintext's length, or -1 when the tag is wrong. */
    public int open(byte[] nonce, byte[] ad, byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        if (length < TAG_BYTES) {
            return -1;
        }
        try {
            opener.init(Cipher.DECRYPT_MODE, key, new IvParameterSpec(nonce));
            opener.updateAAD(ad);
            return opener.doFinal(in, inOffset, length, out, outOffset);
        } catch (AEADBadTagException e) {
            return -1;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("opening failed", e);
        }
    }

    /** Seals without associated data. */
    public int seal(byte[] nonce, byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        return seal(nonce, EMPTY, in, inOffset, length, out, outOffset);
    }

    /** Opens without associated data. */
    public int open(byte[] nonce, byte[] in, int inOffset, int length, byte[] out, int outOffset) {
        return open(nonce, EMPTY, in, inOffset, length, out, outOffset);
    }

    private static Cipher cipher() {
        try {
            return Cipher.getInstance("ChaCha20-Poly1305");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no ChaCha20-Poly1305", e);
        }
    }
}
