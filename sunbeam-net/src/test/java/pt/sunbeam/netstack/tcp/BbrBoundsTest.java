package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

/** What BBR takes for congestion, and what for the nature of the path. */
class BbrBoundsTest {
    private static final long MIN_RTT = Deadline.millis(40);
    private static final long MEGABYTE = 1_000_000;

    private final BbrBounds bounds = new BbrBounds();
    private final RateSample sample = new RateSample();

    private void roundTrip(long millis) {
        sample.rttNanos = Deadline.millis(millis);
        bounds.onAck(sample, MIN_RTT);
    }

    @Test
    void threePercentWithoutAQueueAreTheNatureOfThePath() {
        roundTrip(41);
        assertThat(bounds.isTooMuch(30, 1000, MIN_RTT)).isFalse();
    }

    @Test
    void threePercentBehindAQueueAreCongestion() {
        roundTrip(60);
        assertThat(bounds.isTooMuch(30, 1000, MIN_RTT)).isTrue();
        assertThat(bounds.isTooMuch(15, 1000, MIN_RTT)).isFalse();
    }

    @Test
    void whatAPolicerDropsIsTooMuchEvenWithoutAQueue() {
        roundTrip(40);
        assertThat(bounds.isTooMuch(150, 1000, MIN_RTT)).isTrue();
    }

    @Test
    void onAShortPathMillisecondsOfJitterAreNoQueue() {
        sample.rttNanos = Deadline.millis(2);
        bounds.onAck(sample, Deadline.millis(1));
        assertThat(bounds.isTooMuch(30, 1000, Deadline.millis(1))).isFalse();
    }

    private void roundWithLosses(boolean probing) {
        sample.newlyLostBytes = 50_000;
        sample.ackedBytes = 950_000;
        sample.deliveryBytesPerSecond = MEGABYTE / 2;
        sample.deliveredBytes = MEGABYTE / 2;
        roundTrip(80);
        bounds.adapt(MEGABYTE, MEGABYTE, MIN_RTT, probing);
    }

    @Test
    void aCongestedRoundGivesWayByThreeTenthsUntilTheNextProbe() {
        roundWithLosses(false);
        assertThat(bounds.shortTermBandwidth()).isEqualTo(MEGABYTE * 7 / 10);
        assertThat(bounds.shortTermInFlight()).isEqualTo(MEGABYTE * 7 / 10);
        bounds.forgetShortTerm();
        assertThat(bounds.shortTermBandwidth()).isEqualTo(BbrBounds.NONE);
    }

    @Test
    void aProbeDoesNotGiveWayToItsOwnLosses() {
        roundWithLosses(true);
        assertThat(bounds.shortTermBandwidth()).isEqualTo(BbrBounds.NONE);
    }

    @Test
    void aSpuriousEpisodeTakesNothingAway() {
        bounds.remember();
        roundWithLosses(false);
        bounds.undo();
        assertThat(bounds.shortTermBandwidth()).isEqualTo(BbrBounds.NONE);
        assertThat(bounds.shortTermInFlight()).isEqualTo(BbrBounds.NONE);
    }
}
