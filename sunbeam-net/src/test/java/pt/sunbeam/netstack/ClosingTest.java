package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.netstack.TestSegment.ACK;
import static pt.sunbeam.netstack.TestSegment.FIN;
import static pt.sunbeam.netstack.TestSegment.RST;
import static pt.sunbeam.netstack.TestSegment.SYN;

import org.junit.jupiter.api.Test;
import pt.sunbeam.netstack.tcp.TcpState;

/** The ends of connections by state (RFC 9293 sections 3.6 and 3.10, RFC 1122, RFC 1337, RFC 6191). The other host is this test. */
class ClosingTest extends PacketTest {
    /** A connection that the scripted host opened to our port 8080 and that we closed first. */
    private void reachTimeWait() {
        host.stack.listen(8080, c -> app);
        port = 8080;
        peerPort = 5000;
        inject(SYN, PEER_ISS, 0);
        iss = sent.remove().seq;
        inject(ACK, BASE, iss + 1);
        shutdown();
        inject(ACK | FIN, BASE, iss + 2);
        run(1);
        assertThat(host.stack.status().timeWait()).isEqualTo(1);
        assertThat(app.closed).isTrue();
        forget();
    }

    @Test
    void finWait1WithThePeersFinIsClosingAndThenTimeWait() {
        establish();
        shutdown();
        assertThat(sent.remove().is(FIN | ACK)).isTrue();
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_1);
        inject(FIN | ACK, BASE, iss + 1);
        assertThat(state()).isEqualTo(TcpState.CLOSING);
        assertThat(sent.remove().ack).isEqualTo(BASE + 1);
        inject(ACK, BASE + 1, iss + 2);
        assertThat(state()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(app.closed).isTrue();
        run(29_900);
        assertThat(host.stack.status().timeWait()).isEqualTo(1);
        run(200);
        assertThat(host.stack.status().timeWait()).isZero();
    }

    @Test
    void closeWaitWithOurFinIsLastAckAndEndsWithTheAck() {
        establish();
        inject(FIN | ACK, BASE, iss + 1);
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
        shutdown();
        assertThat(state()).isEqualTo(TcpState.LAST_ACK);
        inject(ACK, BASE + 1, iss + 2);
        assertThat(state()).isEqualTo(TcpState.CLOSED);
        assertThat(app.closed).isTrue();
        assertThat(host.stack.status().timeWait()).isZero();
    }

    @Test
    void theFinRidesOnTheLastData() {
        establish();
        app.connection.write(java.nio.ByteBuffer.allocate(100));
        shutdown();
        TestSegment only = sent.remove();
        assertThat(only.is(FIN | ACK)).isTrue();
        assertThat(only.data).hasSize(100);
        assertThat(sent).isEmpty();
    }

    @Test
    void anAckOfDataAloneIsNotTakenForTheFins() {
        establish();
        write(100);
        shutdown();
        ack(iss + 101);
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_1);
        ack(iss + 102);
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_2);
    }

    @Test
    void aFinBehindAClosedWindowWaitsIsProbedForAndLeavesWhenItOpens() {
        window = 0;
        establish();
        shutdown();
        assertThat(sent).isEmpty();
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        run(2000);
        assertThat(sent.remove().seq).as("a probe").isEqualTo(iss);
        window = 1;
        ack(iss + 1);
        TestSegment fin = sent.removeLast();
        assertThat(fin.is(FIN | ACK)).isTrue();
        assertThat(fin.seq).isEqualTo(iss + 1);
    }

    @Test
    void closeWithUnreadDataResetsAtOnce() {
        establish();
        app.paused = true;
        write(10);
        inject(ACK, BASE, iss + 1, new byte[5]);
        forget();
        app.connection.close();
        host.pump();
        TestSegment reset = sent.remove();
        assertThat(reset.is(RST | ACK)).isTrue();
        assertThat(reset.seq).isEqualTo(iss + 11);
        assertThat(host.stack.status().connections()).isZero();
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    @Test
    void finWait2ThatNobodyHoldsEndsAfterAMinute() {
        establish();
        app.connection.close();
        host.pump();
        ack(iss + 2);
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_2);
        run(59_000);
        assertThat(host.stack.status().connections()).isEqualTo(1);
        run(2_000);
        assertThat(host.stack.status().connections()).isZero();
    }

    @Test
    void finWait2ResetsDataThatNobodyWillRead() {
        establish();
        app.connection.close();
        host.pump();
        ack(iss + 2);
        forget();
        inject(ACK, BASE, iss + 2, new byte[5]);
        assertThat(sent.remove().is(RST | ACK)).isTrue();
        assertThat(host.stack.status().connections()).isZero();
    }

    @Test
    void timeWaitAnswersARepeatedFinAndStartsAnew() {
        reachTimeWait();
        run(20_000);
        inject(FIN | ACK, BASE, iss + 2);
        TestSegment again = sent.remove();
        assertThat(again.is(ACK)).isTrue();
        assertThat(again.ack).isEqualTo(BASE + 1);
        assertThat(again.seq).isEqualTo(iss + 2);
        run(29_000);
        assertThat(host.stack.status().timeWait()).isEqualTo(1);
        run(1_100);
        assertThat(host.stack.status().timeWait()).isZero();
    }

    @Test
    void timeWaitIgnoresAReset() {
        reachTimeWait();
        inject(RST, BASE + 1, 0);
        assertThat(host.stack.status().timeWait()).isEqualTo(1);
        assertThat(sent).isEmpty();
    }

    @Test
    void timeWaitIsReopenedByASynBeyondTheOldSequenceNumbers() {
        reachTimeWait();
        inject(SYN, BASE + 1000, 0);
        TestSegment synAck = sent.remove();
        assertThat(synAck.is(SYN | ACK)).isTrue();
        assertThat(synAck.ack).isEqualTo(BASE + 1001);
        assertThat(synAck.seq - (iss + 2)).as("RFC 6528: beyond the old ones").isPositive();
        assertThat(host.stack.status().timeWait()).isZero();
    }

    @Test
    void timeWaitOnlyAcknowledgesASynFromThePast() {
        reachTimeWait();
        inject(SYN, BASE - 1000, 0);
        assertThat(sent.remove().is(ACK)).isTrue();
        assertThat(host.stack.status().timeWait()).isEqualTo(1);
    }

    @Test
    void lastAckThatIsNeverAnsweredEnds() {
        establish();
        inject(FIN | ACK, BASE, iss + 1);
        app.connection.close();
        host.pump();
        run(61_000);
        assertThat(host.stack.status().connections()).isZero();
        assertThat(app.reset).as("nobody listens any more").isNull();
    }

    @Test
    void aResetInClosingEndsItAndTakesNothingAway() {
        establish();
        shutdown();
        inject(FIN | ACK, BASE, iss + 1);
        inject(RST, BASE + 1, 0);
        run(1);
        assertThat(app.closed).isTrue();
        assertThat(app.reset).isNull();
    }
}
