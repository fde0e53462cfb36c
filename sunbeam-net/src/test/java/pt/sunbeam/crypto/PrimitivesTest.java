package pt.sunbeam.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Bytes from RFC 7693 appendix B, RFC 7748 section 5.2 and RFC 8439 section 2.8.2. */
class PrimitivesTest {
    private static final byte[] SUNSCREEN = ("Ladies and Gentlemen of the class of '99: If I could offer you only one "
                    + "tip for the future, sunscreen would be it.")
            .getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AEAD_KEY = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
    private static final byte[] AEAD_NONCE = hex("070000004041424344454647");
    private static final byte[] AEAD_AD = hex("50515253c0c1c2c3c4c5c6c7");

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void blake2sHashesAbcAsTheRfcSays() {
        assertThat(hex(Blake2s.hash("abc".getBytes(StandardCharsets.US_ASCII))))
                .isEqualTo("508c5e8c327c14e2e1a72ba34eeb452f37458b209ed63a294d999b4c86675982");
    }

    @Test
    void x25519MultipliesAsTheRfcSays() {
        byte[] scalar = hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
        byte[] u = hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
        byte[] product = X25519.agree(scalar, u);
        assertThat(product).isNotNull();
        assertThat(hex(product)).isEqualTo("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    }

    @Test
    void aLowOrderPointGivesNoSecret() {
        assertThat(X25519.agree(X25519.generatePrivate(new java.util.Random(1)), new byte[32]))
                .isNull();
    }

    @Test
    void theAeadSealsAndOpensAsTheRfcSays() {
        ChaCha20Poly1305 aead = new ChaCha20Poly1305(AEAD_KEY);
        byte[] out = new byte[SUNSCREEN.length + 16];
        assertThat(aead.seal(AEAD_NONCE, AEAD_AD, SUNSCREEN, 0, SUNSCREEN.length, out, 0))
                .isEqualTo(out.length);
        assertThat(hex(out))
                .startsWith("d31a8d34648e60db7b86afbc53ef7ec2")
                .endsWith("1ae10b594f09e26a7e902ecbd0600691");
        byte[] back = new byte[SUNSCREEN.length];
        assertThat(aead.open(AEAD_NONCE, AEAD_AD, out, 0, out.length, back, 0)).isEqualTo(back.length);
        assertThat(back).isEqualTo(SUNSCREEN);
    }

    @Test
    void sealingAndOpeningInPlaceGiveTheSameBytes() {
        ChaCha20Poly1305 aead = new ChaCha20Poly1305(AEAD_KEY);
        byte[] apart = new byte[SUNSCREEN.length + 16];
        aead.seal(AEAD_NONCE, AEAD_AD, SUNSCREEN, 0, SUNSCREEN.length, apart, 0);
        byte[] array = new byte[64 + SUNSCREEN.length + 16];
        System.arraycopy(SUNSCREEN, 0, array, 64, SUNSCREEN.length);
        new ChaCha20Poly1305(AEAD_KEY).seal(AEAD_NONCE, AEAD_AD, array, 64, SUNSCREEN.length, array, 64);
        assertThat(java.util.Arrays.copyOfRange(array, 64, array.length)).isEqualTo(apart);
        assertThat(aead.open(AEAD_NONCE, AEAD_AD, array, 64, apart.length, array, 64))
                .isEqualTo(SUNSCREEN.length);
        assertThat(java.util.Arrays.copyOfRange(array, 64, 64 + SUNSCREEN.length))
                .isEqualTo(SUNSCREEN);
    }

    @Test
    void aForgedTagDoesNotSpoilTheGenuinePacketBehindIt() {
        ChaCha20Poly1305 aead = new ChaCha20Poly1305(AEAD_KEY);
        byte[] sealed = new byte[SUNSCREEN.length + 16];
        aead.seal(AEAD_NONCE, AEAD_AD, SUNSCREEN, 0, SUNSCREEN.length, sealed, 0);
        byte[] forged = sealed.clone();
        forged[3] ^= 1;
        byte[] out = new byte[SUNSCREEN.length];
        assertThat(aead.open(AEAD_NONCE, AEAD_AD, forged, 0, forged.length, out, 0))
                .isEqualTo(-1);
        assertThat(aead.open(AEAD_NONCE, AEAD_AD, sealed, 0, sealed.length, out, 0))
                .isEqualTo(out.length);
        assertThat(aead.open(AEAD_NONCE, AEAD_AD, sealed, 0, 15, out, 0)).isEqualTo(-1);
    }

    @Test
    void sealingTwiceWithOneNonceIsLoud() {
        ChaCha20Poly1305 aead = new ChaCha20Poly1305(AEAD_KEY);
        byte[] out = new byte[16];
        aead.seal(AEAD_NONCE, new byte[0], 0, 0, out, 0);
        assertThatThrownBy(() -> aead.seal(AEAD_NONCE, new byte[0], 0, 0, out, 0))
                .isInstanceOf(IllegalStateException.class);
    }
}
