package pt.sunbeam.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.noise.ControlVectors.giving;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.crypto.X25519;

/** Against {@link ControlVectors}. */
class IkTest {
    private static final byte[] INITIATION = Arrays.copyOfRange(ControlVectors.INITIATION, 5, 101);
    private static final byte[] RESPONSE = Arrays.copyOfRange(ControlVectors.RESPONSE, 3, 51);

    private static IkInitiator initiator() {
        return new IkInitiator(
                ControlVectors.CLIENT_MACHINE,
                ControlVectors.SERVER_PUBLIC,
                ControlVectors.PROLOGUE,
                giving(ControlVectors.CLIENT_EPHEMERAL));
    }

    private static IkResponder responder() {
        return new IkResponder(
                ControlVectors.SERVER_STATIC, ControlVectors.PROLOGUE, giving(ControlVectors.SERVER_EPHEMERAL));
    }

    @Test
    void theInitiatorWritesTheVectorAndDerivesItsKeys() {
        IkInitiator initiator = initiator();
        assertThat(initiator.initiation()).isEqualTo(INITIATION);
        TransportKeys keys = initiator.finish(RESPONSE);
        assertThat(keys.initiatorToResponder()).isEqualTo(ControlVectors.CLIENT_TO_SERVER);
        assertThat(keys.responderToInitiator()).isEqualTo(ControlVectors.SERVER_TO_CLIENT);
        assertThat(Hex.encode(initiator.handshakeHash())).isEqualTo(ControlVectors.HANDSHAKE_HASH);
    }

    @Test
    void theResponderWritesTheVectorAndDerivesItsKeys() {
        IkResponder responder = responder();
        assertThat(responder.accept(INITIATION)).isEqualTo(X25519.publicKey(ControlVectors.CLIENT_MACHINE));
        assertThat(responder.response()).isEqualTo(RESPONSE);
        TransportKeys keys = responder.keys();
        assertThat(keys.initiatorToResponder()).isEqualTo(ControlVectors.CLIENT_TO_SERVER);
        assertThat(keys.responderToInitiator()).isEqualTo(ControlVectors.SERVER_TO_CLIENT);
    }

    @Test
    void aChangeOfAnyByteOfTheInitiationIsRefused() {
        for (int i = 0; i < INITIATION.length; i++) {
            byte[] forged = INITIATION.clone();
            forged[i] ^= 1;
            assertThat(responder().accept(forged)).as("byte %d", i).isNull();
        }
    }

    @Test
    void aChangeOfAnyByteOfTheResponseIsRefused() {
        for (int i = 0; i < RESPONSE.length; i++) {
            byte[] forged = RESPONSE.clone();
            forged[i] ^= 1;
            IkInitiator initiator = initiator();
            initiator.initiation();
            assertThat(initiator.finish(forged)).as("byte %d", i).isNull();
        }
    }
}
