package pt.sunbeam.stun;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.stun.StunResponse.Mapped;
import pt.sunbeam.stun.StunResponse.Reason;
import pt.sunbeam.stun.StunResponse.Refused;

/**
 * The request is the one that Tailscale's net/stun makes, version 1.103. The answers are those of its stun_test.go, recorded
 * from several servers, and the samples of RFC 5769 sections 2.2 and 2.3.
 */
class StunTest {
    private static final TransactionId TRANSACTION = new TransactionId(0x0102030405060708L, 0x090a0b0c);
    private static final String HEAD = "2112a4420102030405060708090a0b0c";
    private static final String XOR_V4 = "00200008000123252010a746";
    private static final String MAPPED_V4 = "000100080001023709090909";

    private static StunResponse decode(String hex) {
        byte[] b = HexFormat.of().parseHex(hex);
        return StunResponse.decode(b, 0, b.length);
    }

    private static StunResponse attributes(String hex) {
        return decode("0101" + HexFormat.of().toHexDigits((short) (hex.length() / 2)) + HEAD + hex);
    }

    private static Mapped mapped(TransactionId transaction, String endpoint) {
        return new Mapped(transaction, Objects.requireNonNull(IpEndpoint.parse(endpoint)));
    }

    @Test
    void theRequestIsTheOneThatTailscalesServersAnswer() {
        assertThat(StunRequest.encode(TRANSACTION))
                .isEqualTo(HexFormat.of()
                        .parseHex("000100142112a4420102030405060708090a0b0c"
                                + "802200087461696c6e6f646580280004b32c370f"));
    }

    @ParameterizedTest
    @CsvSource({
        // answers of Tailscale's own server
        "0101000c2112a4420102030405060708090a0b0c00200008000123252010a746, 1.2.3.4:567",
        "010100182112a4420102030405060708090a0b0c00200014000283bb0113a9fa0102030405060708090a0b0d,"
                + " [2001:db8::1]:41641",
        // google-1, google-2
        "0101000c2112a4422360b11e3ec68ffa93e08007002000080001c7866957856f, 72.69.33.45:59028",
        "0101000c2112a442f9f121cbde7d7c75923ce271002000080001c7876957856f, 72.69.33.45:59029",
        // stun-sipgate-net-10000: MAPPED-ADDRESS first, then the XOR form under 0x8020
        "010100442112a442482eb64715e8b28eaead6444000100080001e4ab4845212d0004000800012710d90a4498"
                + "000500080001271 1d9747a8a802000080001c5b96957856f80220010566f766964612e6f726720302e393600,"
                + " 72.69.33.45:58539",
        // stun-powervoip-com-3478: MAPPED-ADDRESS alone
        "010100242112a4427e57966829f444609d1deaa6000100080001e9d34845212d0004000800010d964d48a9d4"
                + "0005000800010d974d48a9d5, 72.69.33.45:59859",
        // in-process-pion-server: more bytes than the header says
        "010100242112a442ebc2d36ef471217c4f3e308e8022000a656e64706f696e7465720000002000080001ce66"
                + "5e12a44380280004b699bb02010100242112a442, 127.0.0.1:61300",
        // stuntman-server-ipv6
        "010100482112a44206f56685d28af3e69ce341e2000100140002 90ce260200d1b4cfc10038b231fffeef96f6"
                + "802b001400020d962604a880000200d10000000000c570010020001400 02b1dc0710a493b23aa785ea38c219"
                + "620cd714, [2602:d1:b4cf:c100:38b2:31ff:feef:96f6]:37070",
        // software-a, software-abc: attributes whose values are padded
        "010100142112a442ebc2d36ef471217c4f3e308e8022000161000000002000080001ce665e12a443, 127.0.0.1:61300",
        "010100142112a442ebc2d36ef471217c4f3e308e8022000361626300002000080001ce665e12a443, 127.0.0.1:61300",
        // no-4in6: an IPv4 address in the attribute's IPv6 form
        "010100182112a4424fd5d202dcb37d31fc773306002000140002cd3d2112a4424fd5d202dcb382ce2dc3fcc7,"
                + " 209.180.207.193:60463",
        // RFC 5769 section 2.2
        "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643"
                + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96, 192.0.2.1:32853",
        // RFC 5769 section 2.3
        "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a147"
                + "0113a9faa5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c,"
                + " [2001:db8:1234:5678:11:2233:4455:6677]:32853"
    })
    void answersOfForeignServersAreRead(String hex, String endpoint) {
        String bytes = hex.replace(" ", "");
        byte[] b = HexFormat.of().parseHex(bytes);
        assertThat(decode(bytes)).isEqualTo(mapped(TransactionId.read(b, 8), endpoint));
    }

