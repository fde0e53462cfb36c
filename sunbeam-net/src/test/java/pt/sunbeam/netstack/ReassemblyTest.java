package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.fragment.Reassembler;
import pt.sunbeam.netstack.udp.UdpEvents;
import pt.sunbeam.netstack.udp.UdpSocket;

/** Fragments (RFC 791 section 3.2, RFC 8200 section 4.5, RFC 5722, RFC 1858), both families. */
class ReassemblyTest extends HostTest {
    private static final int UDP = TestPacket.UDP;

    private UdpSocket socket;

    @BeforeEach
    void open() {
        socket = host.stack.udpBind(5000, new UdpEvents() {});
    }

    private static byte[] datagram(boolean v6, int bytes) {
        return TestPacket.udp(v6, 4000, 5000, TestPacket.bytes(bytes, 3));
    }

    private static List<byte[]> cut(boolean v6, byte[] whole, int id, int step) {
        List<byte[]> out = new ArrayList<>();
        for (int at = 0; at < whole.length; at += step) {
            int end = Math.min(whole.length, at + step);
            out.add(fragment(v6, UDP, id, at, end < whole.length, part(whole, at, end)));
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fragmentsInAnyOrderBecomeTheDatagram(boolean v6) {
        for (int seed = 0; seed < 50; seed++) {
            byte[] whole = datagram(v6, 4000 + seed);
            List<byte[]> fragments = cut(v6, whole, seed, 1232);
            Collections.shuffle(fragments, new Random(seed));
            fragments.forEach(host::receive);
            assertThat(receive(socket)).as("seed %d", seed).isEqualTo(part(whole, 8, whole.length));
            assertThat(from.address()).isEqualTo(theirs(v6));
        }
        assertThat(host.stack.status().reassemblyBytes()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"false,65507", "true,65527"})
    void theLongestDatagramIsTaken(boolean v6, int bytes) {
        byte[] whole = datagram(v6, bytes);
        cut(v6, whole, 9, 1232).forEach(host::receive);
        assertThat(receive(socket)).isEqualTo(part(whole, 8, whole.length));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFragmentThatEndsBeyondTheLongestDatagramIsDropped(boolean v6) {
        host.receive(fragment(v6, UDP, 9, 65528, false, new byte[9]));
        assertThat(drops(DropCause.IP_FRAGMENT_BAD)).isOne();
        assertThat(host.stack.status().reassemblyBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLongerFragmentThatIsNotTheLastHasAMultipleOfEightBytes(boolean v6) {
        host.receive(fragment(v6, UDP, 9, 8, true, new byte[15]));
        assertThat(drops(DropCause.IP_FRAGMENT_BAD)).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anOverlapDropsTheWholeDatagramAndWhatStillComesOfIt(boolean v6) {
        byte[] whole = datagram(v6, 3000);
        host.receive(fragment(v6, UDP, 9, 0, true, part(whole, 0, 1232)));
        host.receive(fragment(v6, UDP, 9, 1224, true, part(whole, 1224, 2464)));
        host.receive(fragment(v6, UDP, 9, 1232, true, part(whole, 1232, 2464)));
        host.receive(fragment(v6, UDP, 9, 2464, false, part(whole, 2464, whole.length)));
        assertThat(receive(socket)).isNull();
        assertThat(drops(DropCause.IP_FRAGMENT_OVERLAP)).isEqualTo(3);
        assertThat(host.stack.status().reassemblyBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anExactCopyOfAFragmentChangesNothing(boolean v6) {
        byte[] whole = datagram(v6, 3000);
        List<byte[]> fragments = cut(v6, whole, 9, 1232);
        for (byte[] fragment : fragments.subList(0, 2)) {
            host.receive(fragment);
            host.receive(fragment);
        }
        host.receive(fragments.get(2));
        assertThat(receive(socket)).isEqualTo(part(whole, 8, whole.length));
        assertThat(drops(DropCause.IP_FRAGMENT_DUPLICATE)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCopyWithOtherBytesIsAnOverlap(boolean v6) {
        byte[] whole = datagram(v6, 2000);
        host.receive(fragment(v6, UDP, 9, 0, true, part(whole, 0, 1232)));
        whole[100] ^= 1;
        host.receive(fragment(v6, UDP, 9, 0, true, part(whole, 0, 1232)));
        host.receive(fragment(v6, UDP, 9, 1232, false, part(whole, 1232, whole.length)));
        assertThat(receive(socket)).isNull();
        assertThat(drops(DropCause.IP_FRAGMENT_OVERLAP)).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSecondEndIsAContradiction(boolean v6) {
        host.receive(fragment(v6, UDP, 9, 160, false, new byte[8]));
        host.receive(fragment(v6, UDP, 9, 320, false, new byte[8]));
        host.receive(fragment(v6, UDP, 10, 320, true, new byte[8]));
        host.receive(fragment(v6, UDP, 10, 160, false, new byte[8]));
        host.receive(fragment(v6, UDP, 11, 160, false, new byte[8]));
        host.receive(fragment(v6, UDP, 11, 168, true, new byte[8]));
        assertThat(drops(DropCause.IP_FRAGMENT_OVERLAP)).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"false,6", "true,6"})
    void aFirstFragmentHoldsTheWholeTransportHeader(boolean v6, int tcp) {
        host.receive(fragment(v6, tcp, 9, 0, true, new byte[16]));
        byte[] long60 = new byte[24];
        long60[12] = (byte) 0xf0;
        host.receive(fragment(v6, tcp, 10, 0, true, long60));
        assertThat(drops(DropCause.IP_FRAGMENT_TINY)).isEqualTo(2);
        host.receive(fragment(v6, UDP, 11, 0, true, new byte[8]));
        assertThat(drops(DropCause.IP_FRAGMENT_TINY)).isEqualTo(2);
        assertThat(host.stack.status().reassemblyBytes()).isEqualTo(8);
    }

    @ParameterizedTest
    @CsvSource({"false,30", "true,60"})
    void whatIsNotCompleteInTimeIsForgotten(boolean v6, int seconds) {
        byte[] whole = datagram(v6, 2000);
        host.receive(fragment(v6, UDP, 9, 0, true, part(whole, 0, 1232)));
        run(seconds * 1000 - 1);
        assertThat(host.stack.status().reassemblyBytes()).isEqualTo(1232);
        run(2);
        assertThat(host.stack.status().reassemblyBytes()).isZero();
        assertThat(drops(DropCause.IP_REASSEMBLY_TIMEOUT)).isOne();
        host.receive(fragment(v6, UDP, 9, 1232, false, part(whole, 1232, whole.length)));
        assertThat(receive(socket)).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFloodOfFirstFragmentsDrivesOutTheOldestAndDoesNotKeepOutADatagram(boolean v6) {
        for (int i = 0; i < 5000; i++) {
            host.receive(fragment(v6, UDP, i, 0, true, new byte[1232]));
            assertThat(host.stack.status().reassemblyBytes()).isLessThanOrEqualTo(Reassembler.MAX_DATAGRAMS * 1232);
        }
        byte[] whole = datagram(v6, 3000);
        cut(v6, whole, 60_000, 1232).forEach(host::receive);
        assertThat(receive(socket)).isEqualTo(part(whole, 8, whole.length));
        assertThat(drops(DropCause.IP_REASSEMBLY_LIMIT)).isEqualTo(5000 - Reassembler.MAX_DATAGRAMS + 1);
        run(61_000);
        assertThat(host.stack.status().reassemblyBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneDatagramInManySmallFragmentsIsGivenUp(boolean v6) {
        byte[] whole = datagram(v6, 3000);
        cut(v6, whole, 9, 16).forEach(host::receive);
        assertThat(receive(socket)).isNull();
        assertThat(drops(DropCause.IP_REASSEMBLY_LIMIT)).isOne();
        assertThat(host.stack.status().reassemblyBytes()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void arbitraryFragmentsStayWithinTheLimits(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 40_000; i++) {
            boolean v6 = random.nextBoolean();
            int offset = random.nextInt(random.nextInt(4) == 0 ? 8192 : 200) * 8;
            byte[] data = new byte[random.nextInt(2) == 0 ? random.nextInt(160) * 8 : random.nextInt(1400)];
            int[] protocols = {1, 6, 17, 58, 0, 44, 60, random.nextInt(256)};
            int protocol = protocols[random.nextInt(protocols.length)];
            host.receive(fragment(v6, protocol, random.nextInt(90), offset, random.nextInt(5) != 0, data));
            if (random.nextInt(500) == 0) {
                run(random.nextInt(20_000));
            }
            assertThat(host.stack.status().reassemblyBytes()).isBetween(0, Reassembler.MAX_BYTES);
        }
        run(61_000);
        assertThat(host.stack.status().reassemblyBytes()).as("seed %d", seed).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theMemoryOfAllTogetherIsBounded(boolean v6) {
        for (int id = 0; id < 40; id++) {
            for (int at = 0; at < 60_000; at += 1200) {
                host.receive(fragment(v6, UDP, id, at, true, new byte[1200]));
                assertThat(host.stack.status().reassemblyBytes()).isLessThanOrEqualTo(Reassembler.MAX_BYTES);
            }
        }
        assertThat(drops(DropCause.IP_REASSEMBLY_LIMIT)).isGreaterThanOrEqualTo(40 - 17);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLongEchoRequestIsAnsweredInFragmentsWithTheSameBytes(boolean v6) {
        byte[] body = TestPacket.bytes(4000, 1);
        byte[] request = TestPacket.icmp(v6, v6 ? 128 : 8, 0, 0x12340001, body);
        for (int at = 0; at < request.length; at += 1232) {
            int end = Math.min(request.length, at + 1232);
            host.receive(fragment(v6, icmp(v6), 77, at, end < request.length, part(request, at, end)));
        }
        byte[] reply = new byte[request.length];
        int got = 0;
        for (byte[] p : sent) {
            assertThat(p.length).isLessThanOrEqualTo(MTU);
            int field = ((p[v6 ? 42 : 6] & 0xff) << 8 | p[v6 ? 43 : 7] & 0xff);
            int at = v6 ? field & 0xfff8 : (field & 0x1fff) * 8;
            byte[] data = TestPacket.payload(p);
            int skip = v6 ? 8 : 0;
            System.arraycopy(data, skip, reply, at, data.length - skip);
            got += data.length - skip;
            boolean last = at + data.length - skip == reply.length;
            assertThat((field & (v6 ? 1 : TestPacket.MORE)) == 0).isEqualTo(last);
        }
        assertThat(got).isEqualTo(reply.length);
        assertThat(reply[0]).isEqualTo((byte) (v6 ? 129 : 0));
        assertThat(part(reply, 4, reply.length)).isEqualTo(part(request, 4, request.length));
        int sum = v6
                ? TestPacket.transportSum(true, OURS, THEIRS, TestPacket.ICMPV6, reply)
                : TestSegment.sum(reply, 0, reply.length, 0);
        assertThat(sum).isEqualTo(0xffff);
    }

    @Test
    void aSegmentInFragmentsReachesItsConnection() {
        TestSegment syn = new TestSegment();
        syn.from = THEIRS_4;
        syn.to = OURS_4;
        syn.sourcePort = 4000;
        syn.targetPort = 81;
        syn.flags = TestSegment.SYN;
        syn.data = TestPacket.bytes(100, 1);
        byte[] whole = TestPacket.payload(syn.packet());
        host.receive(fragment(false, TestPacket.TCP, 3, 64, false, part(whole, 64, whole.length)));
        host.receive(fragment(false, TestPacket.TCP, 3, 0, true, part(whole, 0, 64)));
        TestSegment reset = new TestSegment(sent.remove());
        assertThat(reset.is(TestSegment.RST | TestSegment.ACK)).isTrue();
        assertThat(reset.ack).isEqualTo(101);
    }
}
