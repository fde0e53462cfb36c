package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.datagram.SendResult;
import pt.sunbeam.netstack.icmp.EchoEvents;
import pt.sunbeam.netstack.icmp.EchoSocket;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.netstack.udp.UdpEvents;
import pt.sunbeam.netstack.udp.UdpSocket;

/** What a host sends to its own addresses stays within it. */
class LoopbackTest extends HostTest {
    private static IpAddress ours(boolean v6) {
        return v6 ? OURS_6 : OURS_4;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aConnectionToOurselvesCarriesBytesBothWaysAndCloses(boolean v6) {
        StreamPeer server = new StreamPeer(1, 3_000_000);
        StreamPeer client = new StreamPeer(2, 2_000_000);
        host.stack.listen(80, c -> server);
        host.stack.connect(new IpEndpoint(ours(v6), 80), ConnectOptions.DEFAULT, client, clock.nowNanos());
        host.pump();
        run(60_000);
        assertThat(client.closed && server.closed).isTrue();
        assertThat(client.receivedHash()).isEqualTo(server.sentHash());
        assertThat(server.receivedHash()).isEqualTo(client.sentHash());
        assertThat(server.received).isEqualTo(2_000_000);
        assertThat(sent).isEmpty();
        run(60_000);
        assertThat(host.stack.status().connections()).isZero();
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    @Test
    void eventsAreToldAfterTheCallThatCausedThem() {
        List<String> told = new ArrayList<>();
        host.stack.listen(80, c -> new TcpEvents() {});
        boolean[] within = {true};
        host.stack.connect(
                new IpEndpoint(OURS_4, 80),
                ConnectOptions.DEFAULT,
                new TcpEvents() {
                    @Override
                    public void connected(TcpConnection c) {
                        told.add(within[0] ? "within" : "after");
                    }
                },
                clock.nowNanos());
        within[0] = false;
        assertThat(host.stack.nextDeadlineNanos()).isLessThanOrEqualTo(clock.nowNanos());
        host.stack.advance(clock.nowNanos());
        assertThat(told).containsExactly("after");
    }

    @Test
    void aPortOfOursWhereNobodyListensRefuses() {
        StreamPeer client = new StreamPeer(2, 0);
        host.stack.connect(new IpEndpoint(OURS_4, 81), ConnectOptions.DEFAULT, client, clock.nowNanos());
        host.pump();
        run(1);
        assertThat(client.failure).isEqualTo(ConnectFailure.REFUSED);
    }

    @Test
    void anAddressThatGoesEndsItsConnectionsToItself() {
        StreamPeer client = new StreamPeer(2, 0);
        client.silent = true;
        host.stack.listen(80, c -> new TcpEvents() {});
        host.stack.connect(new IpEndpoint(OURS_4, 80), ConnectOptions.DEFAULT, client, clock.nowNanos());
        host.pump();
        run(1);
        assertThat(host.stack.status().connections()).isEqualTo(2);
        host.stack.setAddresses(List.of(OURS_6));
        assertThat(client.reset).isNotNull();
        assertThat(host.stack.status().connections()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEchoOfOurselvesIsAnswered(boolean v6) {
        List<Integer> replies = new ArrayList<>();
        EchoSocket socket = host.stack.openEcho(ours(v6), new EchoEvents() {
            @Override
            public void replied(EchoSocket s) {
                replies.add(s.receive(target.clear(), from));
            }
        });
        assertThat(socket.send(1, ByteBuffer.allocate(1000))).isEqualTo(SendResult.SENT);
        host.stack.advance(clock.nowNanos());
        assertThat(replies).containsExactly(1000);
        assertThat(sent).isEmpty();
    }

    @Test
    void datagramsToOurselvesArriveInFragmentsToo() {
        UdpSocket server = host.stack.udpBind(53, new UdpEvents() {});
        UdpSocket client = host.stack.udpBind(0, new UdpEvents() {});
        client.send(new IpEndpoint(OURS_4, 53), ByteBuffer.wrap(TestPacket.bytes(40_000, 2)));
        host.stack.advance(clock.nowNanos());
        assertThat(receive(server)).isEqualTo(TestPacket.bytes(40_000, 2));
        assertThat(from.endpoint()).isEqualTo(new IpEndpoint(OURS_4, client.localPort()));
    }

    @Test
    void aClosedUdpPortOfOursIsToldAsUnreachable() {
        List<Icmp.ErrorKind> told = new ArrayList<>();
        UdpSocket client = host.stack.udpBind(0, new UdpEvents() {
            @Override
            public void unreachable(UdpSocket s, IpEndpoint remote, Icmp.ErrorKind kind) {
                told.add(kind);
            }
        });
        client.send(new IpEndpoint(OURS_6, 53), ByteBuffer.allocate(10));
        host.stack.advance(clock.nowNanos());
        assertThat(told).containsExactly(Icmp.ErrorKind.REFUSED);
    }

    @Test
    void twoSocketsThatAnswerEachOtherForEverDoNotHoldUpACall() {
        int[] answers = {0};
        UdpEvents echo = new UdpEvents() {
            @Override
            public void readable(UdpSocket s) {
                while (s.receive(target.clear(), from) >= 0) {
                    answers[0]++;
                    s.send(from.endpoint(), target.flip());
                }
            }
        };
        UdpSocket one = host.stack.udpBind(1, echo);
        host.stack.udpBind(2, echo);
        one.send(new IpEndpoint(OURS_4, 2), ByteBuffer.allocate(10));
        host.stack.advance(clock.nowNanos());
        assertThat(answers[0]).isBetween(2, 16);
        assertThat(host.stack.nextDeadlineNanos()).isLessThanOrEqualTo(clock.nowNanos());
        host.stack.advance(clock.nowNanos());
        assertThat(answers[0]).isBetween(4, 32);
    }

    @Test
    void aPacketFromOutsideWithOurAddressAsItsSourceIsForged() {
        host.receive(TestPacket.v4(OURS, OURS, 17, 1, 0, TestPacket.udp(false, 1, 2)));
        host.stack.setAddresses(List.of(OURS_4, IpAddress.v4(OURS + 5)));
        host.receive(TestPacket.v4(OURS + 5, OURS, 17, 1, 0, TestPacket.udp(false, 1, 2)));
        assertThat(drops(DropCause.IP_BAD_SOURCE)).isEqualTo(2);
    }
}
