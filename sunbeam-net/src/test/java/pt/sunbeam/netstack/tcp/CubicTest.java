package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

/** CUBIC, by section of RFC 9438. */
class CubicTest {
    private static final int MSS = 1000;
    private static final long RTT = Deadline.millis(100);

    private final Cubic cubic = new Cubic(MSS);
    private final RateSample sample = new RateSample();
    private long nowNanos = Deadline.SECOND;

    @BeforeEach
    void busy() {
        sample.windowLimited = true;
        sample.srttNanos = RTT;
        sample.rttNanos = RTT;
    }

    /** One window is acknowledged in one round trip. */
    private void round() {
        long window = cubic.cwndBytes();
        for (long acked = 0; acked < window; acked += MSS) {
            nowNanos += RTT * MSS / window;
            sample.nowNanos = nowNanos;
            sample.ackedBytes = MSS;
            sample.roundStart = acked == 0;
            cubic.onAck(sample);
        }
    }

    private void growTo(long bytes) {
        while (cubic.cwndBytes() < bytes) {
            round();
        }
    }

    @Test
    void theFirstWindowIsTenSegments() {
        assertThat(cubic.cwndBytes()).isEqualTo(10 * MSS);
    }

    @Test
    void slowStartDoublesEachRound() {
        round();
        assertThat(cubic.cwndBytes()).isEqualTo(20 * MSS);
        round();
        assertThat(cubic.cwndBytes()).isEqualTo(40 * MSS);
    }

    @Test
    void aWindowThatIsNotUsedDoesNotGrow() {
        sample.windowLimited = false;
        round();
        assertThat(cubic.cwndBytes()).isEqualTo(10 * MSS);
    }

    @Test
    void aLossLeavesSevenTenthsOfTheFlight() {
        growTo(100 * MSS);
        long flight = cubic.cwndBytes();
        cubic.onLoss(flight, nowNanos);
        assertThat(cubic.cwndBytes()).isCloseTo(flight * 7 / 10, within(1L));
        assertThat(cubic.ssthreshBytes()).isEqualTo(cubic.cwndBytes());
    }

    @Test
    void theWindowIsBackAtItsMaximumAfterTheTimeK() {
        growTo(200 * MSS);
        double max = cubic.cwndBytes() / (double) MSS;
        cubic.onLoss(cubic.cwndBytes(), nowNanos);
        double k = Math.cbrt((max - cubic.cwndBytes() / (double) MSS) / 0.4);
        long end = nowNanos + (long) (k * 1e9);
        while (nowNanos < end) {
            round();
        }
        assertThat(cubic.cwndBytes() / (double) MSS).isCloseTo(max, within(max * 0.02));
    }

    @Test
    void aSecondLossBelowTheMaximumReleasesBandwidthToOthers() {
        growTo(200 * MSS);
        cubic.onLoss(cubic.cwndBytes(), nowNanos);
        round();
        long atLoss = cubic.cwndBytes();
        cubic.onLoss(atLoss, nowNanos);
        for (int i = 0; i < 60; i++) {
            round();
        }
        long plateau = cubic.cwndBytes();
        assertThat(plateau)
                .as("fast convergence: the plateau lies below the last loss")
                .isLessThan(atLoss);
    }

    @Test
    void aTimeOutLeavesOneSegmentAndSlowStartToTheThreshold() {
        growTo(100 * MSS);
        long flight = cubic.cwndBytes();
        cubic.onRetransmissionTimeout(flight, 0, true, nowNanos);
        assertThat(cubic.cwndBytes()).isEqualTo(MSS);
        assertThat(cubic.ssthreshBytes()).isCloseTo(flight * 7 / 10, within(1L));
    }

    @Test
    void anUndoneEpisodeLeavesNoTrace() {
        growTo(100 * MSS);
        long before = cubic.cwndBytes();
        long threshold = cubic.ssthreshBytes();
        cubic.onLoss(before, nowNanos);
        cubic.onUndo(nowNanos);
        assertThat(cubic.cwndBytes()).isEqualTo(before);
        assertThat(cubic.ssthreshBytes()).isEqualTo(threshold);
    }

    @Test
    void aPauseHalvesTheWindowForEachTimeOutDownToTheFirst() {
        growTo(160 * MSS);
        long before = cubic.cwndBytes();
        cubic.onIdle(2 * RTT + 1, RTT, nowNanos);
        assertThat(cubic.cwndBytes()).isEqualTo(before / 4);
        cubic.onIdle(100 * RTT, RTT, nowNanos);
        assertThat(cubic.cwndBytes()).isEqualTo(10 * MSS);
    }

    @Test
    void thePaceIsTwoWindowsARoundTripInSlowStartAndAFifthMoreThanOneAfterwards() {
        round();
        assertThat(cubic.pacingBytesPerSecond()).isCloseTo(2L * 20 * MSS * 10, within(100L));
        cubic.onLoss(cubic.cwndBytes(), nowNanos);
        round();
        assertThat(cubic.pacingBytesPerSecond()).isCloseTo(cubic.cwndBytes() * 12, within(20L));
    }

    // --- pacing

    @Test
    void aWindowIsSpreadOverTheNewestRoundTripsWhenTheSmoothedOneIsStale() {
        sample.srttNanos = Deadline.seconds(37);
        sample.rttNanos = Deadline.millis(40);
        round();
        assertThat(cubic.pacingBytesPerSecond()).isEqualTo(2 * cubic.cwndBytes() * 1000 / 160);
    }

    @Test
    void aWindowIsSpreadOverASecondAtTheMost() {
        sample.srttNanos = Deadline.seconds(37);
        sample.rttNanos = 0;
        round();
        assertThat(cubic.pacingBytesPerSecond()).isEqualTo(2 * cubic.cwndBytes());
    }

    @Test
    void timeInWhichTheWindowWasNotTheLimitDoesNotCount() {
        growTo(200 * MSS);
        cubic.onLoss(cubic.cwndBytes(), nowNanos);
        round();
        long before = cubic.cwndBytes();
        nowNanos += Deadline.seconds(60);
        sample.windowLimited = false;
        sample.nowNanos = nowNanos;
        cubic.onAck(sample);
        sample.windowLimited = true;
        round();
        assertThat(cubic.cwndBytes()).isLessThan(before * 11 / 10);
    }
}
