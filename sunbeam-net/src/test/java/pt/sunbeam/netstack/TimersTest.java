package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.netstack.TestSegment.ACK;
import static pt.sunbeam.netstack.TestSegment.RST;

import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpState;
import pt.sunbeam.time.Deadline;

/**
 * ESTABLISHED and time: delayed acknowledgements, window probes, keepalive, retransmission and user time-outs, PAWS (RFC
 * 9293 section 3.8, RFC 6298, RFC 5482, RFC 7323 section 5). The other host is this test.
 */
class TimersTest extends PacketTest {
    private static final ConnectOptions QUIET = new ConnectOptions(Deadline.seconds(20), false);

    private int receivedBytes;

    private void data(int bytes) {
        inject(ACK, BASE + receivedBytes, iss + 1, new byte[bytes]);
        receivedBytes += bytes;
    }

    // --- acknowledgements (RFC 9293 section 3.8.6.3)

    @Test
    void theFirstSixteenSegmentsAreAcknowledgedOneByOne() {
        establish();
        for (int i = 0; i < 16; i++) {
            data(100);
            assertThat(sent.remove().ack).isEqualTo(BASE + receivedBytes);
        }
        data(100);
        assertThat(sent).as("from now on an acknowledgement may wait").isEmpty();
    }

    @Test
    void afterThatEverySecondSegmentIsAcknowledgedAtOnceAndALoneOneWithin25Milliseconds() {
        establish();
        for (int i = 0; i < 16; i++) {
            data(100);
        }
        forget();
        data(100);
        data(100);
        assertThat(sent).hasSize(1);
        forget();
        long start = clock.nowNanos();
        data(100);
        run(100);
        assertThat(sentMillis(start)).hasSize(1).allMatch(t -> t >= 5 && t <= 25);
        assertThat(sent.remove().ack).isEqualTo(BASE + receivedBytes);
    }

    @Test
    void ourDataCarriesTheAcknowledgementThatWasWaiting() {
        establish();
        for (int i = 0; i < 16; i++) {
            data(100);
        }
        data(100);
        forget();
        write(10);
        assertThat(sent.remove().ack).isEqualTo(BASE + receivedBytes);
        inject(ACK, BASE + receivedBytes, iss + 11);
        run(100);
        assertThat(sent).isEmpty();
    }

    // --- window probes (RFC 9293 section 3.8.6.1)

    @Test
    void answeredProbesGoOnForAnHourAndTheWindowUpdateReleasesTheDataAtOnce() {
        window = 0;
        establish("0204050004020101", QUIET);
        write(5000);
        long lastNanos = clock.nowNanos();
        for (int i = 0; i < 70; i++) {
            run(60_000);
            for (TestSegment probe : List.copyOf(sent)) {
                assertThat(probe.seq).isEqualTo(iss);
                assertThat(probe.data).isEmpty();
            }
            assertThat(sent).as("minute %d", i).isNotEmpty();
            forget();
            ack(iss + 1);
        }
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(clock.nowNanos() - lastNanos).isGreaterThan(Deadline.seconds(3600));
        forget();
        window = 65535;
        ack(iss + 1);
        assertThat(sent.stream().mapToInt(s -> s.data.length).sum()).isEqualTo(5000);
        assertThat(sent.remove().seq).isEqualTo(iss + 1);
    }

    @Test
    void probesDoubleTheirDistanceUpToAMinute() {
        window = 0;
        establish("0204050004020101", QUIET);
        write(5000);
        long start = clock.nowNanos();
        run(250_000);
        List<Long> at = sentMillis(start);
        for (int i = 1; i < at.size(); i++) {
            long distance = at.get(i) - at.get(i - 1);
            long before = i == 1 ? at.get(0) : at.get(i - 1) - at.get(i - 2);
            assertThat(distance).isBetween(Math.min(2 * before, 60_000) - 2, 60_001L);
        }
    }

    @Test
    void unansweredProbesEndAfterFiveMinutes() {
        window = 0;
        establish("0204050004020101", QUIET);
        write(5000);
        run(299_000);
        assertThat(app.reset).isNull();
        run(62_000);
        assertThat(app.reset).isEqualTo(ResetCause.TIMED_OUT);
    }

    @Test
    void aSegmentThatTheWindowCutsWaitsAndLeavesInTheEnd() {
        establish();
        window = 100;
        write(MSS);
        ack(iss + 1 + MSS);
        forget();
        write(MSS);
        assertThat(sent).as("silly window").isEmpty();
        run(2_000);
        assertThat(sent.remove().data).hasSize(100);
    }

