package pt.sunbeam.noise;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.X25519;

/**
 * The initiator of {@code Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s} (Noise revision 34, sections 7.5 and 9).
 *
 * <pre>
 *   &lt;- s
 *   ...
 *   -&gt; e, es, s, ss
 *   &lt;- e, ee, se, psk
 * </pre>
 *
 * One object is one handshake: {@link #initiation} once, then {@link #finish} until one response is authentic. A response
 * that is not changes nothing, so that a forged one cannot end the handshake.
 */
public final class IkPsk2Initiator {
    public static final String PROTOCOL = "Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s";

    /** Ephemeral key, sealed static key, tag of the payload. */
    public static final int INITIATION_OVERHEAD_BYTES = 32 + 48 + 16;

    /** Ephemeral key, tag of the payload. */
    public static final int RESPONSE_OVERHEAD_BYTES = 32 + 16;

    private final SymmetricState state;
    private final byte[] staticPrivate;
    private final byte[] ephemeralPrivate;
    private final byte[] remoteStatic;
    private final byte[] presharedKey;

    /** @param presharedKey 32 bytes, all zero when there is none */
    public IkPsk2Initiator(
            byte[] staticPrivate, byte[] remoteStatic, byte[] presharedKey, byte[] prologue, RandomGenerator random) {
        this.staticPrivate = staticPrivate.clone();
        this.remoteStatic = remoteStatic.clone();
        this.presharedKey = presharedKey.clone();
        this.ephemeralPrivate = X25519.generatePrivate(random);
        this.state = SymmetricState.start(PROTOCOL, prologue);
        state.mixHash(this.remoteStatic);
    }

    /** The first message, or null when the responder's key is a low-order point. */
    public byte @Nullable [] initiation(byte[] payload) {
        byte[] es = X25519.agree(ephemeralPrivate, remoteStatic);
        byte[] ss = X25519.agree(staticPrivate, remoteStatic);
        if (es == null || ss == null) {
            return null;
        }
        byte[] ephemeral = X25519.publicKey(ephemeralPrivate);
        state.mixHash(ephemeral);
        // Section 9.2: with a pre-shared key, the token "e" is mixed into the chaining key too.
        state.mixKey(ephemeral);
        state.mixKey(es);
        byte[] sealedStatic = state.encryptAndHash(X25519.publicKey(staticPrivate));
        state.mixKey(ss);
        byte[] sealedPayload = state.encryptAndHash(payload);
        byte[] out = Arrays.copyOf(ephemeral, INITIATION_OVERHEAD_BYTES + payload.length);
        System.arraycopy(sealedStatic, 0, out, 32, sealedStatic.length);
        System.arraycopy(sealedPayload, 0, out, 80, sealedPayload.length);
        return out;
    }

    /** The transport keys, or null when {@code response} is not an authentic answer to this handshake. */
    public @Nullable TransportKeys finish(byte[] response) {
        if (response.length < RESPONSE_OVERHEAD_BYTES) {
            return null;
        }
        byte[] remoteEphemeral = Arrays.copyOf(response, 32);
        byte[] ee = X25519.agree(ephemeralPrivate, remoteEphemeral);
        byte[] se = X25519.agree(staticPrivate, remoteEphemeral);
        if (ee == null || se == null) {
            return null;
        }
        SymmetricState attempt = state.copy();
        attempt.mixHash(remoteEphemeral);
        attempt.mixKey(remoteEphemeral);
        attempt.mixKey(ee);
        attempt.mixKey(se);
        attempt.mixKeyAndHash(presharedKey);
        if (attempt.decryptAndHash(Arrays.copyOfRange(response, 32, response.length)) == null) {
            attempt.wipe();
            return null;
        }
        wipe();
        return attempt.split();
    }

    /** Forgets every secret of this handshake, which ends it. */
    public void wipe() {
        state.wipe();
        Arrays.fill(ephemeralPrivate, (byte) 0);
        Arrays.fill(staticPrivate, (byte) 0);
        Arrays.fill(presharedKey, (byte) 0);
    }
}
