package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.datagram.DatagramQueue;
import pt.sunbeam.netstack.datagram.SendResult;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.udp.UdpEvents;
import pt.sunbeam.netstack.udp.UdpSocket;

/** UDP sockets (RFC 768, RFC 1122 section 4.1). */
class UdpSocketTest extends HostTest {
    private final List<String> told = new ArrayList<>();
    private final UdpEvents events = new UdpEvents() {
        @Override
        public void readable(UdpSocket s) {
            told.add("readable " + s.localPort());
        }

        @Override
        public void unreachable(UdpSocket s, IpEndpoint remote, Icmp.ErrorKind kind) {
            told.add(kind + " " + remote.port());
        }
    };

    private SendResult send(UdpSocket socket, IpEndpoint to, byte... data) {
        SendResult result = socket.send(to, ByteBuffer.wrap(data));
        host.pump();
        return result;
    }

    private void datagram(boolean v6, int sourcePort, int targetPort, byte... data) {
        inject(v6, TestPacket.UDP, TestPacket.udp(v6, sourcePort, targetPort, data));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDatagramIsReceivedWithItsSenderAndArrival(boolean v6) {
        UdpSocket socket = host.stack.udpBind(5000, events);
        run(5);
        datagram(v6, 4000, 5000, (byte) 1, (byte) 2);
        assertThat(told).containsExactly("readable 5000");
        assertThat(receive(socket)).containsExactly(1, 2);
        assertThat(from.endpoint()).isEqualTo(new IpEndpoint(theirs(v6), 4000));
        assertThat(from.arrivalNanos()).isEqualTo(clock.nowNanos());
        assertThat(receive(socket)).isNull();
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    /** 192.0.2.1 port 1024 to 192.0.2.2 port 53, "hi"; the datagram is what Linux 6.18 sent, with an identification of 0. */
    @Test
    void theBytesOnTheWireAreThoseOfTheKernel() {
        host.stack.setAddresses(List.of(IpAddress.v4(0xc0000201)));
        UdpSocket socket = host.stack.udpBind(1024, events);
        send(socket, new IpEndpoint(IpAddress.v4(0xc0000202), 53), (byte) 'h', (byte) 'i');
        assertThat(Hex.encode(sent.remove()))
                .isEqualTo(
                        "4500001e00004000" + "4011b6cb" + "c0000201" + "c0000202" + "04000035000a" + "0f38" + "6869");
    }

    @Test
    void aChecksumOfZeroMeansNoneForV4AndIsBadForV6() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        for (boolean v6 : new boolean[] {false, true}) {
            byte[] d = TestPacket.udp(v6, 1, 5000, (byte) 1);
            d[6] = 0;
            d[7] = 0;
            inject(v6, TestPacket.UDP, d);
        }
        assertThat(receive(socket)).isNotNull();
        assertThat(from.address().v6()).isFalse();
        assertThat(receive(socket)).isNull();
        assertThat(drops(DropCause.UDP_BAD)).isOne();
    }

    @Test
    void aWrongChecksumOrLengthIsBad() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        for (int at : new int[] {4, 6, 8}) {
            byte[] d = TestPacket.udp(false, 1, 5000, (byte) 1, (byte) 2);
            d[at] ^= 1;
            inject(false, TestPacket.UDP, d);
        }
        inject(false, TestPacket.UDP, new byte[7]);
        assertThat(receive(socket)).isNull();
        assertThat(drops(DropCause.UDP_BAD)).isEqualTo(4);
    }

