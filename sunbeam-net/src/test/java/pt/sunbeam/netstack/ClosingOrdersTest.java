package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 9293 section 3.6 and figure 5: every order in which the two FINs and their acknowledgements can pass. */
class ClosingOrdersTest extends PacketTest {
    @AfterEach
    void nothingIsLeft() {
        if (host.stack.status().connections() == 0) {
            opened().close();
            assertThat(host.stack.status().memoryBytes()).isZero();
        }
    }

    // --- we close first

    @Test
    void finAckFinAck() {
        connection().reach(TcpState.ESTABLISHED);
        shutdown();
        expect(fin().seq(1).ack(1));
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_1);
        send(segment().ack(2));
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_2);
        send(fin());
        expect(segment().seq(2).ack(2));
        assertThat(state()).isEqualTo(TcpState.TIME_WAIT);
        assertThat(app.closed).isTrue();
    }

    @Test
    void finThenFinAndAckInOneSegment() {
        connection().reach(TcpState.FIN_WAIT_1);
        send(fin().ack(2));
        expect(segment().seq(2).ack(2));
        expectNothing();
        assertThat(state()).isEqualTo(TcpState.TIME_WAIT);
    }

    @Test
    void finsThatCross() {
        connection().reach(TcpState.FIN_WAIT_1);
        send(fin().ack(1));
        expect(segment().seq(2).ack(2));
        assertThat(state()).isEqualTo(TcpState.CLOSING);
        send(segment().ack(2));
        assertThat(state()).isEqualTo(TcpState.TIME_WAIT);
    }

    @Test
    void inClosingOurFinIsRepeatedUntilItIsAcknowledged() {
        connection().reach(TcpState.CLOSING);
        after(2_000);
        assertThat(sent).isNotEmpty().allMatch(s -> s.is(TestSegment.FIN | TestSegment.ACK) && s.seq - iss == 1);
        forget();
        send(segment().ack(2));
        assertThat(state()).isEqualTo(TcpState.TIME_WAIT);
    }

    @Test
    void afterOurFinThePeersDataIsStillTaken() {
        connection().reach(TcpState.FIN_WAIT_1);
        app.paused = true;
        send(segment().data(10).ack(1));
        expect(segment().seq(2).ack(11));
        send(segment().data(10).ack(2));
        expect(segment().seq(2).ack(21));
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_2);
        send(fin().data(10));
        expect(segment().seq(2).ack(32));
        expectRead(0, 30);
    }

    @Test
    void nothingCanBeWrittenAfterTheFin() {
        connection().reach(TcpState.FIN_WAIT_2);
        assertThat(opened().write(ByteBuffer.allocate(10))).isZero();
        shutdown();
        expectNothing();
    }

    @Test
    void theFinLeavesAfterTheLastByteWritten() {
        connection().window(2000).reach(TcpState.ESTABLISHED);
        opened().write(ByteBuffer.allocate(3000));
        shutdown();
        expect(segment().seq(1).data(1240));
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        send(segment().ack(1241));
        expect(segment().seq(1241).data(1240));
        send(segment().ack(2481));
        expect(fin().seq(2481).data(520));
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_1);
    }

    @Test
    void aRepeatedFinInFinWait1IsRepeatedAloneOrWithItsData() {
        connection().withoutSack().reach(TcpState.ESTABLISHED);
        write(100);
        shutdown();
        forget();
        send(segment().ack(101));
        after(500);
        expect(fin().seq(101));
    }

    // --- the peer closes first

    @Test
    void finAckThenOurFinAck() {
        connection().reach(TcpState.ESTABLISHED);
        send(fin());
        expect(segment().seq(1).ack(2));
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
        assertThat(app.peerFin).isTrue();
        assertThat(app.closed).isFalse();
        shutdown();
        expect(fin().seq(1).ack(2));
        assertThat(state()).isEqualTo(TcpState.LAST_ACK);
        send(segment().ack(2));
        assertThat(state()).isEqualTo(TcpState.CLOSED);
        assertThat(app.closed).isTrue();
    }

    @Test
    void inCloseWaitOurDataStillFlows() {
        connection().reach(TcpState.CLOSE_WAIT);
        write(5000);
        assertThat(sent.stream().mapToInt(s -> s.data.length).sum()).isEqualTo(5000);
        send(segment().ack(5001));
        assertThat(opened().info().inFlightBytes()).isZero();
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    void inCloseWaitARepeatedFinIsAcknowledgedAgain() {
        connection().reach(TcpState.CLOSE_WAIT);
        send(fin().seq(1));
        expect(segment().ack(2));
        send(fin().seq(1));
        expect(segment().ack(2));
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    void dataAfterThePeersFinIsIgnored() {
        connection().reach(TcpState.CLOSE_WAIT);
        send(segment().seq(2).data(10));
        assertThat(opened().readableBytes()).isZero();
        assertThat(sent).allMatch(s -> s.ack - PEER_ISS == 2);
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    void inLastAckDuplicatesAreAnsweredAndOurFinIsRepeated() {
        connection().reach(TcpState.LAST_ACK);
        send(fin().seq(1));
        expect(segment().seq(2).ack(2));
        after(2_000);
        assertThat(sent).isNotEmpty().allMatch(s -> s.is(TestSegment.FIN | TestSegment.ACK));
        forget();
        send(segment().ack(2));
        assertThat(state()).isEqualTo(TcpState.CLOSED);
        send(fin().seq(1).ack(2));
        expect(rst().seq(2));
    }

    @Test
    void aFinWithTheLastDataIsOneSegment() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(fin().data(100));
        expect(segment().ack(102));
        expectRead(0, 100);
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    void aFinWhoseDataWasLostIsTakenWhenTheDataComesAgain() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(fin().seq(101));
        expect(segment().ack(1));
        assertThat(app.peerFin).isFalse();
        send(fin().seq(51).data(50));
        expect(segment().ack(1).sack(51, 101));
        send(segment().seq(1).data(50));
        expect(segment().ack(102));
        expectRead(0, 100);
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    // --- close: both directions at once, and nobody listens

    @Test
    void aClosedConnectionFinishesByItself() {
        connection().reach(TcpState.ESTABLISHED);
        opened().write(ByteBuffer.allocate(100));
        close();
        expect(fin().seq(1).data(100));
        send(segment().ack(102));
        send(fin());
        expect(segment().seq(102).ack(2));
        assertThat(host.stack.status().timeWait()).isEqualTo(1);
        assertThat(host.stack.status().connections()).isZero();
    }

    @Test
    void dataForAClosedConnectionIsReset() {
        connection().reach(TcpState.ESTABLISHED);
        close();
        forget();
        send(segment().data(10));
        expect(rstAck().seq(2));
        assertThat(host.stack.status().connections()).isZero();
    }

    @Test
    void closeWithUnreadBytesResets() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(segment().data(10));
        forget();
        close();
        expect(rstAck().seq(1).ack(11));
    }

    @Test
    void closeWithUnreadBytesAfterThePeersFinResetsToo() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(fin().data(10));
        forget();
        close();
        expect(rstAck().seq(1).ack(12));
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    @Test
    void finWait2OfAClosedConnectionEndsAfterAMinute() {
        connection().reach(TcpState.FIN_WAIT_2);
        close();
        after(59_900);
        assertThat(host.stack.status().connections()).isEqualTo(1);
        after(200);
        assertThat(host.stack.status().connections()).isZero();
        send(fin());
        expect(rst().seq(2));
    }

    @Test
    void finWait2OfAReaderThatWaitsHasNoEnd() {
        connection().reach(TcpState.FIN_WAIT_2);
        after(24 * 3600_000);
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_2);
    }

    @Test
    void aFinThatIsNeverAcknowledgedEndsAfterAMinuteWhenNobodyWaits() {
        connection().reach(TcpState.CLOSE_WAIT);
        close();
        after(61_000);
        assertThat(host.stack.status().connections()).isZero();
    }

    @Test
    void aFinBehindAZeroWindowWaitsForeverOnAPeerThatAnswers() {
        connection().window(0).reach(TcpState.ESTABLISHED);
        shutdown();
        for (int i = 0; i < 20; i++) {
            after(60_000);
            forget();
            send(segment().ack(1));
        }
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        send(segment().ack(1).window(100));
        expect(fin().seq(1));
    }

    @Test
    void aResetWhenOnlyOurFinIsUnacknowledgedEndsTheConnectionInPeace() {
        connection().reach(TcpState.LAST_ACK);
        send(rst().seq(2));
        assertThat(app.reset).isNull();
        assertThat(app.closed).isTrue();
    }

    @Test
    void aResetWhileDataIsUnacknowledgedIsTold() {
        connection().reach(TcpState.CLOSE_WAIT);
        write(100);
        shutdown();
        send(rst().seq(2));
        assertThat(app.reset).isEqualTo(ResetCause.PEER_RESET);
        assertThat(app.closed).isFalse();
    }
}
