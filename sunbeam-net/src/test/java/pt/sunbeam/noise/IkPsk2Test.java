package pt.sunbeam.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.crypto.ChaCha20Poly1305;
import pt.sunbeam.crypto.X25519;

/** Bytes: the Noise_IKpsk2_25519_ChaChaPoly_BLAKE2s vector of cacophony (snow, tests/vectors/cacophony.txt). */
class IkPsk2Test {
    private static final byte[] PROLOGUE = hex("4a6f686e2047616c74");
    private static final byte[] PSK = hex("54686973206973206d7920417573747269616e20706572737065637469766521");
    private static final byte[] INITIATOR_STATIC =
            hex("e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1");
    private static final byte[] INITIATOR_EPHEMERAL =
            hex("893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a");
    private static final byte[] RESPONDER_STATIC =
            hex("4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893");
    private static final byte[] RESPONDER_STATIC_PUBLIC =
            hex("31e0303fd6418d2f8c0e78b91f22e8caed0fbe48656dcf4767e4834f701b8f62");
    private static final byte[] RESPONDER_EPHEMERAL =
            hex("bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b");
    private static final byte[] PAYLOAD_1 = hex("4c756477696720766f6e204d69736573");
    private static final byte[] MESSAGE_1 = hex("ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944"
            + "001e21de9f98ddd8e2ad57527207feb56253c9c94a9e496782ecfcb2a75fbcaf1b52948cc48daefe660c62119ab50009"
            + "80c84831215f2441eba616548e832985464cf17e51ee93109008399a21f7e13f");
    private static final byte[] PAYLOAD_2 = hex("4d757272617920526f746862617264");
    private static final byte[] MESSAGE_2 = hex("95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f144808843"
            + "cb765f2caef0751b8f007572dab0322217755c0632f365717edbf34d33e87a");

    private final IkPsk2Initiator initiator =
            new IkPsk2Initiator(INITIATOR_STATIC, RESPONDER_STATIC_PUBLIC, PSK, PROLOGUE, fixed(INITIATOR_EPHEMERAL));
    private final IkPsk2Responder responder = new IkPsk2Responder(RESPONDER_STATIC, PROLOGUE);

    @Test
    void theInitiationIsByteExact() {
        assertThat(initiator.initiation(PAYLOAD_1)).isEqualTo(MESSAGE_1);
    }

    @Test
    void theResponseAndTheTransportMessagesAreByteExact() {
        initiator.initiation(PAYLOAD_1);
        assertThat(responder.readStatic(MESSAGE_1)).isEqualTo(X25519.publicKey(INITIATOR_STATIC));
        assertThat(responder.readPayload(MESSAGE_1)).isEqualTo(PAYLOAD_1);
        assertThat(responder.response(PSK, PAYLOAD_2, fixed(RESPONDER_EPHEMERAL)))
                .isEqualTo(MESSAGE_2);
        assertThat(responder.state().handshakeHash())
                .isEqualTo(hex("f5191b875290abcd41347ac3622d9679688a7e980229cb937ef748336cfde0e5"));

        TransportKeys keys = initiator.finish(MESSAGE_2);
        assertThat(keys).isNotNull();
        assertThat(seal(keys.initiatorToResponder(), 0, hex("462e20412e20486179656b")))
                .isEqualTo(hex("8153ca9833bc3c1b91a7e66e5f4d4f5b59bf9e64c2f20d15f0bba7"));
        assertThat(seal(keys.responderToInitiator(), 0, hex("4361726c204d656e676572")))
                .isEqualTo(hex("07af0c9c86e1b4e80f36b04ff7688d51141af3debd0332f0a705ef"));
        assertThat(seal(keys.initiatorToResponder(), 1, hex("4a65616e2d426170746973746520536179")))
                .isEqualTo(hex("6ab1467c0448cc78394494abaaf23afce0e234315d6e2624dcbfa8a21c1c4d073d"));
        TransportKeys same = responder.keys();
        assertThat(same.initiatorToResponder()).isEqualTo(keys.initiatorToResponder());
        assertThat(same.responderToInitiator()).isEqualTo(keys.responderToInitiator());
    }

    @Test
    void aForgedResponseDoesNotEndTheHandshake() {
        initiator.initiation(PAYLOAD_1);
        for (int i = 0; i < MESSAGE_2.length; i++) {
            byte[] forged = MESSAGE_2.clone();
            forged[i] ^= 1;
            assertThat(initiator.finish(forged)).as("byte %d", i).isNull();
        }
        assertThat(initiator.finish(new byte[48])).as("low-order ephemeral").isNull();
        assertThat(initiator.finish(MESSAGE_2)).isNotNull();
    }

    @Test
    void anInitiationForAnotherResponderIsNotRead() {
        byte[] other = new byte[32];
        Arrays.fill(other, (byte) 7);
        assertThat(new IkPsk2Responder(other, PROLOGUE).readStatic(MESSAGE_1)).isNull();
        assertThat(new IkPsk2Responder(RESPONDER_STATIC, new byte[0]).readStatic(MESSAGE_1))
                .isNull();
    }

    @Test
    void aLowOrderResponderKeyGivesNoInitiation() {
        var toNobody = new IkPsk2Initiator(INITIATOR_STATIC, new byte[32], PSK, PROLOGUE, fixed(INITIATOR_EPHEMERAL));
        assertThat(toNobody.initiation(PAYLOAD_1)).isNull();
    }

    private static byte[] seal(byte[] key, long counter, byte[] plaintext) {
        byte[] nonce = new byte[12];
        Endian.putLongLe(nonce, 4, counter);
        byte[] out = new byte[plaintext.length + 16];
        new ChaCha20Poly1305(key).seal(nonce, plaintext, 0, plaintext.length, out, 0);
        return out;
    }

    private static RandomGenerator fixed(byte[] bytes) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("only bytes are asked for");
            }

            @Override
            public void nextBytes(byte[] out) {
                System.arraycopy(bytes, 0, out, 0, out.length);
            }
        };
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
