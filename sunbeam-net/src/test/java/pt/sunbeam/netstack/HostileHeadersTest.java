package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.TcpState;

/** Headers and options that are not what they should be: each is counted by its cause, and a live flow does not notice. */
class HostileHeadersTest extends PacketTest {
    private interface Damage {
        void to(byte[] packet);
    }

    @BeforeEach
    void aFlowLives() {
        connection().reach(TcpState.ESTABLISHED);
    }

    private byte[] good() {
        return segment().seq(1).data(10).sentBy(this).packet();
    }

    private static void fixIpChecksum(byte[] p) {
        Endian.putShortBe(p, 10, 0);
        Endian.putShortBe(p, 10, ~TestSegment.sum(p, 0, (p[0] & 15) * 4, 0));
    }

    private static void fixTcpChecksum(byte[] p) {
        Endian.putShortBe(p, 36, 0);
        int length = p.length - 20;
        Endian.putShortBe(p, 36, ~TestSegment.sum(p, 20, length, TestSegment.sum(p, 12, 8, 6 + length)));
    }

    private static Arguments ip(String what, DropCause cause, Damage damage) {
        Damage withChecksum = p -> {
            damage.to(p);
            fixIpChecksum(p);
        };
        return Arguments.of(what, cause, withChecksum);
    }

    private static Arguments tcp(String what, DropCause cause, Damage damage) {
        Damage withChecksum = p -> {
            damage.to(p);
            fixTcpChecksum(p);
        };
        return Arguments.of(what, cause, withChecksum);
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                Arguments.of("version 5", DropCause.IP_BAD_VERSION, (Damage) p -> p[0] = 0x55),
                ip("header of 16 bytes", DropCause.IP_BAD_HEADER, p -> p[0] = 0x44),
                ip("total length below the header", DropCause.IP_BAD_HEADER, p -> Endian.putShortBe(p, 2, 19)),
                ip(
                        "total length beyond the packet",
                        DropCause.IP_TRUNCATED,
                        p -> Endian.putShortBe(p, 2, p.length + 1)),
                Arguments.of("wrong header checksum", DropCause.IP_BAD_CHECKSUM, (Damage) p -> p[10] ^= 1),
                ip("last fragment beyond 65535 bytes", DropCause.IP_FRAGMENT_BAD, p -> Endian.putShortBe(p, 6, 0x1fff)),
                ip("multicast source", DropCause.IP_BAD_SOURCE, p -> Endian.putIntBe(p, 12, 0xe0000001)),
                ip("loopback source", DropCause.IP_BAD_SOURCE, p -> Endian.putIntBe(p, 12, 0x7f000001)),
                ip("no source", DropCause.IP_BAD_SOURCE, p -> Endian.putIntBe(p, 12, 0)),
                ip("broadcast source", DropCause.IP_BAD_SOURCE, p -> Endian.putIntBe(p, 12, -1)),
                ip("our own source", DropCause.IP_BAD_SOURCE, p -> Endian.putIntBe(p, 12, OURS)),
                ip("somebody else's address", DropCause.IP_NOT_OURS, p -> Endian.putIntBe(p, 16, OURS + 9)),
                Arguments.of("wrong TCP checksum", DropCause.TCP_BAD_CHECKSUM, (Damage) p -> p[36] ^= 1),
                tcp("header of 16 bytes", DropCause.TCP_BAD_HEADER, p -> p[32] = 0x40),
                tcp("header beyond the segment", DropCause.TCP_BAD_HEADER, p -> p[32] = (byte) 0xf0));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void aBrokenHeaderIsCountedByItsCauseAndDropped(String what, DropCause cause, Damage damage) {
        byte[] p = good();
        damage.to(p);
        host.receive(p);
        assertThat(host.stack.status().counters().drops()).as(what).isEqualTo(Map.of(cause, 1L));
        expectNothing();
        send(segment().seq(1).data(10));
        expect(segment().ack(11));
    }

