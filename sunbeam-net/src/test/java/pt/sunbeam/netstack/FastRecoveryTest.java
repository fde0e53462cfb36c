package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.netstack.tcp.TcpState;

/**
 * Fast recovery: NewReno without SACK (RFC 6582), limited transmit (RFC 3042), proportional rate reduction (RFC 9937), and
 * undo of what was spurious (RFC 3522, RFC 4015, RFC 3708, RFC 5682). A round trip of 100 ms.
 */
class FastRecoveryTest extends PacketTest {
    private static final int RTT = 100;

    @Override
    StackConfig config() {
        return StackConfig.DEFAULT.withTcp(TcpConfig.DEFAULT.withCongestionControl(CongestionControl.CUBIC));
    }

    private static int at(int index) {
        return 1 + index * MSS;
    }

    private ScriptSegment data(int index) {
        return segment().seq(at(index)).data(MSS);
    }

    private void writeSegments(int count) {
        write(count * MSS);
        after(RTT);
        assertThat(sent).hasSize(count);
        forget();
    }

    private int newBytesSent(int from) {
        return sent.stream()
                .filter(s -> s.seq - iss >= from)
                .mapToInt(s -> s.data.length)
                .sum();
    }

    // --- RFC 6582, without SACK

    @Test
    void theThirdDuplicateAckRepeatsTheFirstSegmentAndNoOther() {
        connection().withoutSack().rtt(RTT).reach(TcpState.ESTABLISHED);
        writeSegments(8);
        send(segment().ack(1));
        send(segment().ack(1));
        expectNothing();
        send(segment().ack(1));
        expect(data(0));
        expectNothing();
    }

    @Test
    void anAckThatIsNoDuplicateDoesNotCount() {
        connection().withoutSack().rtt(RTT).reach(TcpState.ESTABLISHED);
        writeSegments(8);
        send(segment().ack(1).window(60_000));
        send(segment().ack(1).window(50_000));
        send(segment().ack(1).window(40_000));
        send(segment().ack(1).data(10).window(40_000));
        send(segment().ack(1).data(10).window(40_000));
        assertThat(sent).allMatch(s -> s.data.length == 0);
    }

    @Test
    void aPartialAckRepeatsTheNextHole() {
        connection().withoutSack().rtt(RTT).reach(TcpState.ESTABLISHED);
        writeSegments(8);
        for (int i = 0; i < 3; i++) {
            send(segment().ack(1));
        }
        expect(data(0));
        send(segment().ack(at(3)));
        expect(data(3));
        send(segment().ack(at(5)));
        expect(data(5));
        send(segment().ack(at(8)));
        expectNothing();
    }

    @Test
    void duplicateAcksAfterRecoveryOfOldDataDoNotStartAnother() {
        connection().withoutSack().rtt(RTT).reach(TcpState.ESTABLISHED);
        writeSegments(8);
        for (int i = 0; i < 3; i++) {
            send(segment().ack(1));
        }
        forget();
        send(segment().ack(at(8)));
        for (int i = 0; i < 5; i++) {
            send(segment().ack(at(8)));
        }
        expectNothing();
    }

    // --- RFC 3042, limited transmit

    @Test
    void withoutSackTheFirstTwoDuplicatesSendANewSegmentEach() {
        connection().withoutSack().rtt(RTT).reach(TcpState.ESTABLISHED);
        write(20 * MSS);
        after(RTT);
        assertThat(sent).hasSize(10);
        forget();
        send(segment().ack(1));
        expect(data(10));
        send(segment().ack(1));
        expect(data(11));
        send(segment().ack(1));
        expect(data(0));
    }

    @Test
    void withSackEachSackedSegmentSendsANewOne() {
        connection().rtt(RTT).reach(TcpState.ESTABLISHED);
        write(20 * MSS);
        after(RTT);
        forget();
        send(segment().ack(1).sack(at(1), at(2)));
        expect(data(10));
        send(segment().ack(1).sack(at(1), at(3)));
        expect(data(11));
    }

    // --- RFC 9937

    @Test
    void theFirstRepetitionLeavesWhateverTheWindowSays() {
        connection().rtt(RTT).reach(TcpState.ESTABLISHED);
        writeSegments(10);
        send(segment().ack(1).sack(at(1), at(4)));
        expect(data(0));
    }

    @Test
    void duringRecoveryAboutSevenTenthsOfWhatIsDeliveredIsSent() {
        connection().rtt(RTT).reach(TcpState.ESTABLISHED);
        write(60 * MSS);
        after(5);
        send(segment().ack(at(10)));
        after(RTT);
        int end = sent.getLast().seq - iss + MSS;
        int segments = (end - 1) / MSS;
        assertThat(segments).isGreaterThanOrEqualTo(20);
        forget();
        for (int i = 12; i <= segments; i++) {
            send(segment().ack(at(10)).sack(at(11), at(i)));
            after(1);
        }
        int flight = segments - 10;
        assertThat(newBytesSent(1) / MSS).isBetween(flight / 2, flight * 7 / 10 + 1);
    }

