package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.time.Deadline;

/** Thresholds after Tailscale 1.102, net/netcheck: nearer by a third and by 10 ms. */
class HomeRelayTest {
    private final SortedSet<Integer> candidates = new TreeSet<>(java.util.List.of(1, 2, 3));
    private final Map<Integer, Long> latency = new HashMap<>();
    private DerpMap map = DerpMap.EMPTY;

    private HomeRelayTest measured(int region, long millis) {
        latency.put(region, Deadline.millis(millis));
        return this;
    }

    private int choose(int current) {
        return HomeRelay.choose(current, candidates, latency, map);
    }

    @Test
    void withoutAHomeTheNearestIsChosen() {
        measured(1, 30).measured(2, 29).measured(3, 40);
        assertThat(choose(0)).isEqualTo(2);
    }

    @Test
    void aHomeIsKeptUntilAnotherIsNearerByAThirdAndByTenMilliseconds() {
        measured(1, 60).measured(2, 40);
        assertThat(choose(1)).as("nearer by exactly a third").isEqualTo(1);
        measured(2, 39);
        assertThat(choose(1)).isEqualTo(2);
        measured(1, 15).measured(2, 5);
        assertThat(choose(1)).as("nearer by exactly 10 ms").isEqualTo(1);
        measured(2, 4);
        assertThat(choose(1)).isEqualTo(2);
    }

    @Test
    void theServersFactorsWeighWhatWasMeasured() {
        measured(1, 100).measured(2, 90).measured(3, 200);
        map = new DerpMap(new DerpMap.HomeParams(Map.of(2, 10.0, 3, 0.1, 1, -1.0)), null, false);
        assertThat(choose(0)).isEqualTo(3);
        assertThat(choose(1)).isEqualTo(3);
    }

    @Test
    void withoutAnyMeasurementTheHomeStaysAndElseTheLowestIsTaken() {
        assertThat(choose(2)).isEqualTo(2);
        assertThat(choose(0)).isEqualTo(1);
        assertThat(choose(9)).isEqualTo(1);
    }

    @Test
    void aHomeOutOfReachOrNoLongerACandidateIsLeftForAnyOther() {
        measured(2, 500);
        assertThat(choose(1)).isEqualTo(2);
        measured(9, 1);
        assertThat(choose(9)).isEqualTo(2);
    }

    @Test
    void withoutCandidatesThereIsNoHome() {
        candidates.clear();
        assertThat(choose(1)).isZero();
    }
}
