package pt.sunbeam.noise;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.X25519;

/**
 * The responder of {@code Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s}: the other end of {@link IkPsk2Initiator}.
 *
 * <p>One object is one handshake, in four steps: {@link #readStatic}, {@link #readPayload}, {@link #response},
 * {@link #keys}. The first message is read in two steps because the caller may want to look the initiator up, and refuse
 * it, before the second key agreement. Nothing outside this object changes before the payload has proved the initiator.
 */
public final class IkPsk2Responder {
    private final SymmetricState state;
    private final byte[] staticPrivate;
    private byte[] remoteStatic = {};
    private byte[] remoteEphemeral = {};

    public IkPsk2Responder(byte[] staticPrivate, byte[] prologue) {
        this.staticPrivate = staticPrivate.clone();
        this.state = SymmetricState.start(IkPsk2Initiator.PROTOCOL, prologue);
        state.mixHash(X25519.publicKey(staticPrivate));
    }

    /** The static key the initiator claims, not yet proved, or null when the message is not meant for this responder. */
    public byte @Nullable [] readStatic(byte[] initiation) {
        if (initiation.length < IkPsk2Initiator.INITIATION_OVERHEAD_BYTES) {
            return null;
        }
        remoteEphemeral = Arrays.copyOf(initiation, 32);
        byte[] es = X25519.agree(staticPrivate, remoteEphemeral);
        if (es == null) {
            return null;
        }
        state.mixHash(remoteEphemeral);
        state.mixKey(remoteEphemeral);
        state.mixKey(es);
        byte[] claimed = state.decryptAndHash(Arrays.copyOfRange(initiation, 32, 80));
        if (claimed == null) {
            return null;
        }
        remoteStatic = claimed;
        return remoteStatic.clone();
    }

    /** The first message's payload, which proves the static key, or null when it is not authentic. */
    public byte @Nullable [] readPayload(byte[] initiation) {
        byte[] ss = X25519.agree(staticPrivate, remoteStatic);
        if (ss == null) {
            return null;
        }
        state.mixKey(ss);
        return state.decryptAndHash(Arrays.copyOfRange(initiation, 80, initiation.length));
    }

    /**
     * The second message, or null when one of the initiator's keys is a low-order point.
     *
     * @param presharedKey 32 bytes, all zero when there is none
     */
    public byte @Nullable [] response(byte[] presharedKey, byte[] payload, RandomGenerator random) {
        byte[] ephemeralPrivate = X25519.generatePrivate(random);
        byte[] ee = X25519.agree(ephemeralPrivate, remoteEphemeral);
        byte[] se = X25519.agree(ephemeralPrivate, remoteStatic);
        if (ee == null || se == null) {
            return null;
        }
        byte[] ephemeral = X25519.publicKey(ephemeralPrivate);
        Arrays.fill(ephemeralPrivate, (byte) 0);
        state.mixHash(ephemeral);
        state.mixKey(ephemeral);
        state.mixKey(ee);
        state.mixKey(se);
        state.mixKeyAndHash(presharedKey);
        byte[] sealed = state.encryptAndHash(payload);
        byte[] out = Arrays.copyOf(ephemeral, 32 + sealed.length);
        System.arraycopy(sealed, 0, out, 32, sealed.length);
        return out;
    }

    /** The transport keys, after {@link #response}. */
    public TransportKeys keys() {
        Arrays.fill(staticPrivate, (byte) 0);
        return state.split();
    }

    /** For tests against published intermediate values. */
    SymmetricState state() {
        return state;
    }
}