    @Test
    void atTheEndTheWindowIsSevenTenthsOfWhatItWas() {
        connection().rtt(RTT).reach(TcpState.ESTABLISHED);
        writeSegments(10);
        send(segment().ack(1).sack(at(1), at(10)));
        expect(data(0));
        after(RTT);
        send(segment().ack(at(10)));
        assertThat(opened().info().cwndBytes()).isBetween(6L * MSS, 7L * MSS + MSS);
    }

    @Test
    void manyLossesInOneWindowReduceItOnce() {
        connection().rtt(RTT).reach(TcpState.ESTABLISHED);
        writeSegments(10);
        send(segment().ack(1).sack(at(9), at(10)));
        after(30);
        send(segment().ack(at(2)).sack(at(9), at(10)));
        send(segment().ack(at(5)).sack(at(9), at(10)));
        after(RTT);
        send(segment().ack(at(10)));
        assertThat(opened().info().cwndBytes()).isBetween(6L * MSS, 7L * MSS + MSS);
    }

    // --- undo

    @Test
    void eifelUndoesAFastRetransmitWhoseOriginalArrived() {
        connection().timestamps().rtt(RTT).reach(TcpState.ESTABLISHED);
        int payload = MSS - 12;
        write(10 * payload);
        after(RTT);
        int original = lastTsVal;
        forget();
        long before = opened().info().cwndBytes();
        send(segment().ack(1).sack(1 + payload, 1 + 5 * payload).timestamps(peerTsClock(), original));
        assertThat(sent.remove().seq - iss).isEqualTo(1);
        after(1);
        send(segment().ack(1 + 5 * payload).timestamps(peerTsClock(), original));
        assertThat(opened().info().cwndBytes()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void dsackUndoesAFastRetransmitWhoseOriginalArrived() {
        connection().rtt(RTT).reach(TcpState.ESTABLISHED);
        writeSegments(10);
        long before = opened().info().cwndBytes();
        send(segment().ack(1).sack(at(1), at(5)));
        expect(data(0));
        send(segment().ack(at(5)));
        after(5);
        send(segment().ack(at(5)).sack(at(0), at(1)));
        assertThat(opened().info().cwndBytes()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void eifelUndoesATimeOutThatWasOnlyADelay() {
        connection().timestamps().withoutSack().rtt(RTT).reach(TcpState.ESTABLISHED);
        int payload = MSS - 12;
        write(10 * payload);
        after(5);
        int original = lastTsVal;
        forget();
        long before = opened().info().cwndBytes();
        after(400);
        assertThat(sent.remove().seq - iss).isEqualTo(1);
        send(segment().ack(1 + 2 * payload).timestamps(peerTsClock(), original));
        assertThat(opened().info().cwndBytes()).isGreaterThanOrEqualTo(before);
        assertThat(sent).as("nothing else is repeated").allMatch(s -> s.seq - iss > 10 * payload);
    }

    @Test
    void aLossThatWasRealIsNotUndone() {
        connection().timestamps().rtt(RTT).reach(TcpState.ESTABLISHED);
        int payload = MSS - 12;
        write(10 * payload);
        after(RTT);
        int original = lastTsVal;
        forget();
        send(segment().ack(1).sack(1 + payload, 1 + 10 * payload).timestamps(peerTsClock(), original));
        int resent = lastTsVal;
        after(RTT);
        send(segment().ack(1 + 10 * payload).timestamps(peerTsClock(), resent));
        assertThat(opened().info().cwndBytes()).isLessThan(8L * payload);
    }

    @Test
    void dsackUndoesATimeOutThatWasOnlyADelay() {
        connection().rtt(RTT).reach(TcpState.ESTABLISHED);
        write(10 * MSS);
        after(5);
        forget();
        long before = opened().info().cwndBytes();
        after(2_000);
        int resent = (int) sent.stream().filter(s -> s.data.length > 0).count();
        assertThat(resent).isPositive();
        forget();
        send(segment().ack(at(10)));
        send(segment().ack(at(10)).sack(at(9), at(10)));
        send(segment().ack(at(10)).sack(at(0), at(1)));
        for (int i = 1; i < resent; i++) {
            send(segment().ack(at(10)).sack(at(0), at(1)));
        }
        assertThat(opened().info().cwndBytes()).isGreaterThanOrEqualTo(before);
    }

    @Test
    void fRtoUndoesATimeOutWithoutTimestamps() {
        connection().rtt(RTT).reach(TcpState.ESTABLISHED);
        write(10 * MSS);
        after(5);
        forget();
        long before = opened().info().cwndBytes();
        write(4 * MSS);
        after(520);
        assertThat(opened().info().cwndBytes()).isLessThan(before);
        send(segment().ack(at(2)));
        assertThat(opened().info().cwndBytes()).isGreaterThanOrEqualTo(before);
    }
}
