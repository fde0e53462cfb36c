package pt.sunbeam.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;

/**
 * Answers as miniupnpd 2.3.1 gave them, captured between two network namespaces, and as a router gave one to Tailscale
 * (net/portmapper/pcp_test.go). The requests are those that miniupnpd granted, laid out by hand after RFC 6887 figures 2
 * and 9.
 */
class PcpTest {
    private static final PcpNonce NONCE = new PcpNonce(0x0102030405060708L, 0x090a0b0c);
    private static final IpAddress OWN = IpAddress.parse("192.168.77.2");
    private static final IpEndpoint ANY = new IpEndpoint(IpAddress.ANY_V4, 0);

    private static Pcp.Response decode(String hex) {
        byte[] b = HexFormat.of().parseHex(hex.replace(" ", ""));
        return Pcp.decode(b, 0, b.length);
    }

    @Test
    void announceIsAHeaderWithTheClientsMappedAddress() {
        assertThat(Pcp.announceRequest(OWN))
                .asHexString()
                .isEqualToIgnoringCase("020000000000000000000000000000000000ffffc0a84d02");
    }

    @Test
    void mapIsTheRequestThatMiniupnpdGranted() {
        assertThat(Pcp.mapRequest(OWN, NONCE, 41641, ANY, 7200))
                .asHexString()
                .isEqualToIgnoringCase("0201000000001c2000000000000000000000ffffc0a84d02"
                        + "0102030405060708090a0b0c11000000a2a9000000000000000000000000ffff00000000");
    }

    @Test
    void aWishIsAPortAndAMappedAddress() {
        byte[] request = Pcp.mapRequest(OWN, NONCE, 41641, IpEndpoint.parse("11.0.0.1:4242"), 7200);
        assertThat(HexFormat.of().formatHex(request, 42, 60)).isEqualTo("1092" + "00000000000000000000ffff0b000001");
    }

    @Test
    void theAnnouncementOfMiniupnpdIsRead() {
        assertThat(decode("028000000000000000000001000000000000000000000000")).isEqualTo(new Pcp.Announced(1));
    }

    @Test
    void theGrantOfMiniupnpdIsRead() {
        assertThat(decode("0281000000001c2000000003000000000000000000000000"
                        + "0102030405060708090a0b0c11000000a2a9a2a900000000000000000000ffff0b000001"))
                .isEqualTo(new Pcp.Mapped(3, NONCE, Pcp.UDP, 41641, IpEndpoint.parse("11.0.0.1:41641"), 7200));
    }

    @Test
    void theGrantThatARouterGaveToTailscaleIsRead() {
        assertThat(decode("0281000000001c2000029bed000000000000000000000000"
                        + "81700918f1d0fb2d9d4c0abc1100000004d204d200000000000000000000ffff87b4aff6"))
                .isEqualTo(new Pcp.Mapped(
                        0x29bed,
                        new PcpNonce(0x81700918f1d0fb2dL, 0x9d4c0abc),
                        Pcp.UDP,
                        1234,
                        IpEndpoint.parse("135.180.175.246:1234"),
                        7200));
    }

    @Test
    void aClientBehindAnotherNatIsToldOfTheMismatch() {
        assertThat(decode("0281000c0000000000000001000000000000000000000000"
                        + "0102030405060708090a0b0c11000000a2aa000000000000000000000000ffff00000000"))
                .isEqualTo(new Pcp.Failed(Pcp.MAP, Pcp.Result.ADDRESS_MISMATCH, 1, 0, NONCE));
    }

    @Test
    void aRemovalByAnotherNonceIsNotAuthorized() {
        assertThat(decode("028100020000000000000001000000000000000000000000"
                        + "0102030405060708090a0b0c11000000a2a9000000000000000000000000ffff0b000001"))
                .isEqualTo(new Pcp.Failed(Pcp.MAP, Pcp.Result.NOT_AUTHORIZED, 1, 0, NONCE));
    }

    @Test
    void aFailureThatRepeatsNoMappingHasNoNonce() {
        assertThat(decode("028100030000000000000001000000000000000000000000"))
                .isEqualTo(new Pcp.Failed(Pcp.MAP, Pcp.Result.MALFORMED_REQUEST, 1, 0, null));
    }

    @Test
    void aVersionThatMiniupnpdDoesNotSpeakIsSaid() {
        assertThat(decode("02810001000000000000000200000000000000000000000000000000000000000000ffffc0a84d02"))
                .isEqualTo(new Pcp.OtherVersion(2));
    }

    @Test
    void aServerOfAnotherVersionAnswersInItsOwn() {
        assertThat(decode("018100010000000000000002000000000000000000000000")).isEqualTo(new Pcp.OtherVersion(1));
    }

    @Test
    void anIpv6AddressStaysOne() {
        assertThat(decode("0281000000001c2000000003000000000000000000000000"
                        + "0102030405060708090a0b0c11000000a2a9a2a920010db8000000000000000000000001"))
                .isInstanceOfSatisfying(
                        Pcp.Mapped.class,
                        mapped -> assertThat(mapped.external()).isEqualTo(IpEndpoint.parse("[2001:db8::1]:41641")));
    }

    @Test
    void timesHaveNoSign() {
        assertThat(decode("02810000ffffffffffffffff000000000000000000000000"
                        + "0102030405060708090a0b0cff000000ffffffff00000000000000000000ffff0b000001"))
                .isEqualTo(new Pcp.Mapped(
                        4294967295L, NONCE, 255, 65535, IpEndpoint.parse("11.0.0.1:65535"), 4294967295L));
    }

    @ParameterizedTest
    @CsvSource({
        "'', TOO_SHORT",
        "0281, TOO_SHORT",
        "0280000000000000000000010000000000000000000000, TOO_SHORT",
        "0281000000001c2000000003000000000000000000000000, TOO_SHORT",
        "038000000000000000000001000000000000000000000000, WRONG_VERSION",
        "020000000000000000000001000000000000000000000000, NOT_RESPONSE",
        "028200000000000000000001000000000000000000000000, UNKNOWN_OPCODE",
    })
    void whatIsNoAnswerIsRefusedWithItsReason(String hex, Pcp.Reason reason) {
        assertThat(decode(hex)).isEqualTo(new Pcp.Refused(reason));
    }

    @Test
    void whatIsTooLongForAMessageIsRefused() {
        assertThat(decode("02".repeat(Pcp.MAX_BYTES + 1))).isEqualTo(new Pcp.Refused(Pcp.Reason.TOO_LONG));
    }
}
