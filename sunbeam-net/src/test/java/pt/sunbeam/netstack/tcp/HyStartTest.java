package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

/** HyStart++, RFC 9406 section 4.2. */
class HyStartTest {
    private final HyStart hyStart = new HyStart();
    private final RateSample sample = new RateSample();

    /** A round of {@code samples} acknowledgements; true when slow start had to end in it. */
    private boolean round(int samples, long rttMillis) {
        boolean ended = false;
        for (int i = 0; i < samples; i++) {
            sample.roundStart = i == 0;
            sample.rttNanos = Deadline.millis(rttMillis);
            ended |= hyStart.onAck(sample);
        }
        return ended;
    }

    @Test
    void aSteadyRoundTripNeverSlowsTheStart() {
        for (int i = 0; i < 100; i++) {
            assertThat(round(20, 40)).isFalse();
        }
        assertThat(hyStart.growthDivisor()).isEqualTo(1);
    }

    @Test
    void aRoundTripThatGrowsByAnEighthLeadsToAQuarterOfTheSpeed() {
        round(20, 40);
        round(20, 44);
        assertThat(hyStart.growthDivisor()).isEqualTo(1);
        round(20, 50);
        assertThat(hyStart.growthDivisor()).isEqualTo(4);
    }

    @Test
    void fewerThanEightSamplesProveNothing() {
        round(20, 40);
        round(7, 80);
        assertThat(hyStart.growthDivisor()).isEqualTo(1);
    }

    @Test
    void growthBelowFourMillisecondsIsNoise() {
        round(20, 1);
        round(20, 4);
        assertThat(hyStart.growthDivisor()).isEqualTo(1);
        round(20, 8);
        assertThat(hyStart.growthDivisor()).isEqualTo(4);
    }

    @Test
    void sixteenMillisecondsAreEnoughOnTheLongestPath() {
        round(20, 400);
        round(20, 416);
        assertThat(hyStart.growthDivisor()).isEqualTo(4);
    }

    @Test
    void aRoundTripThatShrinksAgainResumesSlowStart() {
        round(20, 40);
        round(20, 50);
        round(20, 41);
        assertThat(hyStart.growthDivisor()).isEqualTo(1);
    }

    @Test
    void afterFiveConservativeRoundsSlowStartIsOver() {
        round(20, 40);
        round(20, 50);
        for (int i = 0; i < 4; i++) {
            assertThat(round(20, 50)).isFalse();
        }
        assertThat(round(20, 50)).isTrue();
    }
}