    @Test
    void everyTruncationOfAPacketIsDropped() {
        byte[] p = good();
        for (int length = 1; length < p.length; length++) {
            host.receive(java.util.Arrays.copyOf(p, length));
        }
        assertThat(drops(DropCause.IP_TRUNCATED)).isEqualTo(p.length - 1);
        assertThat(app.received).isZero();
    }

    @Test
    void everyBitOfAPacketMayFlipWithoutItsDataBeingTaken() {
        byte[] p = good();
        for (int bit = 0; bit < 8 * p.length; bit++) {
            byte[] damaged = p.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            host.receive(damaged);
        }
        assertThat(app.received).isZero();
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void paddingBehindThePacketIsCut() {
        host.receive(java.util.Arrays.copyOf(good(), 64));
        assertThat(app.received).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "02000000", // MSS without a length
                "02010000", // length 1
                "02ff0000", // length beyond the header
                "08000000", // timestamps of length 0
                "05000000", // SACK of length 0
                "05030000", // SACK of half a block
                "01010105", // SACK whose length is cut off
                "fe020000", // unknown
                "1e0c0000000000000000000000000000", // MPTCP
                "22020000", // Fast Open
                "13120000000000000000000000000000000000000000", // MD5
                "00ffffff" // end, and then nonsense
            })
    void aStrangeOptionIsSkippedAndTheSegmentTaken(String options) {
        send(segment().seq(1).data(10).options(options));
        assertThat(app.received).isEqualTo(10);
    }

    @Test
    void timestampsOfAWrongLengthAreNone() {
        send(segment().seq(1).data(10).options("08080000ffff0000"));
        assertThat(app.received).isEqualTo(10);
    }

    @Test
    void sixteenOptionsInOneHeaderAreRead() {
        send(segment().seq(1).data(10).options("02040001".repeat(10)));
        assertThat(app.received).isEqualTo(10);
        write(2 * MSS);
        assertThat(sent.getLast().data.length).as("MSS counts in a SYN only").isEqualTo(MSS);
    }

    // --- IPv6

    private byte[] v6(int nextHeader, byte... extension) {
        v6 = true;
        TestSegment s = blank();
        s.flags = TestSegment.SYN;
        byte[] plain = s.packet();
        byte[] p = new byte[plain.length + extension.length];
        System.arraycopy(plain, 0, p, 0, 40);
        System.arraycopy(extension, 0, p, 40, extension.length);
        System.arraycopy(plain, 40, p, 40 + extension.length, plain.length - 40);
        p[6] = (byte) nextHeader;
        Endian.putShortBe(p, 4, p.length - 40);
        return p;
    }

    @Test
    void anExtensionHeaderThatRunsBeyondThePacketIsCounted() {
        host.receive(v6(60, new byte[] {6, 100, 0, 0, 0, 0, 0, 0}));
        assertThat(drops(DropCause.IP_BAD_HEADER)).isEqualTo(1);
    }

    @Test
    void aHundredExtensionHeadersAreNotFollowed() {
        byte[] chain = new byte[8 * 100];
        for (int i = 0; i < 100; i++) {
            chain[8 * i] = 60;
        }
        host.receive(v6(60, chain));
        assertThat(drops(DropCause.IP_EXTENSION_LIMIT)).isEqualTo(1);
    }

    @Test
    void aPayloadLengthBeyondThePacketIsCounted() {
        byte[] p = v6(6);
        Endian.putShortBe(p, 4, p.length);
        host.receive(p);
        assertThat(drops(DropCause.IP_TRUNCATED)).isEqualTo(1);
    }

    @Test
    void aV6SourceThatIsMulticastUnspecifiedOrLoopbackIsCounted() {
        byte[] p = v6(6);
        p[8] = (byte) 0xff;
        host.receive(p);
        java.util.Arrays.fill(p, 8, 24, (byte) 0);
        host.receive(p);
        p[23] = 1;
        host.receive(p);
        assertThat(drops(DropCause.IP_BAD_SOURCE)).isEqualTo(3);
    }
}