    @Test
    void bytesBehindTheLengthAreNotPartOfTheDatagram() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        inject(false, TestPacket.UDP, TestPacket.join(TestPacket.udp(false, 1, 5000, (byte) 1), new byte[9]));
        assertThat(receive(socket)).containsExactly(1);
    }

    @Test
    void theQueueTakesSixtyFourDatagramsAndDropsTheNewest() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        for (int i = 0; i < 70; i++) {
            datagram(false, 4000, 5000, (byte) i);
        }
        assertThat(socket.readableDatagrams()).isEqualTo(DatagramQueue.MAX_DATAGRAMS);
        assertThat(drops(DropCause.DATAGRAM_QUEUE_FULL)).isEqualTo(6);
        for (int i = 0; i < 64; i++) {
            assertThat(receive(socket)).containsExactly(i);
        }
        assertThat(receive(socket)).isNull();
    }

    @Test
    void theQueueHoldsAQuarterOfAMebibyte() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        byte[] whole = TestPacket.udp(false, 1, 5000, new byte[60_000]);
        for (int id = 0; id < 6; id++) {
            for (int at = 0; at < whole.length; at += 1240) {
                int end = Math.min(whole.length, at + 1240);
                host.receive(fragment(false, 17, id, at, end < whole.length, part(whole, at, end)));
            }
        }
        assertThat(socket.readableDatagrams()).isEqualTo(4);
        assertThat(drops(DropCause.DATAGRAM_QUEUE_FULL)).isEqualTo(2);
        assertThat(host.stack.status().memoryBytes()).isLessThanOrEqualTo(DatagramQueue.MAX_BYTES + (16 << 10));
        socket.close();
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    @Test
    void theBudgetOfTheStackIsNotExceeded() {
        SimHost small = new SimHost(clock, 5, StackConfig.DEFAULT.withMemoryBytes(8 << 10), OURS_4);
        for (int port = 1; port < 10; port++) {
            small.stack.udpBind(port, events);
            small.receive(packet(false, 17, TestPacket.udp(false, 4000, port, new byte[1000])));
        }
        assertThat(small.stack.status().memoryBytes()).isLessThanOrEqualTo(8 << 10);
        assertThat(small.stack.status().counters().drops()).containsEntry(DropCause.DATAGRAM_MEMORY, 5L);
    }

    @Test
    void aTakenPortIsRefusedAndAClosedOneIsFreeAgain() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        assertThat(host.stack.udpBind(5000, events)).isNull();
        socket.close();
        assertThat(socket.send(new IpEndpoint(THEIRS_4, 1), ByteBuffer.allocate(1)))
                .isEqualTo(SendResult.NOT_POSSIBLE);
        assertThat(host.stack.udpBind(5000, events)).isNotNull();
    }

    @Test
    void freePortsDifferAndThereIsALimitOfSockets() {
        Set<Integer> ports = new HashSet<>();
        List<UdpSocket> sockets = new ArrayList<>();
        for (int i = 0; i < 1024; i++) {
            UdpSocket s = host.stack.udpBind(0, events);
            ports.add(s.localPort());
            sockets.add(s);
        }
        assertThat(ports).hasSize(1024).allMatch(p -> p >= 49152);
        assertThat(host.stack.udpBind(0, events)).isNull();
        assertThat(drops(DropCause.DATAGRAM_SOCKET_LIMIT)).isOne();
        sockets.forEach(UdpSocket::close);
        assertThat(host.stack.status().udpSockets()).isZero();
        assertThat(host.stack.udpBind(0, events)).isNotNull();
    }

    @Test
    void aConnectedSocketHearsItsRemoteEndAlone() {
        UdpSocket socket = host.stack.udpConnect(new IpEndpoint(THEIRS_4, 4000), events);
        datagram(false, 4001, socket.localPort(), (byte) 1);
        datagram(true, 4000, socket.localPort(), (byte) 2);
        datagram(false, 4000, socket.localPort(), (byte) 3);
        assertThat(receive(socket)).containsExactly(3);
        assertThat(receive(socket)).isNull();
        assertThat(drops(DropCause.UDP_NO_LISTENER)).isEqualTo(2);
        assertThat(socket.send(ByteBuffer.allocate(3))).isEqualTo(SendResult.SENT);
        assertThat(send(socket, new IpEndpoint(THEIRS_4, 4001))).isEqualTo(SendResult.NOT_POSSIBLE);
    }

    @Test
    void anUnconnectedSocketNeedsATarget() {
        assertThat(host.stack.udpBind(0, events).send(ByteBuffer.allocate(3))).isEqualTo(SendResult.NOT_POSSIBLE);
    }

    @Test
    void aLongDatagramLeavesInFragmentsForV4() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        byte[] data = TestPacket.bytes(3000, 9);
        assertThat(send(socket, new IpEndpoint(THEIRS_4, 7), data)).isEqualTo(SendResult.SENT);
        byte[] whole = new byte[3008];
        Set<Integer> ids = new HashSet<>();
        for (byte[] p : sent) {
            assertThat(p.length).isLessThanOrEqualTo(MTU);
            assertThat(TestSegment.sum(p, 0, 20, 0)).isEqualTo(0xffff);
            assertThat(p[6] & 0x40).as("may be fragmented again").isZero();
            ids.add((p[4] & 0xff) << 8 | p[5] & 0xff);
            int at = ((p[6] & 0x1f) << 8 | p[7] & 0xff) * 8;
            System.arraycopy(p, 20, whole, at, p.length - 20);
        }
        assertThat(sent).hasSize(3);
        assertThat(ids).hasSize(1);
        assertThat(part(whole, 8, whole.length)).isEqualTo(data);
        assertThat(TestPacket.transportSum(false, OURS, THEIRS, 17, whole)).isEqualTo(0xffff);
    }

    @Test
    void eachFragmentedDatagramHasAnIdentificationOfItsOwn() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        Set<Integer> ids = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            send(socket, new IpEndpoint(THEIRS_4, 7), new byte[2000]);
            sent.forEach(p -> ids.add((p[4] & 0xff) << 8 | p[5] & 0xff));
            sent.clear();
        }
        assertThat(ids).hasSize(100);
    }

    @ParameterizedTest
    @CsvSource({"false,65507,SENT", "false,65508,TOO_BIG", "true,1232,SENT", "true,1233,TOO_BIG"})
    void whatFitsIsSentAndTheRestRefused(boolean v6, int bytes, SendResult result) {
        UdpSocket socket = host.stack.udpBind(5000, events);
        assertThat(send(socket, new IpEndpoint(theirs(v6), 7), new byte[bytes])).isEqualTo(result);
        assertThat(sent.isEmpty()).isEqualTo(result != SendResult.SENT);
    }

    @Test
    void withoutAWayOrAnAddressNothingIsSent() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        host.stack.setAddresses(List.of(OURS_4));
        assertThat(send(socket, new IpEndpoint(THEIRS_6, 7))).isEqualTo(SendResult.UNREACHABLE);
        host.setRouted(false);
        assertThat(send(socket, new IpEndpoint(THEIRS_4, 7))).isEqualTo(SendResult.UNREACHABLE);
    }

    @Test
    void whatDoesNotLeaveIsRefusedWithoutLossAndGoneWithThePeer() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        ByteBuffer data = ByteBuffer.allocate(1200);
        int taken = 0;
        while (socket.send(new IpEndpoint(THEIRS_4, 7), data.clear()) == SendResult.SENT) {
            taken++;
        }
        assertThat(data.position()).isZero();
        assertThat(taken).isBetween(400, 512);
        assertThat(drops(DropCause.DATAGRAM_SEND_QUEUE_FULL)).isOne();
        host.stack.abortAll(host.egress, ResetCause.PEER_GONE);
        assertThat(host.stack.status().memoryBytes()).isZero();
        host.pump();
        assertThat(sent).isEmpty();
    }

    @Test
    void aPortUnreachableIsToldToTheSocketThatSent() {
        UdpSocket socket = host.stack.udpBind(5000, events);
        send(socket, new IpEndpoint(THEIRS_4, 7), new byte[20]);
        inject(false, 1, TestPacket.icmp(false, 3, 3, 0, part(sent.remove(), 0, 28)));
        send(socket, new IpEndpoint(THEIRS_6, 8), new byte[20]);
        inject(true, 58, TestPacket.icmp(true, 1, 4, 0, sent.remove()));
        assertThat(told).containsExactly("REFUSED 7", "REFUSED 8");
    }

    @Test
    void anErrorAboutADatagramOfNoSocketIsUnmatched() {
        UdpSocket socket = host.stack.udpConnect(new IpEndpoint(THEIRS_4, 7), events);
        socket.send(ByteBuffer.allocate(20));
        host.pump();
        byte[] quote = part(sent.remove(), 0, 28);
        quote[23] ^= 1;
        inject(false, 1, TestPacket.icmp(false, 3, 3, 0, quote));
        quote[23] ^= 1;
        quote[21] ^= 1;
        inject(false, 1, TestPacket.icmp(false, 3, 3, 0, quote));
        quote[21] ^= 1;
        quote[7] = 1;
        inject(false, 1, TestPacket.icmp(false, 3, 3, 0, quote));
        assertThat(told).isEmpty();
        assertThat(drops(DropCause.ICMP_UNMATCHED)).isEqualTo(3);
    }

    @Test
    void aSocketMayBeClosedWithinItsEvent() {
        UdpSocket socket = host.stack.udpBind(5000, new UdpEvents() {
            @Override
            public void readable(UdpSocket s) {
                told.add("readable");
                s.close();
            }
        });
        datagram(false, 1, 5000, (byte) 1);
        datagram(false, 1, 5000, (byte) 1);
        assertThat(told).hasSize(1);
        assertThat(socket.readableDatagrams()).isZero();
    }
}
