package pt.sunbeam.noise;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.ChaCha20Poly1305;
import pt.sunbeam.crypto.X25519;

/**
 * The initiator of {@code Noise_IK_25519_ChaChaPoly_BLAKE2s} (Noise revision 34, section 7.5).
 *
 * <pre>
 *   &lt;- s
 *   ...
 *   -&gt; e, es, s, ss
 *   &lt;- e, ee, se
 * </pre>
 *
 * One object is one handshake: {@link #initiation} once, then {@link #finish} once.
 */
public final class IkInitiator {
    public static final String PROTOCOL = "Noise_IK_25519_ChaChaPoly_BLAKE2s";

    /** Ephemeral key, sealed static key, tag of an empty payload. */
    public static final int INITIATION_BYTES = 32 + 48 + 16;

    /** Ephemeral key, tag of an empty payload. */
    public static final int RESPONSE_BYTES = 32 + 16;

    private final SymmetricState state;
    private final byte[] staticPrivate;
    private final byte[] ephemeralPrivate;
    private final byte[] remoteStatic;

    public IkInitiator(byte[] staticPrivate, byte[] remoteStatic, byte[] prologue, RandomGenerator random) {
        this.staticPrivate = staticPrivate.clone();
        this.remoteStatic = remoteStatic.clone();
        this.ephemeralPrivate = X25519.generatePrivate(random);
        this.state = SymmetricState.start(PROTOCOL, prologue);
        state.mixHash(this.remoteStatic);
    }

    /** The first message with an empty payload, or null when the responder's key is a low-order point. */
    public byte @Nullable [] initiation() {
        byte[] ephemeral = X25519.publicKey(ephemeralPrivate);
        state.mixHash(ephemeral);
        byte[] es = X25519.agree(ephemeralPrivate, remoteStatic);
        byte[] ss = X25519.agree(staticPrivate, remoteStatic);
        if (es == null || ss == null) {
            return null;
        }
        state.mixKey(es);
        byte[] sealedStatic = state.encryptAndHash(X25519.publicKey(staticPrivate));
        state.mixKey(ss);
        byte[] tag = state.encryptAndHash(new byte[0]);
        byte[] out = new byte[INITIATION_BYTES];
        System.arraycopy(ephemeral, 0, out, 0, 32);
        System.arraycopy(sealedStatic, 0, out, 32, 48);
        System.arraycopy(tag, 0, out, 80, ChaCha20Poly1305.TAG_BYTES);
        return out;
    }

    /** The transport keys, or null when {@code response} is not an authentic answer to this handshake. */
    public @Nullable TransportKeys finish(byte[] response) {
        if (response.length != RESPONSE_BYTES) {
            return null;
        }
        byte[] remoteEphemeral = Arrays.copyOf(response, 32);
        state.mixHash(remoteEphemeral);
        byte[] ee = X25519.agree(ephemeralPrivate, remoteEphemeral);
        byte[] se = X25519.agree(staticPrivate, remoteEphemeral);
        if (ee == null || se == null) {
            return null;
        }
        state.mixKey(ee);
        state.mixKey(se);
        if (state.decryptAndHash(Arrays.copyOfRange(response, 32, RESPONSE_BYTES)) == null) {
            return null;
        }
        Arrays.fill(ephemeralPrivate, (byte) 0);
        return state.split();
    }

    /** The handshake hash so far. */
    public byte[] handshakeHash() {
        return state.handshakeHash();
    }
}
