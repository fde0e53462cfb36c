package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

/** What BBR believes of a path (draft-ietf-ccwg-bbr section 5.5). */
class BbrModelTest {
    private final BbrModel model = new BbrModel();
    private final RateSample sample = new RateSample();

    private void rate(long bytesPerSecond, boolean appLimited) {
        sample.deliveryBytesPerSecond = bytesPerSecond;
        sample.appLimited = appLimited;
        model.sampleBandwidth(sample);
    }

    private void rtt(long millis, long atMillis) {
        sample.rttNanos = Deadline.millis(millis);
        sample.nowNanos = Deadline.SECOND + Deadline.millis(atMillis);
        model.sampleRtt(sample);
    }

    @Test
    void theBandwidthIsTheMaximumOfTwoCycles() {
        rate(5_000_000, false);
        rate(3_000_000, false);
        assertThat(model.bandwidth()).isEqualTo(5_000_000);
        model.advanceCycle();
        rate(4_000_000, false);
        assertThat(model.bandwidth()).isEqualTo(5_000_000);
        model.advanceCycle();
        assertThat(model.bandwidth()).isEqualTo(4_000_000);
    }

    @Test
    void aCycleWithoutSamplesForgetsNothing() {
        rate(5_000_000, false);
        model.advanceCycle();
        model.advanceCycle();
        model.advanceCycle();
        assertThat(model.bandwidth()).isEqualTo(5_000_000);
    }

    @Test
    void samplesOfAnIdleApplicationCountOnlyWhenTheyAreHigher() {
        rate(5_000_000, false);
        model.advanceCycle();
        rate(1_000_000, true);
        assertThat(model.bandwidth()).isEqualTo(5_000_000);
        rate(6_000_000, true);
        assertThat(model.bandwidth()).isEqualTo(6_000_000);
    }

    @Test
    void theLeastRoundTripOfTenSecondsCounts() {
        rtt(20, 0);
        rtt(30, 4_000);
        assertThat(model.minRttNanos()).isEqualTo(Deadline.millis(20));
        rtt(30, 5_500);
        rtt(30, 10_500);
        assertThat(model.minRttNanos()).isEqualTo(Deadline.millis(30));
    }

    @Test
    void afterFiveSecondsTheRoundTripIsDueForAProbe() {
        rtt(20, 0);
        rtt(30, 4_900);
        assertThat(model.isProbeExpired()).isFalse();
        rtt(30, 5_100);
        assertThat(model.isProbeExpired()).isTrue();
    }

    @Test
    void aLongerPathIsNoticedWithinThreeRounds() {
        rate(10_000_000, false);
        rtt(1, 0);
        sample.sentInFlightBytes = 20_000;
        for (int round = 0; round < 3; round++) {
            sample.roundStart = true;
            rtt(100, 100 + 100 * round);
            sample.roundStart = false;
            rtt(100, 150 + 100 * round);
        }
        sample.roundStart = true;
        rtt(100, 400);
        assertThat(model.minRttNanos()).isEqualTo(Deadline.millis(100));
    }

    @Test
    void aQueueOfOurOwnIsNoLongerPath() {
        rate(1_000_000, false);
        rtt(10, 0);
        sample.sentInFlightBytes = 100_000;
        for (int round = 0; round < 20; round++) {
            sample.roundStart = true;
            rtt(100, 100 + 100 * round);
        }
        assertThat(model.minRttNanos()).isEqualTo(Deadline.millis(10));
    }

    @Test
    void onVeryShortPathsTheWindowCoversTheTurnsOfAnEventLoop() {
        rate(10_000_000, false);
        sample.rttNanos = 100_000;
        sample.nowNanos = Deadline.SECOND;
        model.sampleRtt(sample);
        assertThat(model.inFlight(1, 10_000_000)).isEqualTo(20_000);
    }
}
