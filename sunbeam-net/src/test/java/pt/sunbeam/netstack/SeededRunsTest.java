package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Seeded runs between two stacks over bad links, with readers that pause, blackouts, changes of path and aborts; the whole
 * state is audited after every step. {@code -Dsunbeam.seeds=10000} runs so many of them; one alone: {@code ./mvnw test -pl
 * sunbeam-net -am -Dtest=SeededRunsTest -Dsurefire.failIfNoSpecifiedTests=false -Dsunbeam.seed=17}. No foreign bytes.
 */
class SeededRunsTest {
    private static final long SEEDS = Long.getLong("sunbeam.seeds", 1000);
    private static final Long ONLY = Long.getLong("sunbeam.seed");
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

    @Test
    void everySeedKeepsTheInvariantsAndLosesNoByte() throws Exception {
        if (ONLY != null) {
            run(ONLY);
            return;
        }
        AtomicLong next = new AtomicLong(1);
        try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
            Future<?> first = pool.submit(() -> runUntilTheEnd(next));
            Future<?> second = pool.submit(() -> runUntilTheEnd(next));
            first.get();
            second.get();
        }
        assertThat(next.get()).isGreaterThan(SEEDS);
    }

    private static void runUntilTheEnd(AtomicLong next) {
        for (long seed = next.getAndIncrement(); seed <= SEEDS; seed = next.getAndIncrement()) {
            run(seed);
        }
    }

    @Test
    void theSameSeedGivesTheSameTrace() {
        for (long seed = 1; seed <= 20; seed++) {
            assertThat(run(seed)).as("seed %d", seed).isEqualTo(run(seed));
        }
    }
}
