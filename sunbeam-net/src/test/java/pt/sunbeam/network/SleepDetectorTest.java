package pt.sunbeam.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.time.Deadline;

class SleepDetectorTest {
    private static final long MONOTONIC = -5 * Deadline.SECOND;
    private static final long WALL = 1_900_000_000L * Deadline.SECOND;

    private final SleepDetector detector = new SleepDetector(Deadline.seconds(10), Deadline.seconds(2));

    /** Milliseconds that each clock goes on between two ticks, and what is told of them. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "an ordinary tick,                            2000,    2000,       0",
        "a tick of nothing,                              0,       0,       0",
        "a late tick,                                11000,   11000,       0",
        "sleep while the monotonic clock stands,      1500,  601500,  600000",
        "sleep just above the threshold,              2000,   12001,   10001",
        "sleep at the threshold,                      2000,   12000,       0",
        "a nap,                                       2000,    9000,       0",
        "sleep while the monotonic clock goes on,   602000,  602000,  600000",
        "a stopped process,                          62000,   62000,   60000",
        "a small step forward of the wall clock,      2000,   11999,       0",
        "a step back of the wall clock,               2000,-3600000,       0",
        "sleep seen although the clock stepped back,62000,-3600000,   60000",
    })
    void twoClocksTellOfSleep(String what, long monotonicMillis, long wallMillis, long sleptMillis) {
        detector.onTick(MONOTONIC, WALL);
        assertThat(detector.onTick(MONOTONIC + Deadline.millis(monotonicMillis), WALL + Deadline.millis(wallMillis)))
                .as(what)
                .isEqualTo(Deadline.millis(sleptMillis));
    }

    @Test
    void theFirstTickTellsNothing() {
        assertThat(detector.onTick(MONOTONIC, WALL)).isZero();
    }

    @Test
    void sleepIsToldOnce() {
        detector.onTick(MONOTONIC, WALL);
        long later = WALL + Deadline.seconds(3600);
        assertThat(detector.onTick(MONOTONIC, later)).isEqualTo(Deadline.seconds(3600));
        assertThat(detector.onTick(MONOTONIC + Deadline.SECOND, later + Deadline.SECOND))
                .isZero();
    }

    @Test
    void smallStepsDoNotAddUp() {
        for (int i = 0; i < 100; i++) {
            assertThat(detector.onTick(MONOTONIC + i * Deadline.SECOND, WALL + i * Deadline.seconds(6)))
                    .isZero();
        }
    }
}
