package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 8985: RACK (section 6) and the tail loss probe (section 7); ten segments at 0 ms, a round trip of 100 ms. */
class LossDetectionTest extends PacketTest {
    private static final int RTT = 100;

    @Override
    StackConfig config() {
        return StackConfig.DEFAULT.withTcp(TcpConfig.DEFAULT.withCongestionControl(CongestionControl.CUBIC));
    }

    @BeforeEach
    void connected() {
        connection().rtt(RTT).reach(TcpState.ESTABLISHED);
    }

    /** The sequence number of segment {@code index} of those that {@link #writeSegments} sent. */
    private static int at(int index) {
        return 1 + index * MSS;
    }

    private void writeSegments(int count) {
        write(count * MSS);
        after(20);
        assertThat(sent).hasSize(count);
        forget();
    }

    private ScriptSegment data(int index) {
        return segment().seq(at(index)).data(MSS);
    }

    // --- RACK

    @Test
    void threeSegmentsDeliveredBehindAHoleRepeatItAtOnce() {
        writeSegments(8);
        after(RTT - 20);
        send(segment().ack(1).sack(at(1), at(2)));
        send(segment().ack(1).sack(at(1), at(3)));
        expectNothing();
        send(segment().ack(1).sack(at(1), at(4)));
        expect(data(0));
        expectNothing();
    }

    @Test
    void fewerThanThreeWaitForAQuarterOfTheRoundTrip() {
        writeSegments(8);
        after(RTT - 20);
        send(segment().ack(1).sack(at(1), at(2)));
        expectAfter(25, data(0));
    }

    @Test
    void aSegmentThatWasOnlyLateIsNotRepeated() {
        writeSegments(8);
        after(RTT - 20);
        send(segment().ack(1).sack(at(1), at(2)));
        after(10);
        send(segment().ack(at(2)));
        after(40);
        expectNothing();
    }

    @Test
    void onceReorderingWasSeenThreeSegmentsNoLongerSuffice() {
        writeSegments(8);
        after(RTT - 20);
        send(segment().ack(1).sack(at(1), at(2)));
        send(segment().ack(at(2)));
        send(segment().ack(at(2)).sack(at(3), at(7)));
        expectNothing();
        expectAfter(25, data(2));
    }

    @Test
    void theOrderOfBlocksWithinOneAckProvesNoReordering() {
        writeSegments(10);
        after(RTT - 20);
        send(segment().ack(1).sack(at(5), at(6), at(3), at(4), at(1), at(2)));
        expect(data(0));
    }

    @Test
    void twoHolesAreRepeatedLowestFirst() {
        writeSegments(10);
        after(RTT - 20);
        send(segment().ack(1).sack(at(1), at(4), at(5), at(8)));
        expect(data(0));
        expect(data(4));
        expectNothing();
    }

    @Test
    void aLostRetransmissionIsFoundWithoutATimeOut() {
        writeSegments(10);
        after(RTT - 20);
        send(segment().ack(1).sack(at(1), at(4)));
        expect(data(0));
        write(2 * MSS);
        send(segment().ack(1).sack(at(1), at(10)));
        after(20);
        assertThat(sent).isNotEmpty().allMatch(s -> s.seq - iss >= at(10));
        int newest = sent.peekLast().seq - iss + sent.peekLast().data.length;
        forget();
        after(RTT);
        send(segment().ack(1).sack(at(1), newest));
        after(30);
        expect(data(0));
    }

    @Test
    void sacksOfWhatWasNeverSentAreIgnored() {
        writeSegments(4);
        send(segment().ack(1).sack(at(4), at(40)));
        send(segment().ack(1).sack(at(2), at(40)));
        send(segment().ack(1).sack(at(3), at(2)));
        assertThat(opened().info().inFlightBytes()).isEqualTo(4 * MSS);
        expectNothing();
    }

    @Test
    void blocksThatOverlapCountEachSegmentOnce() {
        writeSegments(8);
        send(segment().ack(1).sack(at(1), at(3), at(2), at(4), at(1), at(4)));
        assertThat(opened().info().inFlightBytes()).isLessThanOrEqualTo(5 * MSS);
        send(segment().ack(at(8)));
        assertThat(opened().info().inFlightBytes()).isZero();
    }

    // --- tail loss probe

    @Test
    void aTailWithoutAnAckIsProbedAfterTwoRoundTrips() {
        writeSegments(3);
        expectAfter(2 * RTT + 2 - 20, data(2));
        expectNothing();
    }

    @Test
    void aLoneSegmentWaitsForTheDelayedAckToo() {
        writeSegments(1);
        after(2 * RTT + 60);
        expectNothing();
    }

    @Test
    void theProbeIsNewDataWhenThereIsSome() {
        window = 3 * MSS;
        send(segment().ack(1));
        write(4 * MSS);
        after(20);
        forget();
        send(segment().ack(at(1)).window(2 * MSS));
        expectNothing();
        send(segment().ack(at(1)).window(2 * MSS + MSS / 4));
        forget();
        after(2 * RTT + 60);
        assertThat(sent.getLast().seq - iss).isGreaterThanOrEqualTo(at(2));
    }

    @Test
    void afterAProbeTheTimeOutFollows() {
        writeSegments(3);
        after(2 * RTT + 2);
        forget();
        after(2 * RTT + 250);
        expect(data(0));
    }

    @Test
    void aProbeThatRepairedALossReducesTheWindowOnce() {
        writeSegments(10);
        long before = opened().info().cwndBytes();
        send(segment().ack(at(9)));
        after(1_000 - 20);
        forget();
        send(segment().ack(at(10)));
        assertThat(opened().info().cwndBytes()).isLessThan(before + 9 * MSS);
    }

    // --- time-out

    @Test
    void afterATimeOutWhatWasSackedIsNotRepeated() {
        writeSegments(6);
        send(segment().ack(1).sack(at(4), at(6)));
        forget();
        after(3_000);
        assertThat(sent).isNotEmpty().allMatch(s -> s.seq - iss < at(4));
    }

    @Test
    void aProbeWhoseDuplicateIsReportedReducesNothing() {
        writeSegments(3);
        long before = opened().info().cwndBytes();
        expectAfter(2 * RTT + 2 - 20, data(2));
        after(5);
        send(segment().ack(at(3)));
        send(segment().ack(at(3)).sack(at(2), at(3)));
        assertThat(opened().info().cwndBytes()).isGreaterThanOrEqualTo(before);
    }
}
