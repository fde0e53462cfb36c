package pt.sunbeam.noise;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.Blake2s;
import pt.sunbeam.crypto.ChaCha20Poly1305;

/**
 * Noise's SymmetricState over BLAKE2s and ChaCha20-Poly1305 (Noise revision 34, section 5.2).
 *
 * <p>Every key of the handshakes used here encrypts exactly one message, so the nonce is always zero and a key is used
 * once and forgotten. Owned by one handshake.
 */
public final class SymmetricState {
    private static final byte[] ZERO_NONCE = new byte[ChaCha20Poly1305.NONCE_BYTES];

    private byte[] chainingKey;
    private byte[] hash;
    private byte @Nullable [] key;

    private SymmetricState(byte[] chainingKey, byte[] hash, byte @Nullable [] key) {
        this.chainingKey = chainingKey;
        this.hash = hash;
        this.key = key;
    }

    /** Starts with a protocol name longer than 32 bytes, which is hashed (section 5.2), and mixes in the prologue. */
    public static SymmetricState start(String protocolName, byte[] prologue) {
        byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
        byte[] h = name.length > Blake2s.HASH_BYTES ? Blake2s.hash(name) : Arrays.copyOf(name, Blake2s.HASH_BYTES);
        SymmetricState state = new SymmetricState(h.clone(), h, null);
        state.mixHash(prologue);
        return state;
    }

    /** An independent copy, so that a message can be tried without touching the original. */
    public SymmetricState copy() {
        return new SymmetricState(chainingKey.clone(), hash.clone(), key == null ? null : key.clone());
    }

    public void mixHash(byte[] data) {
        hash = Blake2s.hash(hash, data);
    }

    public void mixKey(byte[] inputKeyMaterial) {
        byte[][] out = Blake2s.hkdf(chainingKey, inputKeyMaterial, 2);
        chainingKey = out[0];
        key = out[1];
    }

    /** For pre-shared keys: section 5.2, MixKeyAndHash. */
    public void mixKeyAndHash(byte[] inputKeyMaterial) {
        byte[][] out = Blake2s.hkdf(chainingKey, inputKeyMaterial, 3);
        chainingKey = out[0];
        mixHash(out[1]);
        key = out[2];
    }

    /** Seals with the key mixed in last, then mixes the ciphertext into the hash. */
    public byte[] encryptAndHash(byte[] plaintext) {
        byte[] out = new byte[plaintext.length + ChaCha20Poly1305.TAG_BYTES];
        new ChaCha20Poly1305(currentKey()).seal(ZERO_NONCE, hash, plaintext, 0, plaintext.length, out, 0);
        mixHash(out);
        return out;
    }

    /** Opens with the key mixed in last and mixes the ciphertext into the hash; null, and no change, when not authentic. */
    public byte @Nullable [] decryptAndHash(byte[] ciphertext) {
        byte[] out = new byte[Math.max(0, ciphertext.length - ChaCha20Poly1305.TAG_BYTES)];
        int n = new ChaCha20Poly1305(currentKey()).open(ZERO_NONCE, hash, ciphertext, 0, ciphertext.length, out, 0);
        if (n < 0) {
            return null;
        }
        mixHash(ciphertext);
        return out;
    }

    /** The two transport keys: first initiator to responder, then the reverse (section 5.2, Split). Wipes the chain. */
    public TransportKeys split() {
        byte[][] out = Blake2s.hkdf(chainingKey, new byte[0], 2);
        wipe();
        return new TransportKeys(out[0], out[1]);
    }

    /** Forgets the chaining key and the current key. */
    public void wipe() {
        Arrays.fill(chainingKey, (byte) 0);
        if (key != null) {
            Arrays.fill(key, (byte) 0);
        }
        key = null;
    }

    /** The handshake hash, a channel binding value. */
    public byte[] handshakeHash() {
        return hash.clone();
    }

    /** For tests against published intermediate values. */
    byte[] chainingKey() {
        return chainingKey.clone();
    }

    private byte[] currentKey() {
        if (key == null) {
            throw new IllegalStateException("no key has been mixed in");
        }
        return key;
    }
}
