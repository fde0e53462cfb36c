package pt.sunbeam.disco;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.disco.DiscoVectors.hex;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import pt.sunbeam.disco.DiscoMessage.CallMeMaybe;
import pt.sunbeam.disco.DiscoMessage.Ignored;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.disco.DiscoMessage.Pong;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.NodePublic;

/** The bytes of whole messages are those of Tailscale's disco/disco_test.go, version 1.103. */
class DiscoCodecTest {
    private static final String KEY = "00 01 02" + " 00".repeat(27) + " 1e 1f";
    private static final String KEY_3 = "00 01 02 03" + " 00".repeat(26) + " 1e 1f";
    private static final String KEY_4 = "00 01 02 00 04" + " 00".repeat(25) + " 1e 1f";
    private static final String TX = "01 02 03 04 05 06 07 08 09 0a 0b 0c";
    private static final String V4 = "00 00 00 00 00 00 00 00 00 00 ff ff 01 02 03 04 02 37";
    private static final String V6 = "20 01 00 00 00 00 00 00 00 00 00 00 00 00 34 56 03 15";
    private static final String CHALLENGE = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    private static final String RELAY_ENDPOINT = KEY + KEY_3 + KEY_4
            + "00 00 00 00 00 00 00 7b 00 00 01 c8 00 00 00 00 3b 9a ca 00 00 00 00 0d f8 47 58 00" + V4 + V6;

    private static final NodePublic NODE = new NodePublic(hex(KEY));
    private static final TxId TX_ID = DiscoVectors.TX_ID;

    static Stream<Arguments> messages() {
        return Stream.of(
                Arguments.of("01 00" + TX, new Ping(TX_ID, null, 0)),
                Arguments.of("01 00" + TX + KEY, new Ping(TX_ID, NODE, 0)),
                Arguments.of("01 00" + TX + "00 00 00", new Ping(TX_ID, null, 3)),
                Arguments.of("01 00" + TX + KEY + "00 00 00", new Ping(TX_ID, NODE, 3)),
                Arguments.of(
                        "02 00" + TX + "00 00 00 00 00 00 00 00 00 00 ff ff 02 03 04 05 04 d2",
                        new Pong(TX_ID, endpoint("2.3.4.5:1234"))),
                Arguments.of(
                        "02 00" + TX + "fe d0 00 00 00 00 00 00 00 00 00 00 00 00 00 12 1a 0a",
                        new Pong(TX_ID, endpoint("[fed0::12]:6666"))),
                Arguments.of("03 00", new CallMeMaybe(List.of(), 0)),
                Arguments.of(
                        "03 00" + V4 + V6,
                        new CallMeMaybe(List.of(endpoint("1.2.3.4:567"), endpoint("[2001::3456]:789")), 0)));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void eachMessageHasTheBytesOfTheOriginal(String bytes, DiscoMessage.Sendable message) {
        assertThat(DiscoCodec.encode(message)).isEqualTo(hex(bytes));
        assertThat(DiscoCodec.decode(hex(bytes))).isEqualTo(message);
    }

    static Stream<Arguments> messagesOfPeerRelays() {
        return Stream.of(
                Arguments.of(4, "04 00 00 00 00 01 00 00 00 02" + KEY + CHALLENGE),
                Arguments.of(5, "05 00 00 00 00 01 00 00 00 02" + KEY + CHALLENGE),
                Arguments.of(6, "06 00 00 00 00 01 00 00 00 02" + KEY + CHALLENGE),
                Arguments.of(7, "07 00" + RELAY_ENDPOINT),
                Arguments.of(8, "08 00" + KEY_3 + KEY_4 + "00 00 00 01"),
                Arguments.of(9, "09 00 00 00 00 01" + RELAY_ENDPOINT));
    }

    @ParameterizedTest
    @MethodSource("messagesOfPeerRelays")
    void messagesOfPeerRelaysAreIgnored(int type, String bytes) {
        assertThat(DiscoCodec.decode(hex(bytes))).isEqualTo(new Ignored(type, Ignored.Reason.PEER_RELAY));
    }

    @ParameterizedTest
    @CsvSource({"0000,0", "0a00,10", "ff00,255"})
    void anUnknownTypeIsIgnored(String bytes, int type) {
        assertThat(DiscoCodec.decode(hex(bytes))).isEqualTo(new Ignored(type, Ignored.Reason.UNKNOWN_TYPE));
    }

    @Test
    void aMessageShorterThanItsTypeNeedsIsIgnored() {
        for (String bytes : List.of("", "01", "0100" + TX.substring(3), "0200" + TX + V4.substring(3))) {
            assertThat(DiscoCodec.decode(hex(bytes)))
                    .isInstanceOfSatisfying(
                            Ignored.class, m -> assertThat(m.reason()).isEqualTo(Ignored.Reason.TOO_SHORT));
        }
    }

    @Test
    void moreThanIsExpectedAtTheEndOfAPongIsIgnored() {
        assertThat(DiscoCodec.decode(hex("02 00" + TX + V4 + "aa bb")))
                .isEqualTo(new Pong(TX_ID, endpoint("1.2.3.4:567")));
    }

    @Test
    void theVersionOfAPingOrPongDoesNotMatter() {
        assertThat(DiscoCodec.decode(hex("01 07" + TX))).isEqualTo(new Ping(TX_ID, null, 0));
        assertThat(DiscoCodec.decode(hex("02 07" + TX + V4))).isEqualTo(new Pong(TX_ID, endpoint("1.2.3.4:567")));
    }

    @Test
    void zerosInTheNodeKeysPlaceArePadding() {
        assertThat(DiscoCodec.decode(hex("01 00" + TX + "00".repeat(40)))).isEqualTo(new Ping(TX_ID, null, 40));
    }

    @Test
    void aCallMeMaybeWithABrokenEndpointHasNone() {
        assertThat(DiscoCodec.decode(hex("03 00" + V4 + V6 + "00"))).isEqualTo(new CallMeMaybe(List.of(), 0));
        assertThat(DiscoCodec.decode(hex("03 00" + V4.substring(3)))).isEqualTo(new CallMeMaybe(List.of(), 0));
    }

    @Test
    void aCallMeMaybeOfAnotherVersionHasNoEndpoints() {
        assertThat(DiscoCodec.decode(hex("03 01" + V4))).isEqualTo(new CallMeMaybe(List.of(), 0));
    }

    @Test
    void ofTenThousandEndpointsAHundredCount() {
        IpEndpoint v4 = endpoint("1.2.3.4:567");
        assertThat(DiscoCodec.decode(hex("03 00" + V4.repeat(100))))
                .isEqualTo(new CallMeMaybe(Collections.nCopies(100, v4), 0));
        assertThat(DiscoCodec.decode(hex("03 00" + V4.repeat(10_000))))
                .isEqualTo(new CallMeMaybe(Collections.nCopies(100, v4), 9_900));
    }

    @Test
    void noMoreThanAHundredEndpointsAreSent() {
        CallMeMaybe call = CallMeMaybe.of(Collections.nCopies(101, endpoint("1.2.3.4:567")));
        assertThat(DiscoCodec.encode(call)).isEqualTo(hex("03 00" + V4.repeat(100)));
    }

    private static IpEndpoint endpoint(String text) {
        return Objects.requireNonNull(IpEndpoint.parse(text));
    }
}
