package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.netstack.TestSegment.ACK;
import static pt.sunbeam.netstack.TestSegment.RST;
import static pt.sunbeam.netstack.TestSegment.SYN;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpState;

/** SYN-SENT and SYN-RECEIVED (RFC 9293 section 3.10.7, RFC 5927, RFC 6056). The other host is this test. */
class OpeningTest extends PacketTest {
    /** An ICMPv4 error (RFC 792) that quotes a segment of ours with sequence number {@code seq}. */
    private void icmp(int type, int code, int seq) {
        byte[] m = new byte[8 + 28];
        m[0] = (byte) type;
        m[1] = (byte) code;
        m[8] = 0x45;
        Endian.putShortBe(m, 10, 60);
        m[16] = 64;
        m[17] = 6;
        Endian.putIntBe(m, 20, OURS);
        Endian.putIntBe(m, 24, THEIRS);
        Endian.putShortBe(m, 28, port);
        Endian.putShortBe(m, 30, peerPort);
        Endian.putIntBe(m, 32, seq);
        Endian.putShortBe(m, 2, ~TestSegment.sum(m, 0, m.length, 0));
        injectPayload(1, m);
        run(1);
    }

    @Test
    void synSentRepeatsTheSynAtOneThreeSevenAndFifteenSecondsAndGivesUpAtTwenty() {
        long start = clock.nowNanos();
        TestSegment syn = connect();
        run(19_990);
        assertThat(sentMillis(start)).containsExactly(0L, 1000L, 3000L, 7000L, 15_000L);
        assertThat(sent).allMatch(s -> s.is(SYN) && s.seq == syn.seq && s.sourcePort == syn.sourcePort);
        assertThat(app.failure).isNull();
        run(20);
        assertThat(app.failure).isEqualTo(ConnectFailure.TIMED_OUT);
        assertThat(sent).as("nothing to reset").hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 9, 10, 13})
    void synSentEndsAtOnceOnADefiniteUnreachable(int code) {
        connect();
        icmp(3, code, iss);
        assertThat(app.failure).isEqualTo(ConnectFailure.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void synSentEndsOnTheThirdTransientUnreachable(int code) {
        connect();
        icmp(3, code, iss);
        icmp(3, code, iss);
        assertThat(app.failure).isNull();
        icmp(3, code, iss);
        assertThat(app.failure).isEqualTo(ConnectFailure.UNREACHABLE);
    }

    @Test
    void synSentIgnoresAnErrorThatQuotesWhatIsNotInFlight() {
        connect();
        icmp(3, 3, iss + 1);
        icmp(3, 3, iss - 1);
        assertThat(app.failure).isNull();
        assertThat(drops(DropCause.ICMP_UNMATCHED)).isEqualTo(2);
    }

    @Test
    void establishedIsNeverEndedByAnIcmpError() {
        establish();
        write(1000);
        for (int i = 0; i < 10; i++) {
            icmp(3, 3, iss + 1);
            icmp(3, 1, iss + 1);
        }
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        ack(iss + 1001);
        assertThat(app.connection.info().inFlightBytes()).isZero();
    }

    @Test
    void establishedAcksAStraySynAckWithoutAnyOtherEffect() {
        establish();
        inject(SYN | ACK, PEER_ISS, iss + 1);
        assertThat(sent.remove().is(ACK)).isTrue();
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void simultaneousOpenEndsWithAResetForAWrongAck() {
        connect();
        inject(SYN, PEER_ISS, 0);
        forget();
        inject(ACK, BASE, iss + 77);
        TestSegment reset = sent.remove();
        assertThat(reset.is(RST)).isTrue();
        assertThat(reset.seq).isEqualTo(iss + 77);
        inject(ACK, BASE, iss + 1);
        run(1);
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void portsInUseAreNotChosenAgain() {
        IpEndpoint target = new IpEndpoint(IpAddress.v4(THEIRS), peerPort);
        for (int i = 0; i < 800; i++) {
            host.stack.connect(target, ConnectOptions.DEFAULT, app, clock.nowNanos());
            host.pump();
            if (i % 50 == 49) {
                // Unanswered opens make room for the next ones when they are repeated.
                run(1_100);
            }
        }
        Set<Integer> ports = new HashSet<>();
        sent.forEach(syn -> ports.add(syn.sourcePort));
        assertThat(ports).hasSize(800).allMatch(p -> p >= 1024 && p <= 65535);
    }

    @Test
    void aVanishedOwnAddressEndsWhatIsOpeningAndWhatIsHalfOpen() {
        host.stack.listen(8080, c -> app);
        connect();
        port = 8080;
        peerPort = 5000;
        inject(SYN, PEER_ISS, 0);
        assertThat(host.stack.status().halfOpen()).isEqualTo(1);
        host.stack.setAddresses(List.of());
        assertThat(app.failure).isEqualTo(ConnectFailure.PEER_GONE);
        assertThat(host.stack.status().halfOpen()).isZero();
        assertThat(host.stack.connect(
                        new IpEndpoint(IpAddress.v4(THEIRS), 80), ConnectOptions.DEFAULT, app, clock.nowNanos()))
                .isEqualTo(new ConnectResult.Failed(ConnectFailure.UNREACHABLE));
    }

    @Test
    void synReceivedRepeatsTheSynAckAndForgetsTheSynInTheEnd() {
        host.stack.listen(8080, c -> app);
        port = 8080;
        peerPort = 5000;
        long start = clock.nowNanos();
        inject(SYN, PEER_ISS, 0);
        run(200_000);
        assertThat(sent).allMatch(s -> s.is(SYN | ACK) && s.ack == BASE);
        assertThat(sentMillis(start)).containsExactly(0L, 1000L, 3000L, 7000L, 15_000L, 31_000L);
        assertThat(host.stack.status().halfOpen()).isZero();
    }
}
