package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

class BackoffTest {
    private static final long NOW = Deadline.seconds(77);

    /** Always the lowest or always the highest value that was asked for. */
    private static RandomGenerator extreme(boolean high) {
        return new RandomGenerator() {
            @Override
            public long nextLong() {
                throw new AssertionError("only bounded numbers are expected");
            }

            @Override
            public long nextLong(long bound) {
                return high ? bound - 1 : 0;
            }
        };
    }

    @Test
    void pausesDoubleFromHalfASecondToAMinuteAndStayThere() {
        Backoff backoff = new Backoff(extreme(true));
        for (long millis : new long[] {500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000}) {
            assertThat(backoff.nextPauseMillis(NOW)).isEqualTo(millis);
        }
    }

    @Test
    void neverLessThanHalfOfThePauseIsWaited() {
        Backoff backoff = new Backoff(extreme(false));
        for (long millis : new long[] {250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000}) {
            assertThat(backoff.nextPauseMillis(NOW)).isEqualTo(millis);
        }
    }

    @Test
    void aMillionFailuresStillPauseAMinuteAtMost() {
        Backoff backoff = new Backoff(extreme(true));
        for (int i = 0; i < 1_000_000; i++) {
            backoff.nextPauseMillis(NOW);
        }
        assertThat(backoff.nextPauseMillis(NOW)).isEqualTo(Backoff.MAX_MILLIS);
        assertThat(backoff.failures()).isEqualTo(1_000_001);
    }

    @Test
    void aHealthySessionStartsItAnew() {
        Backoff backoff = new Backoff(extreme(true));
        backoff.nextPauseMillis(NOW);
        backoff.nextPauseMillis(NOW);
        backoff.reset();
        assertThat(backoff.failures()).isZero();
        assertThat(backoff.nextPauseMillis(NOW)).isEqualTo(Backoff.FIRST_MILLIS);
    }

    @Test
    void anAttemptThatTheNetworkChangedUnderIsFollowedAtOnceByOneOther() {
        Backoff backoff = new Backoff(extreme(true));
        backoff.nextPauseMillis(NOW);
        backoff.nextPauseMillis(NOW);
        backoff.begin();
        backoff.networkChanged(NOW);
        assertThat(backoff.nextPauseMillis(NOW)).isZero();
        backoff.begin();
        assertThat(backoff.nextPauseMillis(NOW)).isEqualTo(2 * Backoff.FIRST_MILLIS);
    }

    @Test
    void anAttemptThatBeganOnTheNewNetworkIsFollowedAfterAPause() {
        Backoff backoff = new Backoff(extreme(true));
        backoff.networkChanged(NOW);
        backoff.begin();
        assertThat(backoff.nextPauseMillis(NOW)).isEqualTo(Backoff.FIRST_MILLIS);
    }

    @Test
    void aSessionThatOutlivedTheChangeEndsLikeAnyOther() {
        Backoff backoff = new Backoff(extreme(true));
        backoff.networkChanged(NOW);
        assertThat(backoff.nextPauseMillis(NOW + Backoff.CHANGE_NANOS + 1)).isEqualTo(Backoff.FIRST_MILLIS);
    }
}
