package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pt.sunbeam.disco.TxId;

class SeenPingsTest {
    private final SeenPings seen = new SeenPings();

    private boolean add(int id) {
        return seen.add(new TxId(id, 0));
    }

    @Test
    void theLastPingsAreKnownAndThoseBeforeAreForgotten() {
        for (int i = 0; i < 10 * SeenPings.CAPACITY; i++) {
            assertThat(add(i)).isTrue();
            for (int j = Math.max(0, i - SeenPings.CAPACITY + 1); j <= i; j++) {
                assertThat(add(j)).as("%s after %s", j, i).isFalse();
            }
        }
        assertThat(add(0)).isTrue();
    }
}
