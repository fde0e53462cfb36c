package pt.sunbeam.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table is the one of wireguard-go's replay_test.go, in terms of the window's width. */
class ReplayWindowTest {
    private static final long W = ReplayWindow.WINDOW;

    private final ReplayWindow window = new ReplayWindow();

    @Test
    void theWindowIs8128Wide() {
        assertThat(W).isEqualTo(8128);
    }

    @Test
    void eachCounterIsAcceptedOnceWithinTheWindow() {
        accepts(0);
        rejects(0);
        accepts(1);
        rejects(1);
        accepts(9);
        accepts(8);
        accepts(7);
        rejects(7);
        accepts(W);
        for (long i = W - 1; i > 9; i--) {
            accepts(i);
        }
        for (long i = 10; i <= W; i++) {
            rejects(i);
        }
        accepts(3 * W);
        rejects(3 * W - W - 1);
        accepts(3 * W - W);
        rejects(3 * W);
    }

    @Test
    void jumpsClearWhatTheyPass() {
        for (long step : new long[] {1, 63, 64, 65, W - 1, W, W + 1, W + 64, 5 * W}) {
            ReplayWindow fresh = new ReplayWindow();
            for (long i = 0; i < 300; i++) {
                assertThat(fresh.accept(i * step)).as("step %d, %d", step, i).isTrue();
                assertThat(fresh.accept(i * step)).isFalse();
            }
        }
    }

    @Test
    void theLastCountersAreNeverAccepted() {
        rejects(Limits.REJECT_AFTER_MESSAGES);
        rejects(-1);
        accepts(Limits.REJECT_AFTER_MESSAGES - 1);
        rejects(Limits.REJECT_AFTER_MESSAGES - 1);
        rejects(Limits.REJECT_AFTER_MESSAGES);
        accepts(Limits.REJECT_AFTER_MESSAGES - 1 - W);
        rejects(Limits.REJECT_AFTER_MESSAGES - 2 - W);
        rejects(0);
    }

    @Test
    void askingChangesNothing() {
        assertThat(window.wouldAccept(5)).isTrue();
        assertThat(window.wouldAccept(5)).isTrue();
        accepts(4);
        accepts(5);
        assertThat(window.wouldAccept(5)).isFalse();
    }

    @Test
    void itAgreesWithASetOfAllCountersSeen() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Set<Long> seen = new HashSet<>();
        long highest = 0;
        for (int i = 0; i < 50_000; i++) {
            long counter = Math.max(0, highest + random.nextInt(-9000, 300));
            boolean expected = highest - counter <= W && !seen.contains(counter);
            assertThat(window.accept(counter)).as("seed %d, step %d", seed, i).isEqualTo(expected);
            if (expected) {
                seen.add(counter);
                highest = Math.max(highest, counter);
            }
        }
    }

    private void accepts(long counter) {
        assertThat(window.accept(counter))
                .as("%s", Long.toUnsignedString(counter))
                .isTrue();
    }

    private void rejects(long counter) {
        assertThat(window.accept(counter))
                .as("%s", Long.toUnsignedString(counter))
                .isFalse();
    }
}
