package pt.sunbeam.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.ip.IpAddress;

/**
 * Requests as natpmpc 20150609 (libnatpmp) sent them, answers as miniupnpd 2.3.1 gave them, both captured between two network
 * namespaces; what neither said follows RFC 6886 sections 3.2 to 3.5.
 */
class NatPmpTest {
    private static NatPmp.Response decode(String hex) {
        byte[] b = HexFormat.of().parseHex(hex);
        return NatPmp.decode(b, 0, b.length);
    }

    @Test
    void theRequestForTheExternalAddressIsTheOneThatLibnatpmpSends() {
        assertThat(NatPmp.externalAddressRequest()).asHexString().isEqualToIgnoringCase("0000");
    }

    @Test
    void theRequestForAMappingIsTheOneThatLibnatpmpSends() {
        assertThat(NatPmp.mapRequest(41640, 0, 7200)).asHexString().isEqualToIgnoringCase("00010000a2a8000000001c20");
    }

    @Test
    void aRemovalAsksForNoPortAndNoTime() {
        assertThat(NatPmp.mapRequest(41624, 0, 0)).asHexString().isEqualToIgnoringCase("00010000a298000000000000");
    }

    @Test
    void theExternalAddressOfMiniupnpdIsRead() {
        assertThat(decode("00800000000000020b000001"))
                .isEqualTo(new NatPmp.ExternalAddress(2, IpAddress.parse("11.0.0.1")));
    }

    @Test
    void theGrantOfMiniupnpdIsRead() {
        assertThat(decode("0081000000000002a2a8a2a800001c20")).isEqualTo(new NatPmp.Mapped(2, 41640, 41640, 7200));
    }

    @Test
    void theAnswerToARemovalHasNoPortAndNoTime() {
        assertThat(decode("0081000000000001a298000000000000")).isEqualTo(new NatPmp.Mapped(1, 41624, 0, 0));
    }

    @Test
    void aRouterWithoutAnAddressSaysThatItsNetworkFailed() {
        assertThat(decode("008000030000000400000000"))
                .isEqualTo(new NatPmp.Failed(NatPmp.EXTERNAL_ADDRESS, NatPmp.Result.NETWORK_FAILURE, 4));
    }

    @Test
    void anOpcodeThatTheRouterLacksIsAnsweredByTheHeaderAlone() {
        assertThat(decode("0089000500000002")).isEqualTo(new NatPmp.Failed(9, NatPmp.Result.UNSUPPORTED_OPCODE, 2));
    }

    @Test
    void aPortThatTheRouterForbidsIsNotAuthorized() {
        assertThat(decode("008100020000000200500050000001c2"))
                .isEqualTo(new NatPmp.Failed(NatPmp.MAP_UDP, NatPmp.Result.NOT_AUTHORIZED, 2));
    }

    @Test
    void aResultCodeThatNoRfcHasIsAFailureToo() {
        assertThat(decode("0081ffff00000002")).isEqualTo(new NatPmp.Failed(NatPmp.MAP_UDP, NatPmp.Result.OTHER, 2));
    }

    @Test
    void epochAndLifetimeHaveNoSign() {
        assertThat(decode("00810000ffffffffa2a8ffffffffffff"))
                .isEqualTo(new NatPmp.Mapped(4294967295L, 41640, 65535, 4294967295L));
    }

    @ParameterizedTest
    @CsvSource({
        "'', TOO_SHORT",
        "00, TOO_SHORT",
        "00810000000000, TOO_SHORT",
        "00800000000000020b0000, TOO_SHORT",
        "0081000000000002a2a8a2a800001c, TOO_SHORT",
        "0181000000000002a2a8a2a800001c20, WRONG_VERSION",
        "0001000000000002a2a8a2a800001c20, NOT_RESPONSE",
        "0082000000000002a2a8a2a800001c20, UNKNOWN_OPCODE",
    })
    void whatIsNoAnswerIsRefusedWithItsReason(String hex, NatPmp.Reason reason) {
        assertThat(decode(hex)).isEqualTo(new NatPmp.Refused(reason));
    }

    @Test
    void whatIsTooLongForAnAnswerIsRefused() {
        assertThat(decode("00".repeat(NatPmp.MAX_RESPONSE_BYTES + 1)))
                .isEqualTo(new NatPmp.Refused(NatPmp.Reason.TOO_LONG));
    }
}
