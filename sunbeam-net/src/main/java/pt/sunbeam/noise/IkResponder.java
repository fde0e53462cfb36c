package pt.sunbeam.noise;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.X25519;

/**
 * The responder of {@code Noise_IK_25519_ChaChaPoly_BLAKE2s}: the other end of {@link IkInitiator}. One object is one
 * handshake: {@link #accept} once, then {@link #response} once, then {@link #keys}.
 */
public final class IkResponder {
    private final SymmetricState state;
    private final byte[] staticPrivate;
    private final byte[] ephemeralPrivate;
    private byte[] remoteStatic = {};
    private byte[] remoteEphemeral = {};

    public IkResponder(byte[] staticPrivate, byte[] prologue, RandomGenerator random) {
        this.staticPrivate = staticPrivate.clone();
        this.ephemeralPrivate = X25519.generatePrivate(random);
        this.state = SymmetricState.start(IkInitiator.PROTOCOL, prologue);
        state.mixHash(X25519.publicKey(staticPrivate));
    }

    /** The initiator's authenticated static key, or null when {@code initiation} is not authentic. */
    public byte @Nullable [] accept(byte[] initiation) {
        if (initiation.length != IkInitiator.INITIATION_BYTES) {
            return null;
        }
        remoteEphemeral = Arrays.copyOf(initiation, 32);
        state.mixHash(remoteEphemeral);
        byte[] es = X25519.agree(staticPrivate, remoteEphemeral);
        if (es == null) {
            return null;
        }
        state.mixKey(es);
        byte[] claimedStatic = state.decryptAndHash(Arrays.copyOfRange(initiation, 32, 80));
        byte[] ss = claimedStatic == null ? null : X25519.agree(staticPrivate, claimedStatic);
        if (claimedStatic == null || ss == null) {
            return null;
        }
        state.mixKey(ss);
        if (state.decryptAndHash(Arrays.copyOfRange(initiation, 80, 96)) == null) {
            return null;
        }
        remoteStatic = claimedStatic;
        return remoteStatic.clone();
    }

    /** The second message, or null when one of the initiator's keys is a low-order point. */
    public byte @Nullable [] response() {
        byte[] ephemeral = X25519.publicKey(ephemeralPrivate);
        state.mixHash(ephemeral);
        byte[] ee = X25519.agree(ephemeralPrivate, remoteEphemeral);
        byte[] se = X25519.agree(ephemeralPrivate, remoteStatic);
        if (ee == null || se == null) {
            return null;
        }
        state.mixKey(ee);
        state.mixKey(se);
        byte[] tag = state.encryptAndHash(new byte[0]);
        byte[] out = Arrays.copyOf(ephemeral, IkInitiator.RESPONSE_BYTES);
        System.arraycopy(tag, 0, out, 32, tag.length);
        return out;
    }

    public TransportKeys keys() {
        Arrays.fill(ephemeralPrivate, (byte) 0);
        return state.split();
    }
}