    // --- keepalive (RFC 9293 section 3.8.4)

    @Test
    void keepaliveProbesAfterTwoMinutesEveryHalfMinuteAndGivesUpAfterSix() {
        establish();
        long start = clock.nowNanos();
        run(299_900);
        assertThat(sentMillis(start - Deadline.MILLI))
                .containsExactly(120_000L, 150_000L, 180_000L, 210_000L, 240_000L, 270_000L);
        assertThat(sent).allMatch(s -> s.is(ACK) && s.seq == iss && s.data.length == 0);
        forget();
        run(1_000);
        assertThat(app.reset).isEqualTo(ResetCause.TIMED_OUT);
        assertThat(sent.remove().is(RST | ACK)).isTrue();
    }

    @Test
    void anyAnswerRestartsKeepalive() {
        establish();
        run(121_000);
        forget();
        ack(iss + 1);
        run(119_000);
        assertThat(sent).isEmpty();
        run(2_000);
        assertThat(sent).hasSize(1);
    }

    @Test
    void keepaliveMayBeOff() {
        establish("0204050004020101", QUIET);
        run(24 * 3600_000);
        assertThat(sent).isEmpty();
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    // --- retransmission and user time-out (RFC 6298, RFC 5482)

    @Test
    void theTimeoutDoublesAndTheUserTimeoutEndsItAfterFiveMinutes() {
        establish("02040500", QUIET);
        write(100);
        forget();
        long start = clock.nowNanos();
        run(299_000);
        assertThat(app.reset).isNull();
        List<Long> at = sentMillis(start);
        for (int i = 2; i < at.size(); i++) {
            long distance = at.get(i) - at.get(i - 1);
            assertThat(distance).isBetween(Math.min(2 * (at.get(i - 1) - at.get(i - 2)), 60_000) - 2, 60_001L);
        }
        assertThat(sent).allMatch(s -> s.seq == iss + 1 && s.data.length == 100);
        run(62_000);
        assertThat(app.reset).isEqualTo(ResetCause.TIMED_OUT);
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    // --- a machine that sleeps

    private void sleepForAnHour() {
        long end = clock.nowNanos() + Deadline.seconds(3600);
        host.sleepUntil(end);
        clock.runUntil(end);
    }

    @Test
    void afterSleepKeepaliveAsksBeforeItGivesUp() {
        establish();
        sleepForAnHour();
        assertThat(app.reset).isNull();
        assertThat(sent).as("one probe").hasSize(1).allMatch(s -> s.is(ACK) && s.seq == iss);
        run(29_000);
        ack(iss + 1);
        run(31_000);
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(sent).as("it was answered").hasSize(1);
    }

    @Test
    void afterSleepAClosedWindowIsProbedBeforeTheUserTimeoutEndsIt() {
        window = 0;
        establish("0204050004020101", QUIET);
        write(5000);
        run(10_000);
        forget();
        sleepForAnHour();
        run(10);
        assertThat(app.reset).isNull();
        assertThat(sent).as("one probe").hasSize(1).allMatch(s -> s.seq == iss);
    }

    @Test
    void sleepDoesNotCountForTheUserTimeout() {
        establish("02040500", QUIET);
        write(100);
        run(10_000);
        forget();
        sleepForAnHour();
        run(70_000);
        assertThat(app.reset).isNull();
        assertThat(sent).isNotEmpty().allMatch(s -> s.seq == iss + 1);
        ack(iss + 101);
        assertThat(opened().info().inFlightBytes()).isZero();
    }

    // --- PAWS (RFC 7323 section 5)

    @Test
    void pawsForgetsATimestampAfterTwentyFourDays() {
        establish("020405000402080a0001000000000000", QUIET);
        run(25L * 24 * 3600_000);
        options = Hex.decode("0101080a0000fffe00000000");
        data(10);
        assertThat(drops(DropCause.TCP_PAWS)).isZero();
        assertThat(app.received).isEqualTo(10);
    }

    @Test
    void pawsAcknowledgesAnOldDuplicateAndSparesResets() {
        establish("020405000402080a0001000000000000", QUIET);
        options = Hex.decode("0101080a0000fffe00000000");
        data(10);
        assertThat(drops(DropCause.TCP_PAWS)).isEqualTo(1);
        assertThat(sent.remove().ack).isEqualTo(BASE);
        inject(RST, BASE, 0);
        run(1);
        assertThat(app.reset).isEqualTo(ResetCause.PEER_RESET);
    }
}
