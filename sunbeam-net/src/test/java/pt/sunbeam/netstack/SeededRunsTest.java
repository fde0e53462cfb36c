package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Seeded runs between two stacks over bad links, with readers that pause, blackouts, changes of path and aborts; the whole
 * state is audited after every step. {@code -Dsunbeam.seeds=10000} runs so many of them; one alone: {@code ./mvnw test -pl
 * sunbeam-net -am -Dtest=SeededRunsTest -Dsurefire.failIfNoSpecifiedTests=false -Dsunbeam.seed=17}. No foreign bytes.
 */
class SeededRunsTest {
    private static final long SEEDS_OF_TRACES = 20;
    private static final int THREADS = 2;

    private static long run(long seed) {
        SeededRun run = new SeededRun(seed);
        try {
            return run.run();
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "seed " + seed + " (replay it alone with -Dsunbeam.seed=" + seed + "): " + e.getMessage(), e);
        }
    }

    private final SeedProperties seeds = SeedProperties.read(System::getProperty);

    @Test
    void everySeedKeepsTheInvariantsAndLosesNoByte() throws Exception {
        Long only = seeds.only();
        if (only != null) {
            System.out.println("replaying seed " + only + ": " + new SeededRun(only).conditions());
            run(only);
            return;
        }
        AtomicLong next = new AtomicLong(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            Future<?> first = pool.submit(() -> runUntilTheEnd(next));
            Future<?> second = pool.submit(() -> runUntilTheEnd(next));
            first.get();
            second.get();
        }
        assertThat(next.get()).isGreaterThan(seeds.count());
    }

    private void runUntilTheEnd(AtomicLong next) {
        for (long seed = next.getAndIncrement(); seed <= seeds.count(); seed = next.getAndIncrement()) {
            run(seed);
        }
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        Long only = seeds.only();
        long first = only == null ? 1 : only;
        long last = only == null ? SEEDS_OF_TRACES : only;
        for (long seed = first; seed <= last; seed++) {
            assertThat(run(seed)).as("seed %d", seed).isEqualTo(run(seed));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sunbeam.seed,17x,-Dsunbeam.seed=17x is not a whole number",
        "sunbeam.seed,'',-Dsunbeam.seed= is not a whole number",
        "sunbeam.seeds,many,-Dsunbeam.seeds=many is not a whole number from 1 on",
        "sunbeam.seeds,0,-Dsunbeam.seeds=0 is not a whole number from 1 on"
    })
    void aSeedThatIsNoNumberIsAnError(String name, String value, String sentence) {
        assertThatThrownBy(() -> SeedProperties.read(asked -> asked.equals(name) ? value : null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @Test
    void withoutPropertiesAThousandSeedsRun() {
        assertThat(SeedProperties.read(asked -> null)).isEqualTo(new SeedProperties(1000, null));
    }

    @Test
    void theConditionsOfASeedAreOneLine() {
        assertThat(new SeededRun(17).conditions())
                .isEqualTo(new SeededRun(17).conditions())
                .contains("delayNanos=", "mtuBytes=", "congestionControl=")
                .doesNotContain("\n");
    }
}
