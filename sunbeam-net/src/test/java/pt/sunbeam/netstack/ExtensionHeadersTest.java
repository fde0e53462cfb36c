package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.udp.UdpEvents;
import pt.sunbeam.netstack.udp.UdpSocket;

/** IPv6 extension headers (RFC 8200 section 4) and IPv4 options (RFC 791 section 3.1); the bytes are written by hand. */
class ExtensionHeadersTest extends HostTest {
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int DESTINATION = 60;
    private static final byte[] DATAGRAM = TestPacket.udp(true, 4000, 5000, (byte) 7);

    private UdpSocket socket;

    @BeforeEach
    void open() {
        socket = host.stack.udpBind(5000, new UdpEvents() {});
    }

    private void inject6(int first, String headers) {
        inject(true, first, TestPacket.join(Hex.decode(headers), DATAGRAM));
    }

    /** The ICMPv6 parameter problem sent last: its code and pointer; both -1 when there is none. */
    private int[] problem() {
        byte[] p = sent.poll();
        if (p == null) {
            return new int[] {-1, -1};
        }
        byte[] message = TestPacket.payload(p);
        assertThat(message[0]).isEqualTo((byte) 4);
        assertThat(TestPacket.transportSum(true, OURS, THEIRS, TestPacket.ICMPV6, message))
                .isEqualTo(0xffff);
        return new int[] {message[1], message[7]};
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1100010400000000", // hop-by-hop with PadN
        "0, 1100050200000100", // router alert (RFC 2711), PadN of nothing
        "60, 1101010c000000000000000000000000", // destination options of 16 bytes
        "43, 1102000000000000000000000000000000000000000000ff", // routing, no segment left
        "44, 1100000000001234", // an atomic fragment (RFC 6946)
        "0, 3c00010400000000" + "3c00010400000000" + "2b00010400000000" + "2c00000000000000" + "1100000000001234"
    })
    void headersThatAskForNothingAreSkipped(int first, String headers) {
        inject6(first, headers);
        assertThat(receive(socket)).containsExactly(7);
        assertThat(sent).isEmpty();
    }

    @Test
    void anUnknownNextHeaderIsToldWithCodeOneAndItsPlace() {
        inject(true, 200, new byte[20]);
        assertThat(problem()).containsExactly(1, 6);
        inject(true, DESTINATION, Hex.decode("c800010400000000" + "0000000000000000"));
        assertThat(problem()).containsExactly(1, 40);
        assertThat(drops(DropCause.IP_UNKNOWN_PROTOCOL)).isEqualTo(2);
    }

    /** Each message is what Linux 6.18 sent over a TUN device in answer to the same packet. */
    @ParameterizedTest
    @CsvSource({
        "200, 0000000000000000, 040110590000000660000000" + "0008c840",
        "60, 11009e04000000000000000000000000, 0402ed1f0000002a60000000" + "00103c40",
        "44, 1100000100000007000000000000000000, 04009b420000000460000000" + "00112c40",
        "43, 11000001000000000000000000000000, 04009c250000002a60000000" + "00102b40"
    })
    void problemsAreToldAsTheKernelTellsThem(int first, String payload, String message) {
        byte[] p = TestPacket.v6(2, 1, first, Hex.decode(payload));
        host.receive(p);
        String quoted = Hex.encode(p).substring(16);
        assertThat(Hex.encode(TestPacket.payload(sent.remove()))).isEqualTo(message + quoted);
    }

    @Test
    void nothingFollowsNoNextHeader() {
        inject(true, 59, new byte[20]);
        assertThat(sent).isEmpty();
        assertThat(drops(DropCause.IP_UNKNOWN_PROTOCOL)).isOne();
    }

    @Test
    void hopByHopOptionsBehindAnotherHeaderAreAProblem() {
        inject6(DESTINATION, "0000010400000000" + "1100010400000000");
        assertThat(problem()).containsExactly(1, 40);
        assertThat(receive(socket)).isNull();
    }

    @Test
    void aRoutingHeaderWithSegmentsLeftIsAProblem() {
        inject6(ROUTING, "1100000100000000");
        assertThat(problem()).containsExactly(0, 42);
        assertThat(drops(DropCause.IP_SOURCE_ROUTE)).isOne();
    }

    @ParameterizedTest
    @CsvSource({"1e, -1, true", "5e, -1, false", "9e, 2, false", "de, 2, false"})
    void theUpperBitsOfAnUnknownOptionDecide(String option, int code, boolean taken) {
        inject6(DESTINATION, "1100" + option + "0400000000");
        assertThat(problem()[0]).isEqualTo(code);
        assertThat(receive(socket) != null).isEqualTo(taken);
        assertThat(drops(DropCause.IP_BAD_OPTION)).isEqualTo(taken ? 0 : 1);
    }

    @ParameterizedTest
    @CsvSource({"60, 1100010500000000", "60, 1100000000000001", "60, 11ff010400000000", "60, 1100", "44, 110000"})
    void aHeaderThatEndsBeyondItsBoundsIsDropped(int first, String headers) {
        inject(true, first, Hex.decode(headers));
        assertThat(drops(DropCause.IP_BAD_HEADER)).isOne();
        assertThat(sent).isEmpty();
    }

    @Test
    void moreThanEightHeadersAreNotRead() {
        inject6(DESTINATION, "3c00010400000000".repeat(7) + "1100010400000000");
        assertThat(receive(socket)).isNotNull();
        inject6(DESTINATION, "3c00010400000000".repeat(8) + "1100010400000000");
        assertThat(receive(socket)).isNull();
        assertThat(drops(DropCause.IP_EXTENSION_LIMIT)).isOne();
    }

    @Test
    void aFragmentWithoutAllHeadersIsDropped() {
        host.receive(fragment(true, DESTINATION, 1, 0, true, Hex.decode("1101010400000000")));
        assertThat(drops(DropCause.IP_FRAGMENT_TINY)).isOne();
    }

    @Test
    void aFragmentedDatagramMayBeginWithOptions() {
        byte[] whole = TestPacket.join(Hex.decode("1100010400000000"), TestPacket.udp(true, 1, 5000, new byte[100]));
        host.receive(fragment(true, DESTINATION, 1, 0, true, part(whole, 0, 64)));
        host.receive(fragment(true, DESTINATION, 1, 64, false, part(whole, 64, whole.length)));
        assertThat(receive(socket)).hasSize(100);
    }

    @Test
    void fragmentsWithinFragmentsAreRefused() {
        byte[] inner = TestPacket.join(TestPacket.fragmentHeader(TestPacket.UDP, 0, true, 2), DATAGRAM, new byte[7]);
        host.receive(fragment(true, TestPacket.FRAGMENT, 1, 0, true, part(inner, 0, 16)));
        host.receive(fragment(true, TestPacket.FRAGMENT, 1, 16, false, part(inner, 16, inner.length)));
        assertThat(drops(DropCause.IP_BAD_HEADER)).isOne();
        assertThat(host.stack.status().reassemblyBytes()).isZero();
    }

    @Test
    void ipv4OptionsAreSkipped() {
        byte[] plain = TestPacket.v4(THEIRS, OURS, TestPacket.UDP, 1, 0, TestPacket.udp(false, 1, 5000, (byte) 9));
        byte[] p =
                TestPacket.join(part(plain, 0, 20), Hex.decode("94040000" + "01010100"), part(plain, 20, plain.length));
        p[0] = 0x47;
        p[3] = (byte) p.length;
        p[10] = 0;
        p[11] = 0;
        int sum = ~TestSegment.sum(p, 0, 28, 0);
        p[10] = (byte) (sum >> 8);
        p[11] = (byte) sum;
        host.receive(p);
        assertThat(receive(socket)).containsExactly(9);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void arbitraryChainsAreSurvivedAndEachIsCounted(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] kinds = {HOP_BY_HOP, ROUTING, TestPacket.FRAGMENT, DESTINATION, TestPacket.UDP, 200};
        for (int i = 0; i < 20_000; i++) {
            byte[] chain = new byte[8 * random.nextInt(160)];
            if (random.nextBoolean()) {
                random.nextBytes(chain);
            }
            for (int at = 0; at < chain.length; at += 8) {
                chain[at] = (byte) kinds[random.nextInt(kinds.length)];
                chain[at + 1] = (byte) (random.nextInt(8) == 0 ? random.nextInt(256) : 0);
            }
            inject(true, kinds[random.nextInt(4)], chain);
            while (receive(socket) != null) {
                // makes room
            }
        }
        run(61_000);
        StackStatus status = host.stack.status();
        assertThat(status.counters().packetsIn()).isEqualTo(20_000);
        assertThat(status.reassemblyBytes()).isZero();
        assertThat(status.memoryBytes()).isZero();
        assertThat(sent.size()).as("limited to 100 a second").isLessThanOrEqualTo(100);
    }
}
