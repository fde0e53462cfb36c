package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.time.Deadline;

/** Thresholds after Tailscale 1.103, net/netcheck: nearer by a third and by 10 ms, over five minutes. */
class HomeRelayTest {
    private static final long START = Deadline.seconds(1000);

    private final SortedSet<Integer> candidates = new TreeSet<>(List.of(1, 2, 3));
    private final HomeRelay relay = new HomeRelay(new Random(7));
    private DerpMap map = DerpMap.EMPTY;
    private long heardNanos = Deadline.LONG_AGO;
    private long nowNanos = START;

    /** What is chosen when regions 1, 2, 3 answer after so many milliseconds; -1 for one that does not. */
    private int choose(int current, long... millis) {
        Map<Integer, Long> latency = new HashMap<>();
        for (int i = 0; i < millis.length; i++) {
            if (millis[i] >= 0) {
                latency.put(i + 1, millis[i]);
            }
        }
        return relay.onReport(Reports.stun(latency, Map.of(), nowNanos), current, heardNanos, candidates, map);
    }

    @Test
    void withoutAHomeTheNearestIsChosen() {
        assertThat(choose(0, 30, 29, 40)).isEqualTo(2);
    }

    @ParameterizedTest(name = "home at {0} ms, another at {1} ms: {2}")
    @CsvSource({
        "60, 50, 1", // within 10 ms of a third
        "60, 41, 1", // 19 ms, but less than a third
        "60, 40, 2", // by exactly a third
        "60, 39, 2",
        "15, 6, 1", // by more than a third, but 9 ms
        "15, 5, 2", // by exactly 10 ms
        "14, 5, 1",
        "4, 1, 1",
        "40, 60, 1"
    })
    void aHomeIsLeftOnlyForOneThatIsNearerByAThirdAndByTenMilliseconds(long home, long other, int chosen) {
        assertThat(choose(1, home, other)).isEqualTo(chosen);
    }

    @Test
    void oneSlowAnswerDoesNotUnseatARegionThatWasFastWithinFiveMinutes() {
        assertThat(choose(0, 20, 50)).isEqualTo(1);
        nowNanos += Deadline.seconds(20);
        assertThat(choose(1, 200, 50)).isEqualTo(1);
    }

    @Test
    void theBestOfFiveMinutesCountsForTheOtherRegionToo() {
        choose(1, 100, 20);
        nowNanos += Deadline.seconds(20);
        assertThat(choose(1, 100, 90)).isEqualTo(2);
    }

    @Test
    void whatIsOlderThanFiveMinutesAndFiveSecondsIsForgotten() {
        choose(1, 100, 20);
        nowNanos += HomeRelay.HISTORY_NANOS;
        assertThat(choose(1, 100, 90)).isEqualTo(2);
        nowNanos += 1;
        assertThat(choose(1, 100, 90)).isEqualTo(1);
    }

    @Test
    void aRegionThatDoesNotAnswerNowIsNotChosenForItsPast() {
        choose(0, 10, 50);
        nowNanos += Deadline.seconds(20);
        assertThat(choose(0, -1, 50)).isEqualTo(2);
    }

    @Test
    void aSilentHomeIsLeft() {
        assertThat(choose(1, -1, 500)).isEqualTo(2);
    }

    @Test
    void aSilentHomeThatWasHeardOnItsConnectionIsKept() {
        heardNanos = START - HomeRelay.HEARD_NANOS;
        assertThat(choose(1, -1, 500)).isEqualTo(1);
        heardNanos = START - HomeRelay.HEARD_NANOS - 1;
        assertThat(choose(1, -1, 500)).isEqualTo(2);
    }

    @Test
    void theServersFactorsWeighWhatWasMeasured() {
        map = new DerpMap(new DerpMap.HomeParams(Map.of(2, 10.0, 3, 0.1, 1, -1.0)), null, false);
        assertThat(choose(0, 100, 90, 200)).isEqualTo(3);
        assertThat(choose(1, 100, 90, 200)).isEqualTo(3);
    }

    @Test
    void timesOfConnectingAndLatenciesOfStunAreNotCompared() {
        assertThat(choose(0, 30, 20)).isEqualTo(2);
        nowNanos += Deadline.seconds(20);
        NetReport withoutUdp = Reports.connects(Map.of(1, 90L, 2, 150L), nowNanos);
        assertThat(relay.onReport(withoutUdp, 2, heardNanos, candidates, map)).isEqualTo(1);
    }

    @Test
    void withoutAnyAnswerTheHomeStays() {
        assertThat(choose(2)).isEqualTo(2);
        assertThat(relay.withoutAnswer(2, candidates)).isEqualTo(2);
    }

    @Test
    void withoutAnyAnswerAndHomeOneIsPickedByChanceAndKept() {
        int picked = choose(0);
        assertThat(candidates).contains(picked);
        assertThat(choose(9)).isEqualTo(picked);
        assertThat(relay.withoutAnswer(0, candidates)).isEqualTo(picked);
    }

    @Test
    void aRegionThatIsNoCandidateIsNeverHome() {
        candidates.remove(1);
        assertThat(choose(0, 1, 500)).isEqualTo(2);
        assertThat(choose(1, 1, 500)).isEqualTo(2);
        assertThat(choose(1, 1)).isNotEqualTo(1);
    }

    @Test
    void withoutCandidatesThereIsNoHome() {
        candidates.clear();
        assertThat(choose(1, 5)).isZero();
    }
}
