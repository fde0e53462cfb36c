package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 9293 sections 3.8.6 and 3.10.7.4, fifth check: the window that the peer offers, shrinks and closes. */
class SendWindowTest extends PacketTest {
    private int sentBytes() {
        return sent.stream().mapToInt(s -> s.data.length).sum();
    }

    @Test
    void nothingLeavesBeyondTheWindow() {
        connection().window(3000).reach(TcpState.ESTABLISHED);
        write(10_000);
        assertThat(sentBytes()).as("full segments only").isEqualTo(2480);
        assertThat(sent).allMatch(s -> s.data.length == MSS);
    }

    @Test
    void aWindowThatMovesReleasesWhatItAllows() {
        connection().window(2480).reach(TcpState.ESTABLISHED);
        write(10_000);
        forget();
        send(segment().ack(1241));
        expect(segment().seq(2481).data(1240));
        expectNothing();
    }

    @Test
    void aWindowThatShrinksBelowWhatIsInFlightStopsNewDataAndLosesNothing() {
        connection().reach(TcpState.ESTABLISHED);
        write(6200);
        forget();
        send(segment().ack(1241).window(1000));
        write(2000);
        expectNothing();
        send(segment().ack(6201).window(65535));
        expect(segment().seq(6201).data(1240));
        expect(segment().seq(7441).data(760));
    }

    @Test
    void aWindowUpdateOlderThanTheLastOneIsNotTaken() {
        connection().reach(TcpState.ESTABLISHED);
        send(segment().data(100));
        forget();
        send(segment().seq(101).window(5000));
        send(segment().seq(51).window(100));
        assertThat(opened().info().peerWindowBytes()).isEqualTo(5000);
        write(100);
        send(segment().seq(101).ack(101).window(4000));
        send(segment().seq(101).ack(1).window(9000));
        assertThat(opened().info().peerWindowBytes()).isEqualTo(4000);
    }

    @Test
    void aWindowOfOneByteGetsAByteInTheEndAndNotAtOnce() {
        connection().window(1000).reach(TcpState.ESTABLISHED);
        send(segment().window(1));
        window = 1;
        write(100);
        expectNothing();
        expectAfter(200, segment().seq(1).data(1));
    }

    @Test
    void halfOfTheLargestWindowIsEnoughToSend() {
        connection().window(1000).reach(TcpState.ESTABLISHED);
        write(3000);
        expect(segment().seq(1).data(1000));
        send(segment().ack(1001).window(499));
        expectNothing();
        send(segment().ack(1001).window(500));
        expect(segment().seq(1001).data(500));
    }

    @Test
    void theFirstProbeComesAfterTheTimeOutAndCarriesAnOldSequenceNumber() {
        connection().window(0).reach(TcpState.ESTABLISHED);
        write(100);
        expectNothing();
        expectAfter(200, segment().seq(0));
        expectAfter(400, segment().seq(0));
        expectAfter(800, segment().seq(0));
    }

    @Test
    void aProbeAnsweredWithAWindowReleasesTheData() {
        connection().window(0).reach(TcpState.ESTABLISHED);
        write(100);
        expectAfter(200, segment().seq(0));
        send(segment().ack(1).window(1000));
        expect(segment().seq(1).data(100));
        send(segment().ack(101).window(0));
        after(600_000);
        assertThat(sent).as("nothing waits, so nothing is asked").isEmpty();
    }

    @Test
    void aWindowThatClosesOverDataInFlightIsNotProbedWhileTheTimeOutRuns() {
        connection().reach(TcpState.ESTABLISHED);
        write(2480);
        forget();
        send(segment().ack(1241).window(0));
        write(1000);
        after(150);
        assertThat(sent).allMatch(s -> s.seq - iss <= 1241);
    }

    @Test
    void probesThatNobodyAnswersEndTheConnection() {
        connection().window(0).reach(TcpState.ESTABLISHED);
        write(100);
        after(400_000);
        assertThat(app.reset).isEqualTo(ResetCause.TIMED_OUT);
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    @Test
    void aWindowThatStaysZeroForADayKeepsAConnectionWhosePeerAnswers() {
        connection().window(0).reach(TcpState.ESTABLISHED);
        write(100);
        for (int minute = 0; minute < 24 * 60; minute++) {
            after(60_000);
            assertThat(sent.size())
                    .as("at most one probe a minute, but for the first")
                    .isLessThanOrEqualTo(9);
            forget();
            send(segment().ack(1));
        }
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        send(segment().ack(1).window(65535));
        expect(segment().seq(1).data(100));
    }

    @Test
    void probesDoNotTouchTheCongestionWindow() {
        connection().window(0).reach(TcpState.ESTABLISHED);
        long before = opened().info().cwndBytes();
        write(100);
        after(30_000);
        assertThat(opened().info().cwndBytes()).isEqualTo(before);
    }

    @Test
    void retransmissionsKeepWithinAWindowThatShrank() {
        connection().reach(TcpState.ESTABLISHED);
        write(6200);
        forget();
        send(segment().ack(1).window(1240));
        after(2_000);
        assertThat(sent).isNotEmpty().allMatch(s -> s.seq - iss - 1 + s.data.length <= 1240 || s.data.length == 0);
    }
}
