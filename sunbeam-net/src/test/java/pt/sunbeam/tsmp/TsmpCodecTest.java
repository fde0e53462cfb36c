package pt.sunbeam.tsmp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.tsmp.TsmpMessage.DiscoKey;
import pt.sunbeam.tsmp.TsmpMessage.Ping;
import pt.sunbeam.tsmp.TsmpMessage.Pong;
import pt.sunbeam.tsmp.TsmpMessage.Reject;
import pt.sunbeam.tsmp.TsmpMessage.Unknown;

/**
 * The packets with a disco key are those of Tailscale's net/packet/tsmp_test.go, version 1.103; the other bytes are written by
 * hand from the layouts in its tsmp.go.
 */
class TsmpCodecTest {
    private static final DiscoKey DISCO_KEY = new DiscoKey(new DiscoPublic(hex("61".repeat(32))));

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text.replace(" ", ""));
    }

    private static TsmpMessage decode(String text) {
        byte[] b = hex(text);
        return TsmpCodec.decode(b, 0, b.length);
    }

    @ParameterizedTest
    @CsvSource({
        "20, 45000035000000004063705d 01020304 04030201",
        "40, 6000000000216340 20010db8000000000000000000000001 20010db8000000000000000000000002"
    })
    void theDiscoKeyInAPacketOfAnotherClientIsRead(int headerBytes, String header) {
        byte[] packet = hex(header + "61" + "61".repeat(32));
        assertThat(TsmpCodec.decode(packet, headerBytes, packet.length - headerBytes))
                .isEqualTo(DISCO_KEY);
        assertThat(TsmpCodec.encode(DISCO_KEY)).isEqualTo(Arrays.copyOfRange(packet, headerBytes, packet.length));
    }

    @Test
    void aPingAndItsAnswerCarryTheSameBytes() {
        Ping ping = new Ping(0x0102030405060708L);
        assertThat(decode("70 0102030405060708")).isEqualTo(ping);
        assertThat(TsmpCodec.encode(ping)).isEqualTo(hex("70 0102030405060708"));
        Pong pong = new Pong(ping.data(), 0xfedc);
        assertThat(decode("6f 0102030405060708 fedc")).isEqualTo(pong);
        assertThat(TsmpCodec.encode(pong)).isEqualTo(hex("6f 0102030405060708 fedc"));
    }

    @Test
    void anAnswerMayLackThePort() {
        assertThat(decode("6f 0102030405060708")).isEqualTo(new Pong(0x0102030405060708L, 0));
        assertThat(decode("6f 0102030405060708 fe")).isEqualTo(new Pong(0x0102030405060708L, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "41, POLICY",
        "53, POLICY",
        "57, HOST_FIREWALL",
        "46, NOT_FORWARDED",
        "54, NOT_FORWARDED",
        "00, OTHER",
        "ff, OTHER"
    })
    void aRejectionNamesTheFlowAndTheReason(String code, Reject.Reason reason) {
        assertThat(decode("21 06" + code + "0237 01bb")).isEqualTo(new Reject(6, reason, false, 567, 443));
    }

    @Test
    void aRejectionMayBeUncertain() {
        assertThat(decode("21 11 41 0237 01bb 01")).isEqualTo(new Reject(17, Reject.Reason.POLICY, true, 567, 443));
        assertThat(decode("21 11 41 0237 01bb fe")).isEqualTo(new Reject(17, Reject.Reason.POLICY, false, 567, 443));
    }

    @Test
    void whatFollowsTheKnownFieldsIsIgnored() {
        assertThat(decode("61" + "61".repeat(32) + "ff")).isEqualTo(DISCO_KEY);
        assertThat(decode("70 0102030405060708 ff")).isEqualTo(new Ping(0x0102030405060708L));
        assertThat(decode("6f 0102030405060708 0001 ff")).isEqualTo(new Pong(0x0102030405060708L, 1));
        assertThat(decode("21 06 41 0237 01bb 00 ff")).isEqualTo(new Reject(6, Reject.Reason.POLICY, false, 567, 443));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "62", "61", "70 01020304050607", "6f 01020304050607", "21 06 41 0237 01", "6161"})
    void aMessageThatIsUnknownOrTooShortIsNone(String bytes) {
        assertThat(decode(bytes)).isEqualTo(new Unknown());
    }

    @Test
    void aDiscoKeyThatLacksAByteIsNone() {
        assertThat(decode("61".repeat(32))).isEqualTo(new Unknown());
    }
}
