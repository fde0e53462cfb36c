package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.udp.UdpEvents;
import pt.sunbeam.netstack.udp.UdpSocket;

/** Errors that we send (RFC 1122 section 3.2.2, RFC 4443 section 2.4), and what of received ICMP has no effect. */
class IcmpErrorsTest extends HostTest {
    private byte[] unwanted(boolean v6, int bytes) {
        byte[] p = packet(v6, TestPacket.UDP, TestPacket.udp(v6, 4000, 9, TestPacket.bytes(bytes, 1)));
        host.receive(p);
        return p;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDatagramForNobodyIsAnsweredWithPortUnreachable(boolean v6) {
        byte[] question = unwanted(v6, 10);
        byte[] answer = sent.remove();
        byte[] m = TestPacket.payload(answer);
        assertThat(TestPacket.protocol(answer)).isEqualTo(icmp(v6));
        assertThat(part(m, 0, 2)).isEqualTo(v6 ? new byte[] {1, 4} : new byte[] {3, 3});
        assertThat(part(m, 4, 8)).containsOnly(0);
        assertThat(part(m, 8, m.length)).isEqualTo(question);
        assertThat(drops(DropCause.UDP_NO_LISTENER)).isOne();
    }

    /** The message is what Linux 6.18 sent over a TUN device in answer to the same datagram. */
    @Test
    void thePortUnreachableIsThatOfTheKernel() {
        host.stack.setAddresses(List.of(IpAddress.v4(0x0a000001)));
        byte[] datagram = Hex.decode("003500360009" + "0000" + "41");
        host.receive(TestPacket.v4(0x0a000002, 0x0a000001, 17, 1, 0, datagram));
        assertThat(Hex.encode(TestPacket.payload(sent.remove())))
                .isEqualTo("0303" + "bb88" + "00000000" + "4500001d00010000401166cd0a0000020a000001"
                        + "003500360009000041");
    }

    @ParameterizedTest
    @CsvSource({"false,576", "true,1280"})
    void theQuotationEndsWhereEveryHostStillAcceptsTheError(boolean v6, int bytes) {
        unwanted(v6, 1200);
        assertThat(sent.remove()).hasSize(bytes);
    }

    @Test
    void anUnknownProtocolOfV4IsUnreachable() {
        inject(false, 200, new byte[12]);
        assertThat(part(TestPacket.payload(sent.remove()), 0, 2)).containsExactly(3, 2);
        assertThat(drops(DropCause.IP_UNKNOWN_PROTOCOL)).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void noMoreThanAHundredErrorsLeaveInASecond(boolean v6) {
        for (int i = 0; i < 250; i++) {
            unwanted(v6, 10);
        }
        assertThat(sent).hasSize(100);
        assertThat(drops(DropCause.ICMP_RATE_LIMITED)).isEqualTo(150);
        assertThat(drops(DropCause.UDP_NO_LISTENER)).isEqualTo(250);
        run(1000);
        unwanted(v6, 10);
        assertThat(sent).hasSize(101);
    }

    @Test
    void anErrorInAProtocolThatIsNotOfItsFamilyIsNotTakenForIcmp() {
        inject(true, 1, TestPacket.icmp(false, 3, 3, 0, new byte[28]));
        assertThat(TestPacket.payload(sent.remove())[0]).isEqualTo((byte) 4);
        inject(false, 58, TestPacket.icmp(true, 1, 4, 0, new byte[48]));
        assertThat(part(TestPacket.payload(sent.remove()), 0, 2)).containsExactly(3, 2);
    }

    @Test
    void anIcmpErrorBehindABadOptionIsNotAnswered() {
        byte[] error = TestPacket.icmp(true, 1, 4, 0, new byte[48]);
        byte[] echo = TestPacket.icmp(true, 128, 0, 1);
        byte[] badOption = Hex.decode("3a009e0400000000");
        inject(true, 60, TestPacket.join(badOption, error));
        assertThat(sent).isEmpty();
        inject(true, 60, TestPacket.join(badOption, echo));
        assertThat(sent).hasSize(1);
        inject(true, 60, Hex.decode("3c009e0400000000"));
        assertThat(sent).as("headers that cannot be read").hasSize(1);
    }

    @Test
    void aLaterFragmentIsNotAnswered() {
        host.receive(fragment(true, 200, 1, 65528, false, new byte[9]));
        assertThat(sent).isEmpty();
        host.receive(fragment(true, 200, 1, 0, true, new byte[9]));
        assertThat(part(TestPacket.payload(sent.remove()), 0, 8)).contains(4, 0);
    }

    @ParameterizedTest
    @CsvSource({"0xe0000001", "0xffffffff", "0x00000000", "0x7f000001", "0x64400001"})
    void aPacketFromAnImpossibleSourceIsNotAnswered(String source) {
        byte[] datagram = TestPacket.udp(false, 4000, 9);
        host.receive(TestPacket.v4((int) (long) Long.decode(source), OURS, 17, 1, 0, datagram));
        assertThat(sent).isEmpty();
        assertThat(drops(DropCause.IP_BAD_SOURCE)).isOne();
    }

    @Test
    void theSourceIsJudgedBeforeTheTarget() {
        host.receive(TestPacket.v4(0x7f000001, OURS + 9, 17, 1, 0, TestPacket.udp(false, 4000, 9)));
        host.receive(TestPacket.v4(THEIRS, OURS + 9, 17, 1, 0, TestPacket.udp(false, 4000, 9)));
        assertThat(drops(DropCause.IP_BAD_SOURCE)).isOne();
        assertThat(drops(DropCause.IP_NOT_OURS)).isOne();
    }

    @Test
    void messagesOfOtherKindsAndBrokenOnesAreCounted() {
        inject(false, 1, TestPacket.icmp(false, 13, 0, 0, new byte[12]));
        inject(true, 58, TestPacket.icmp(true, 135, 0, 0, new byte[16]));
        assertThat(drops(DropCause.ICMP_UNKNOWN_TYPE)).isEqualTo(2);
        byte[] bad = TestPacket.icmp(false, 8, 0, 1);
        bad[7] ^= 1;
        inject(false, 1, bad);
        inject(false, 1, new byte[7]);
        assertThat(drops(DropCause.ICMP_BAD)).isEqualTo(2);
        assertThat(sent).isEmpty();
    }

    @Test
    void echoRepliesAreLimitedToAHundredASecond() {
        for (int i = 0; i < 150; i++) {
            inject(false, 1, TestPacket.icmp(false, 8, 0, i));
        }
        assertThat(sent).hasSize(100);
        assertThat(drops(DropCause.ICMP_RATE_LIMITED)).isEqualTo(50);
    }

    @Test
    void tooBigOfV6WithLessThanTheLeastMtuIsNotTaken() {
        byte[] quote = TestPacket.v6(1, 2, TestPacket.TCP, new byte[20]);
        inject(true, 58, TestPacket.icmp(true, 2, 0, 1279, quote));
        assertThat(drops(DropCause.ICMP_MTU_BELOW_MINIMUM)).isOne();
        inject(true, 58, TestPacket.icmp(true, 2, 0, 1280, quote));
        assertThat(drops(DropCause.ICMP_UNMATCHED)).isOne();
    }

    /** RFC 5927 asks for more than the quotation: only the peer through which a packet left can have seen it. */
    @Test
    void anErrorFromAnotherPeerThanThatOfThePacketIsUnmatched() {
        Egress[] egress = new Egress[2];
        Stack stack = new Stack(StackConfig.DEFAULT, new SplittableRandom(1), to -> egress[(int) to.low() & 1]);
        egress[0] = stack.newEgress("theirs", e -> {});
        egress[1] = stack.newEgress("another", e -> {});
        stack.setAddresses(List.of(OURS_4));
        List<Icmp.ErrorKind> told = new ArrayList<>();
        stack.udpConnect(new IpEndpoint(THEIRS_4, 9), new UdpEvents() {
                    @Override
                    public void unreachable(UdpSocket socket, IpEndpoint remote, Icmp.ErrorKind kind) {
                        told.add(kind);
                    }
                })
                .send(ByteBuffer.allocate(20));
        PacketBatch batch = PacketBatch.ofPackets(4, MTU);
        assertThat(stack.pull(egress[0], batch, 4 * MTU, 0)).isOne();
        byte[] error = TestPacket.icmp(false, 3, 3, 0, part(batch.copy(0), 0, 28));
        for (int source : new int[] {THEIRS + 1, THEIRS}) {
            assertThat(told).isEmpty();
            byte[] packet = TestPacket.v4(source, OURS, TestPacket.ICMP, 1, 0, error);
            batch.clear();
            batch.add(packet, 0, packet.length);
            stack.input(batch, 0);
        }
        assertThat(told).containsExactly(Icmp.ErrorKind.REFUSED);
        assertThat(stack.status().counters().drops()).containsEntry(DropCause.ICMP_UNMATCHED, 1L);
    }
}
