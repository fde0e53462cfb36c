package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.netstack.tcp.TcpState;

/** The MTU of the path (RFC 1191, RFC 8201, RFC 5927 section 7) and black holes (RFC 4821). A round trip of 100 ms. */
class PathMtuTest extends PacketTest {
    private static final int RTT = 100;
    private static final int TEN_MINUTES = 600_000;

    @Override
    StackConfig config() {
        TcpConfig tcp = TcpConfig.DEFAULT.withMtuBytes(1480).withCongestionControl(CongestionControl.CUBIC);
        return StackConfig.DEFAULT.withTcp(tcp);
    }

    private void tooBig(int mtu, int seq) {
        icmpError(v6 ? 2 : 3, v6 ? 0 : 4, mtu, seq);
        after(0);
    }

    private int mss() {
        return opened().info().mssBytes();
    }

    private ScriptConnection large() {
        return connection().mss(1440).rtt(RTT);
    }

    /** Time-outs alone: without SACK no tail loss probe comes before them. */
    private void timeOuts(int count) {
        for (int i = 0; i < count; i++) {
            forget();
            for (int waited = 0; sent.isEmpty() && waited < 70_000; waited += 10) {
                after(10);
            }
            assertThat(sent).as("time-out %d", i).isNotEmpty();
        }
    }

    // --- told by ICMP

    @Test
    void tooBigCutsWhatIsInFlightAndSendsItAgainAtOnce() {
        large().reach(TcpState.ESTABLISHED);
        write(2000);
        expect(segment().seq(1).data(1440));
        expect(segment().seq(1441).data(560));
        tooBig(1000, 1);
        expect(segment().seq(1).data(960));
        expect(segment().seq(961).data(480));
        expectNothing();
        assertThat(mss()).isEqualTo(960);
        send(segment().ack(2001));
        write(2000);
        expect(segment().seq(2001).data(960));
        expect(segment().seq(2961).data(960));
        expect(segment().seq(3921).data(80));
    }

    @Test
    void theWindowOfCongestionControlStaysAsItWas() {
        large().reach(TcpState.ESTABLISHED);
        write(14_400);
        long before = opened().info().cwndBytes();
        tooBig(1000, 1);
        assertThat(opened().info().cwndBytes()).isEqualTo(before);
        assertThat(opened().info().inFlightBytes()).isEqualTo(14_400);
        assertThat(host.stack.status().counters().segmentSizesLowered()).isOne();
    }

    @Test
    void timestampsCountAgainstTheMtu() {
        large().timestamps().reach(TcpState.ESTABLISHED);
        write(3000);
        forget();
        tooBig(1000, 1);
        assertThat(mss()).isEqualTo(948);
        assertThat(sent).allMatch(s -> s.data.length <= 948);
    }

    @Test
    void aFinStaysAtTheEndOfWhatIsCut() {
        large().reach(TcpState.ESTABLISHED);
        write(1440);
        shutdown();
        forget();
        tooBig(760, 1);
        expect(segment().seq(1).data(720));
        expect(segment().seq(721).data(720));
        send(segment().ack(1442));
        assertThat(state()).isEqualTo(TcpState.FIN_WAIT_2);
    }

    @Test
    void aFinInTheCutSegmentIsSentAgainWithTheLastPart() {
        connection().mss(1440).rtt(RTT).window(0).reach(TcpState.ESTABLISHED);
        write(1440);
        shutdown();
        send(segment().window(65535));
        expect(segment().seq(1).data(1440).fin());
        tooBig(760, 1);
        expect(segment().seq(1).data(720));
        expect(segment().seq(721).data(720).fin());
    }

