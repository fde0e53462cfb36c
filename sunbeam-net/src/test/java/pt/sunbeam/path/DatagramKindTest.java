package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order of the tests is that of Tailscale's magicsock, version 1.103. */
class DatagramKindTest {
    private static final int MARGIN = 5;

    /** The second column is how many zero bytes follow the first. */
    @ParameterizedTest
    @CsvSource({
        "'', 0, IGNORED",
        "00, 0, WIREGUARD",
        "01000000, 144, WIREGUARD",
        "02000000, 88, WIREGUARD",
        "03000000, 60, WIREGUARD",
        "04000000, 28, WIREGUARD",
        // STUN: a request, a response, another class or method, a byte less than a header
        "000100002112a442, 12, STUN",
        "010100002112a442, 12, STUN",
        "011100002112a442, 12, WIREGUARD",
        "000300002112a442, 12, WIREGUARD",
        "410100002112a442, 12, WIREGUARD",
        "010100002112a443, 12, WIREGUARD",
        "010100002112a442, 11, WIREGUARD",
        // disco: a header and no box, a byte less, another magic
        "5453f09f92ac, 56, DISCO",
        "5453f09f92ac, 118, DISCO",
        "5453f09f92ac, 55, WIREGUARD",
        "5453f09f92ac, 0, WIREGUARD",
        "5453f09f92ad, 118, WIREGUARD",
        // what a peer relay wraps, disco and WireGuard
        "00807a11000001005453f09f92ac, 118, WIREGUARD",
        "00007a120000010004000000, 28, WIREGUARD"
    })
    void aDatagramIsKnownByItsFirstBytesAndItsLength(String start, int zeros, DatagramKind kind) {
        byte[] head = HexFormat.of().parseHex(start);
        byte[] b = new byte[MARGIN + head.length + zeros];
        System.arraycopy(head, 0, b, MARGIN, head.length);
        assertThat(DatagramKind.of(b, MARGIN, b.length - MARGIN)).isEqualTo(kind);
    }
}
