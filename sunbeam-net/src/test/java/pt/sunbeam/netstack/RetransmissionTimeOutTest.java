package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.netstack.tcp.TcpState;
import pt.sunbeam.time.Deadline;

/** RFC 6298: the retransmission time-out, its backoff, and what is measured. Without SACK, so that no probe comes first. */
class RetransmissionTimeOutTest extends PacketTest {
    @Override
    StackConfig config() {
        return StackConfig.DEFAULT.withTcp(TcpConfig.DEFAULT.withCongestionControl(CongestionControl.CUBIC));
    }

    private long rtoMillis() {
        return opened().info().rtoNanos() / Deadline.MILLI;
    }

    private long srttMillis() {
        return opened().info().srttNanos() / Deadline.MILLI;
    }

    @Test
    void theHandshakeIsTheFirstSample() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        assertThat(srttMillis()).isEqualTo(100);
        assertThat(rtoMillis()).as("SRTT + 4 RTTVAR, RTTVAR = SRTT / 2").isEqualTo(300);
    }

    @Test
    void thePassiveSideMeasuresItsHandshakeToo() {
        connection().passive().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        assertThat(srttMillis()).isEqualTo(100);
    }

    @Test
    void aRepeatedSynIsNoSampleAndTheFirstDataWaitsThreeSeconds() {
        connection().withoutSack().rtt(1500).reach(TcpState.ESTABLISHED);
        assertThat(opened().info().srttNanos()).isZero();
        write(100);
        expect(segment().seq(1).data(100));
        expectAfter(3000, segment().seq(1).data(100));
    }

    @Test
    void theTimeOutIsNeverLessThanTheRoundTripPlus200Milliseconds() {
        connection().withoutSack().rtt(50).reach(TcpState.ESTABLISHED);
        for (int i = 0; i < 100; i++) {
            write(10);
            after(50);
            send(segment().ack(11 + 10 * i));
        }
        assertThat(rtoMillis()).isEqualTo(250);
    }

    @Test
    void theTimeOutDoublesFromOneRepetitionToTheNextAndStaysAtAMinute() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        write(100);
        expect(segment().seq(1).data(100));
        for (long wait : new long[] {300, 600, 1200, 2400, 4800, 9600, 19_200, 38_400, 60_000}) {
            expectAfter(wait, segment().seq(1).data(100));
        }
    }

    @Test
    void anAckOfNewDataRestartsItAndTheLastOneStopsIt() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        write(2000);
        forget();
        after(250);
        send(segment().ack(1241));
        after(200);
        expectNothing();
        send(segment().ack(2001));
        after(60_000);
        expectNothing();
    }

    @Test
    void onTimeOutOnlyTheFirstSegmentIsRepeatedUntilItIsAcknowledged() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        write(5 * MSS);
        forget();
        expectAfter(300, segment().seq(1).data(1240));
        expectNothing();
        assertThat(opened().info().cwndBytes()).as("loss window").isLessThanOrEqualTo(2 * MSS);
    }

    @Test
    void whatWasLostBehindTheFirstFollowsWithoutAnotherTimeOut() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        write(5 * MSS);
        forget();
        expectAfter(300, segment().seq(1).data(1240));
        after(100);
        send(segment().ack(1241));
        expect(segment().seq(1241).data(1240));
    }

    @Test
    void aRepeatedSegmentIsNoSample() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        write(100);
        after(1_000);
        send(segment().ack(101));
        assertThat(srttMillis()).isEqualTo(100);
    }

    @Test
    void withTimestampsARepeatedSegmentIsASample() {
        connection().withoutSack().timestamps().rtt(100).reach(TcpState.ESTABLISHED);
        write(100);
        expect(segment().seq(1).data(100));
        after(320);
        expect(segment().seq(1).data(100));
        int resent = lastTsVal;
        after(180);
        send(segment().ack(101).timestamps(peerTsClock(), resent));
        assertThat(srttMillis()).as("100 and one sample of about 200").isBetween(110L, 114L);
    }

    @Test
    void anEchoOfZeroIsNoSample() {
        connection().withoutSack().timestamps().rtt(100).reach(TcpState.ESTABLISHED);
        write(100);
        after(1_000);
        send(segment().ack(101).timestamps(peerTsClock(), 0));
        assertThat(srttMillis()).isEqualTo(100);
    }

    @Test
    void theBackoffEndsWithAnAckOfDataThatWasSentOnce() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        write(100);
        after(1_000);
        send(segment().ack(101));
        forget();
        write(100);
        after(100);
        send(segment().ack(201));
        assertThat(rtoMillis()).isLessThan(400);
    }

    @Test
    void aFinIsRepeatedLikeData() {
        connection().withoutSack().rtt(100).reach(TcpState.FIN_WAIT_1);
        expectAfter(300, fin().seq(1));
        expectAfter(600, fin().seq(1));
        send(segment().ack(2));
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_2);
        after(1_000);
        expectNothing();
    }

    @Test
    void aFinIsRepeatedWithTheDataItRodeOn() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        opened().write(ByteBuffer.allocate(100));
        shutdown();
        expect(fin().seq(1).data(100));
        expectAfter(300, fin().seq(1).data(100));
        send(segment().ack(102));
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_2);
    }

    @Test
    void whenPartOfASegmentIsAcknowledgedTheRestIsRepeated() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        write(1000);
        forget();
        send(segment().ack(401));
        expectAfter(300, segment().seq(401).data(600));
    }

    @Test
    void aMachineThatSleptWaitsOnceMoreBeforeItRepeats() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        write(100);
        forget();
        host.stack.advance(clock.nowNanos() + Deadline.seconds(3600));
        assertThat(host.stack.isReady(host.egress)).isFalse();
        assertThat(app.reset).isNull();
    }

    @Test
    void theUserTimeOutEndsWhatIsNeverAcknowledged() {
        connection().withoutSack().rtt(100).reach(TcpState.ESTABLISHED);
        write(100);
        after(300_000);
        assertThat(app.reset).isNull();
        after(120_000);
        assertThat(app.reset).isEqualTo(ResetCause.TIMED_OUT);
    }
}