    @Test
    void selectivelyAcknowledgedSegmentsAreNotSentAgain() {
        large().reach(TcpState.ESTABLISHED);
        write(4320);
        forget();
        send(segment().ack(1).sack(1441, 2881));
        tooBig(760, 1);
        expect(segment().seq(1).data(720));
        expect(segment().seq(721).data(720));
        expect(segment().seq(2881).data(720));
        expect(segment().seq(3601).data(720));
        expectNothing();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1441, -1, 5000})
    void anErrorAboutWhatIsNotInFlightChangesNothing(int seq) {
        large().reach(TcpState.ESTABLISHED);
        write(1440);
        tooBig(600, seq);
        assertThat(mss()).isEqualTo(1440);
        assertThat(drops(DropCause.ICMP_UNMATCHED)).isOne();
    }

    @ParameterizedTest
    @CsvSource({"false,68,536", "false,575,536", "false,576,536", "false,1480,1440", "false,9000,1440"})
    void theMtuOfV4HasAFloorAndNeverRaises(boolean v6, int mtu, int mss) {
        large().reach(TcpState.ESTABLISHED);
        write(1440);
        tooBig(mtu, 1);
        assertThat(mss()).isEqualTo(mss);
    }

    @ParameterizedTest
    @CsvSource({"1279,1420", "68,1420", "1280,1220", "1400,1340", "-1,1420"})
    void theMtuOfV6BelowTheLeastIsNotTaken(int mtu, int mss) {
        large().v6().reach(TcpState.ESTABLISHED);
        write(1400);
        tooBig(mtu, 1);
        assertThat(mss()).isEqualTo(mss);
    }

    @Test
    void anOldRouterThatTellsNoMtuMeansTheNextPlateau() {
        large().reach(TcpState.ESTABLISHED);
        write(1440);
        tooBig(0, 1);
        assertThat(mss()).as("the helper quotes a short packet").isEqualTo(536);
    }

    @Test
    void aFloodOfErrorsOnlyLowersTheSizeToItsFloor() {
        large().windowScale(7).reach(TcpState.ESTABLISHED);
        write(100_000);
        for (int mtu = 1480; mtu >= 0; mtu--) {
            tooBig(mtu, 1);
        }
        assertThat(mss()).isEqualTo(536);
        assertThat(sent).allMatch(s -> s.data.length <= 1440);
        assertThat(opened().info().inFlightBytes())
                .isLessThanOrEqualTo(opened().info().cwndBytes());
        send(segment().ack(1 + 14_400));
        assertThat(opened().info().mssBytes()).isEqualTo(536);
    }

    @Test
    void afterTenMinutesTheOldSizeIsTriedAgain() {
        large().reach(TcpState.ESTABLISHED);
        write(1440);
        tooBig(1000, 1);
        send(segment().ack(1441));
        after(TEN_MINUTES - 1000);
        assertThat(mss()).isEqualTo(960);
        after(1001);
        assertThat(mss()).isEqualTo(1440);
        write(1440);
        tooBig(1000, 1441);
        assertThat(mss()).isEqualTo(960);
    }

    // --- found by time-outs

    @Test
    void twoTimeOutsOfAFullSegmentLowerTheSizeTo1024AndOneMoreTo536() {
        large().withoutSack().reach(TcpState.ESTABLISHED);
        write(1440);
        timeOuts(1);
        assertThat(mss()).isEqualTo(1440);
        timeOuts(1);
        assertThat(mss()).isEqualTo(1024);
        assertThat(sent.peekFirst().data).hasSize(1024);
        timeOuts(1);
        assertThat(mss()).isEqualTo(536);
        assertThat(sent.peekFirst().data).hasSize(536);
        timeOuts(3);
        assertThat(mss()).isEqualTo(536);
        assertThat(host.stack.status().counters().segmentSizesLowered()).isEqualTo(2);
    }

    @Test
    void timeOutsOfASmallSegmentSayNothingOfTheSize() {
        large().withoutSack().reach(TcpState.ESTABLISHED);
        write(536);
        timeOuts(5);
        assertThat(mss()).isEqualTo(1440);
    }

    @Test
    void aSegmentThatIsNotFullButLongerThan536LowersTheSizeToo() {
        large().withoutSack().reach(TcpState.ESTABLISHED);
        write(1024);
        timeOuts(2);
        assertThat(mss()).isEqualTo(536);
        assertThat(sent.peekFirst().data).hasSize(536);
    }

    @Test
    void timeOutsThatAreNotInARowSayNothingOfTheSize() {
        large().withoutSack().reach(TcpState.ESTABLISHED);
        for (int i = 0; i < 4; i++) {
            write(1440);
            timeOuts(1);
            send(segment().ack(1 + 1440 * (i + 1)));
        }
        assertThat(mss()).isEqualTo(1440);
    }

    @Test
    void spuriousTimeOutsDoNotLowerTheSize() {
        large().timestamps().reach(TcpState.ESTABLISHED);
        write(1440);
        int original = lastTsVal;
        after(1500);
        assertThat(mss()).isEqualTo(1012);
        send(segment().ack(1441).timestamps(peerTsClock(), original));
        assertThat(mss()).isEqualTo(1428);
    }

    @Test
    void spuriousTimeOutsDoNotMakeTheSizeThatARouterToldLastForEver() {
        large().timestamps().reach(TcpState.ESTABLISHED);
        write(1440);
        tooBig(1240, 1);
        send(segment().ack(1441));
        write(1188);
        int original = lastTsVal;
        after(1500);
        assertThat(mss()).isEqualTo(1012);
        send(segment().ack(2629).timestamps(peerTsClock(), original));
        assertThat(mss()).isEqualTo(1188);
        after(TEN_MINUTES + 1);
        assertThat(mss()).isEqualTo(1428);
    }

    @Test
    void aGreaterSizeThatFailsAgainIsGivenUpAtTheFirstTimeOut() {
        large().withoutSack().reach(TcpState.ESTABLISHED);
        write(1440);
        timeOuts(2);
        send(segment().ack(1441));
        after(TEN_MINUTES + 1);
        assertThat(mss()).isEqualTo(1440);
        write(1440);
        timeOuts(1);
        assertThat(mss()).isEqualTo(1024);
        assertThat(sent.peekFirst().data).hasSize(1024);
    }

    @Test
    void aGreaterSizeThatArrivesIsKept() {
        large().withoutSack().reach(TcpState.ESTABLISHED);
        write(1440);
        timeOuts(2);
        send(segment().ack(1441));
        after(TEN_MINUTES + 1);
        write(1440);
        after(RTT);
        send(segment().ack(2881));
        write(1440);
        timeOuts(1);
        assertThat(mss()).isEqualTo(1440);
    }
}
