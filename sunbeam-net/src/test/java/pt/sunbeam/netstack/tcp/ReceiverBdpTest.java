package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

class ReceiverBdpTest {
    private static final long START = Deadline.seconds(100);
    private static final int MEGABYTE = 1_000_000;

    private final ReceiverBdp bdp = new ReceiverBdp();
    private long now = START;

    @Test
    void nothingIsKnownWithoutARoundTripOrARate() {
        assertThat(bdp.bytes()).isZero();
        receive(MEGABYTE, 1_000);
        assertThat(bdp.bytes()).isZero();
    }

    @Test
    void itIsTheRateTimesTheShortestRoundTrip() {
        bdp.roundTrip(Deadline.millis(80), now);
        bdp.roundTrip(Deadline.millis(50), now);
        receive(MEGABYTE, 1_000);
        assertThat(bdp.bytes()).isBetween(49_000L, 51_500L);
    }

    @Test
    void aQueueThatLengthensTheRoundTripBuysNothing() {
        bdp.roundTrip(Deadline.millis(50), now);
        receive(MEGABYTE, 1_000);
        long before = bdp.bytes();
        bdp.roundTrip(Deadline.millis(500), now);
        receive(MEGABYTE, 1_000);
        assertThat(bdp.bytes()).isEqualTo(before);
    }

    @Test
    void aPathThatHasBecomeLongerIsNotStarvedByItsOwnSlownessBeforeTheOldRoundTripIsForgotten() {
        bdp.roundTrip(Deadline.millis(20), now);
        receive(10 * MEGABYTE, 1_000);
        long before = bdp.bytes();
        bdp.roundTrip(Deadline.millis(100), now);
        receive(MEGABYTE, 1_000);
        assertThat(bdp.bytes()).isEqualTo(before);
        for (int i = 0; i < 10; i++) {
            bdp.roundTrip(Deadline.millis(100), now);
            receive(MEGABYTE, 1_000);
        }
        assertThat(bdp.bytes()).isBetween(98_000L, 105_000L);
    }

    @Test
    void aCoarseClockDoesNotReplaceARoundTripThatIsKnownMoreExactly() {
        bdp.roundTrip(400_000, now);
        for (int i = 0; i < 20; i++) {
            bdp.coarseRoundTrip(Deadline.MILLI, Deadline.MILLI, now);
            receive(10 * MEGABYTE, 1_000);
        }
        assertThat(bdp.bytes()).isBetween(3_900L, 4_200L);
    }

    @Test
    void aCoarseClockThatTellsOfALongerPathIsBelieved() {
        bdp.roundTrip(400_000, now);
        for (int i = 0; i < 12; i++) {
            bdp.coarseRoundTrip(Deadline.millis(30), Deadline.MILLI, now);
            receive(MEGABYTE, 1_000);
        }
        assertThat(bdp.bytes()).isBetween(29_000L, 31_500L);
    }

    @Test
    void afterALongPauseNothingOldCounts() {
        bdp.roundTrip(Deadline.millis(50), now);
        receive(MEGABYTE, 1_000);
        now += Deadline.seconds(60);
        bdp.arrived(1, now);
        assertThat(bdp.bytes()).isZero();
    }

    private void receive(int bytes, int millis) {
        for (int i = 0; i < 100; i++) {
            now += Deadline.millis(millis) / 100;
            bdp.arrived(bytes / 100, now);
        }
    }
}