    @Test
    void theMaskedAddressWinsWhereverItStands() {
        assertThat(attributes(MAPPED_V4 + XOR_V4)).isEqualTo(mapped(TRANSACTION, "1.2.3.4:567"));
        assertThat(attributes(XOR_V4 + MAPPED_V4)).isEqualTo(mapped(TRANSACTION, "1.2.3.4:567"));
        assertThat(attributes(MAPPED_V4)).isEqualTo(mapped(TRANSACTION, "9.9.9.9:567"));
    }

    @Test
    void aMappedAddressInIpv6FormIsTheIpv4Address() {
        assertThat(attributes("000100140002023700000000000000000000ffff01020304"))
                .isEqualTo(mapped(TRANSACTION, "1.2.3.4:567"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // an address without family, without address, of an unknown family, shorter than its family needs
                "00200003000123 00",
                "0020000400012325",
                "0020000800002325 2010a746",
                "0020000800032325 2010a746",
                "00200008000223252010a746",
                "000100080002023709090909",
                "0001000400010237",
                // a header that is cut, a value that is cut, padding that is cut
                "8022",
                "80220008 74657374",
                "80220003 616263",
                XOR_V4 + "802200ff",
                XOR_V4 + "00"
            })
    void aMalformedAttributeRefusesTheWholeAnswer(String hex) {
        assertThat(attributes(hex.replace(" ", ""))).isEqualTo(new Refused(Reason.MALFORMED_ATTRIBUTE));
    }

    @ParameterizedTest
    @CsvSource({
        "'', NOT_STUN",
        "0101000c2112a4420102030405060708090a0b, NOT_STUN",
        "0101000c2112a4430102030405060708090a0b0c00200008000123252010a746, NOT_STUN",
        "4101000c2112a4420102030405060708090a0b0c00200008000123252010a746, NOT_STUN",
        "8101000c2112a4420102030405060708090a0b0c00200008000123252010a746, NOT_STUN",
        "0001000c2112a4420102030405060708090a0b0c00200008000123252010a746, NOT_BINDING_SUCCESS",
        "0111000c2112a4420102030405060708090a0b0c00200008000123252010a746, NOT_BINDING_SUCCESS",
        "0101000d2112a4420102030405060708090a0b0c00200008000123252010a746, TRUNCATED",
        "0101ffff2112a4420102030405060708090a0b0c00200008000123252010a746, TRUNCATED",
        "010100002112a4420102030405060708090a0b0c, NO_MAPPED_ADDRESS",
        "010100002112a4420102030405060708090a0b0c00200008000123252010a746, NO_MAPPED_ADDRESS",
        "010100082112a4420102030405060708090a0b0c8022000461626364, NO_MAPPED_ADDRESS"
    })
    void whatIsNoAnswerIsRefusedWithItsReason(String hex, Reason reason) {
        assertThat(decode(hex)).isEqualTo(new Refused(reason));
    }

    @Test
    void anAnswerLongerThanAnyServerSendsIsRefused() {
        String answer = "0101000c" + HEAD + XOR_V4;
        int restBytes = StunResponse.MAX_BYTES - answer.length() / 2;
        assertThat(decode(answer + "00".repeat(restBytes))).isEqualTo(mapped(TRANSACTION, "1.2.3.4:567"));
        assertThat(decode(answer + "00".repeat(restBytes + 1))).isEqualTo(new Refused(Reason.TOO_LONG));
    }

    /** The table of stun_test.go's TestIs. */
    @ParameterizedTest
    @CsvSource({
        "'', false",
        "0000000000000000000000000000000000000000, false",
        "000000002112a4420000000000000000000000, false",
        "000000002112a442000000000000000000000000, true",
        "000000002112a442000000000000000000000000666f6f, true",
        "f00000002112a442000000000000000000000000, false",
        "400000002112a442000000000000000000000000, false",
        "200000002112a442000000000000000000000000, true"
    })
    void aStunMessageIsKnownByItsHeader(String hex, boolean stun) {
        byte[] b = HexFormat.of().parseHex(hex);
        assertThat(StunMessage.matches(b, 0, b.length)).isEqualTo(stun);
    }
}
