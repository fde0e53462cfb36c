package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 9293 section 3.10.7.4 in TIME-WAIT; RFC 1337, RFC 6191 and RFC 1122 section 4.2.2.13. */
class TimeWaitTest extends PacketTest {
    private int timeWaits() {
        return host.stack.status().timeWait();
    }

    @Test
    void itLastsThirtySecondsAndSaysNothing() {
        connection().reach(TcpState.TIME_WAIT);
        after(29_990);
        assertThat(timeWaits()).isEqualTo(1);
        after(20);
        assertThat(timeWaits()).isZero();
        expectNothing();
    }

    @Test
    void resetsAreIgnoredWhereverTheyLie() {
        connection().reach(TcpState.TIME_WAIT);
        for (int seq = 0; seq < 5; seq++) {
            send(rst().seq(seq));
        }
        expectNothing();
        assertThat(timeWaits()).isEqualTo(1);
        assertThat(drops(DropCause.TCP_TIME_WAIT)).isEqualTo(5);
    }

    @Test
    void aRepeatedFinIsAcknowledgedAndStartsTheTimeAnew() {
        connection().timestamps().reach(TcpState.TIME_WAIT);
        after(20_000);
        send(fin().seq(1));
        expect(segment().seq(2).ack(2));
        after(29_900);
        assertThat(timeWaits()).isEqualTo(1);
        after(200);
        assertThat(timeWaits()).isZero();
    }

    @Test
    void oldDataIsAcknowledgedAndAPlainAckIsNot() {
        connection().reach(TcpState.TIME_WAIT);
        send(segment().seq(1).data(1));
        expect(segment().seq(2).ack(2));
        send(segment().seq(2).ack(2));
        expectNothing();
    }

    @Test
    void oldSegmentsDoNotProlongIt() {
        connection().reach(TcpState.TIME_WAIT);
        after(20_000);
        send(segment().seq(1).data(1));
        after(10_100);
        assertThat(timeWaits()).isZero();
    }

    @Test
    void afterItThePortsAreForgotten() {
        connection().reach(TcpState.TIME_WAIT);
        after(30_100);
        send(fin().seq(1).ack(2));
        expect(rst().seq(2));
    }

    // --- a new SYN on the same ports, to a port that is served

    @ParameterizedTest
    @CsvSource({"2, false", "3, true", "1000, true", "-1000, false", "1, false"})
    void withoutTimestampsTheSequenceNumberDecides(int seq, boolean reopened) {
        connection().passive().reach(TcpState.TIME_WAIT);
        send(syn().seq(seq));
        assertThat(host.stack.status().halfOpen()).isEqualTo(reopened ? 1 : 0);
        assertThat(timeWaits()).isEqualTo(reopened ? 0 : 1);
        assertThat(sent.remove().is(reopened ? TestSegment.SYN | TestSegment.ACK : TestSegment.ACK))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 1, true",
        "-1000, 1, true",
        "1000, 0, true",
        "-1000, 0, false",
        "1000, -5, false",
        "-1000, -5, false"
    })
    void withTimestampsTheNewerOneDecides(int seq, int tick, boolean reopened) {
        connection().passive().timestamps().reach(TcpState.TIME_WAIT);
        send(syn().seq(seq).timestamps(peerTsClock() + tick, 0));
        assertThat(host.stack.status().halfOpen()).isEqualTo(reopened ? 1 : 0);
        assertThat(timeWaits()).isEqualTo(reopened ? 0 : 1);
    }

    @Test
    void theNewConnectionBeginsBeyondTheOldOne() {
        connection().passive().reach(TcpState.TIME_WAIT);
        int old = iss + 2;
        send(syn().seq(1000));
        assertThat(sent.remove().seq - old).isPositive();
    }

    @Test
    void aSynWithFinReopensNothing() {
        connection().passive().reach(TcpState.TIME_WAIT);
        send(syn().seq(1000).fin());
        assertThat(timeWaits()).isEqualTo(1);
        assertThat(host.stack.status().halfOpen()).isZero();
    }

    @Test
    void aSynForAPortThatNobodyServesReopensNothing() {
        connection().reach(TcpState.TIME_WAIT);
        send(syn().seq(1000));
        assertThat(timeWaits()).isEqualTo(1);
        expect(segment().seq(2).ack(2));
    }

    @Test
    void unreadBytesStayReadableInTimeWait() {
        connection().reach(TcpState.FIN_WAIT_2);
        app.paused = true;
        send(fin().data(100));
        assertThat(state()).isEqualTo(TcpState.TIME_WAIT);
        after(60_000);
        expectRead(0, 100);
        assertThat(host.stack.status().memoryBytes()).isZero();
    }
}
