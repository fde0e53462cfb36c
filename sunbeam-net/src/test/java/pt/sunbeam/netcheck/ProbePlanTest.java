package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netcheck.ProbePlan.Probe;
import pt.sunbeam.time.Deadline;

/** The plans of Tailscale 1.103, net/netcheck/netcheck.go, makeProbePlan. */
class ProbePlanTest {
    private static final Map<Integer, Long> NONE = Map.of();

    /** Regions 1 to {@code count}, each with two servers of each family: 10.0.R.1 and .2, 2001:db8::R:1 and :2. */
    private static List<ProbeRegion> regions(int count) {
        List<ProbeRegion> regions = new ArrayList<>();
        for (int id = 1; id <= count; id++) {
            regions.add(new ProbeRegion(id, List.of(v4(id, 1), v4(id, 2)), List.of(v6(id, 1), v6(id, 2))));
        }
        return regions;
    }

    private static IpEndpoint v4(int region, int node) {
        return new IpEndpoint(IpAddress.v4(10 << 24 | region << 8 | node), 3478);
    }

    private static IpEndpoint v6(int region, int node) {
        return new IpEndpoint(IpAddress.v6(0x20010db8L << 32, (long) region << 16 | node), 3478);
    }

    /** One line a request: {@code REGION FAMILY NODE DELAY}. */
    private static List<String> lines(ProbePlan plan) {
        return plan.probes().stream().map(ProbePlanTest::line).toList();
    }

    private static String line(Probe probe) {
        return probe.region() + (probe.server().address().v6() ? " v6 " : " v4 ")
                + (probe.server().address().low() & 0xff) + " " + probe.delayNanos() / Deadline.MILLI;
    }

    private static List<String> incremental(Map<Integer, Long> v4, Map<Integer, Long> v6, int home) {
        return lines(ProbePlan.incremental(regions(5), true, true, Reports.stun(v4, v6, 0), home));
    }

    @Test
    void aFullPlanAsksEachRegionAndFamilyThreeTimesCyclingThroughItsNodes() {
        assertThat(lines(ProbePlan.full(regions(1), true, true)))
                .containsExactly("1 v4 1 0", "1 v6 1 0", "1 v4 2 100", "1 v6 2 100", "1 v4 1 200", "1 v6 1 200");
        assertThat(ProbePlan.full(regions(5), true, true).probes()).hasSize(30);
    }

    @Test
    void aFamilyWithoutASocketOrWithoutAServerIsNotAsked() {
        assertThat(lines(ProbePlan.full(regions(1), true, false)))
                .containsExactly("1 v4 1 0", "1 v4 2 100", "1 v4 1 200");
        assertThat(lines(ProbePlan.full(regions(1), false, true)))
                .containsExactly("1 v6 1 0", "1 v6 2 100", "1 v6 1 200");
        assertThat(lines(ProbePlan.full(regions(1), false, false))).isEmpty();
        ProbeRegion noV6 = new ProbeRegion(1, List.of(v4(1, 1)), List.of());
        assertThat(lines(ProbePlan.full(List.of(noV6), true, true)))
                .containsExactly("1 v4 1 0", "1 v4 1 100", "1 v4 1 200");
    }

    @Test
    void anIncrementalPlanAsksTheThreeNearestTheFastestTwoTwice() {
        assertThat(incremental(Map.of(1, 50L, 2, 10L, 3, 20L, 4, 40L), NONE, 0))
                .containsExactlyInAnyOrder(
                        "2 v4 1 0", "2 v6 1 0", "2 v4 2 12", "3 v4 1 0", "3 v6 1 0", "3 v4 2 24", "4 v4 1 0");
    }

    @Test
    void theHomeIsAskedFourTimesWhereverItStands() {
        assertThat(incremental(Map.of(1, 50L, 2, 10L, 3, 20L, 4, 40L), NONE, 1))
                .contains("1 v4 1 0", "1 v4 2 60", "1 v4 1 220", "1 v4 2 330")
                .filteredOn(line -> line.startsWith("1"))
                .hasSize(4);
        assertThat(incremental(Map.of(2, 10L, 3, 20L, 4, 40L), NONE, 1))
                .as("not known from last time: 200 ms a step, and 50 ms a step from the third request on")
                .contains("1 v4 1 0", "1 v4 2 200", "1 v4 1 500", "1 v4 2 750");
    }

    @Test
    void whereBothFamiliesWorkTheSlowerRegionsAlternate() {
        assertThat(incremental(Map.of(1, 10L, 2, 20L, 3, 30L, 4, 40L), Map.of(1, 11L), 4))
                .containsExactlyInAnyOrder(
                        "1 v4 1 0",
                        "1 v6 1 0",
                        "1 v4 2 12",
                        "1 v6 2 12",
                        "2 v4 1 0",
                        "2 v6 1 0",
                        "2 v4 2 24",
                        "2 v6 2 24",
                        "3 v4 1 0",
                        "4 v6 1 0",
                        "4 v6 2 48",
                        "4 v6 1 196",
                        "4 v6 2 294");
    }

    @Test
    void aMachineWithOnlyIpv6AsksOverItEverywhere() {
        NetReport last = Reports.stun(NONE, Map.of(1, 10L, 2, 20L, 3, 30L), 0);
        assertThat(lines(ProbePlan.incremental(regions(3), false, true, last, 3)))
                .containsExactlyInAnyOrder(
                        "1 v6 1 0",
                        "1 v6 2 12",
                        "2 v6 1 0",
                        "2 v6 2 24",
                        "3 v6 1 0",
                        "3 v6 2 36",
                        "3 v6 1 172",
                        "3 v6 2 258");
    }

    @Test
    void aRegionThatLeftTheMapIsNotAsked() {
        assertThat(incremental(Map.of(9, 1L, 1, 10L), NONE, 9)).noneMatch(line -> line.startsWith("9"));
    }

    @Test
    void aFullPlanIsDueAtFirstAfterSilenceAndEveryFiveMinutes() {
        NetReport answered = Reports.stun(Map.of(1, 10L), NONE, 0);
        NetReport silent = Reports.stun(NONE, NONE, 0);
        long interval = ProbePlan.FULL_INTERVAL_NANOS;
        assertThat(due(null, 0, 1)).isTrue();
        assertThat(due(silent, 0, 1)).isTrue();
        assertThat(due(answered, 0, interval - 1)).isFalse();
        assertThat(due(answered, 0, interval)).isTrue();
    }

    private static boolean due(NetReport last, long lastFullNanos, long nowNanos) {
        return ProbePlan.due(regions(2), false, true, true, last, lastFullNanos, 1, nowNanos)
                .full();
    }

    @Test
    void whereUdpIsForbiddenTheHomeAndTwoOthersAreAskedOnce() {
        NetReport mute = Reports.stun(NONE, NONE, 0);
        ProbePlan plan = ProbePlan.due(regions(5), true, true, true, mute, 0, 4, Deadline.seconds(400));
        assertThat(lines(plan)).containsExactly("4 v4 1 0", "4 v6 1 0", "1 v4 1 0", "1 v6 1 0", "2 v4 1 0", "2 v6 1 0");
        assertThat(plan.full()).isFalse();
    }

    @Test
    void onAnotherNetworkEveryRegionIsAskedThoughUdpWasForbiddenBefore() {
        assertThat(ProbePlan.due(regions(5), true, true, true, null, 0, 4, 0))
                .isEqualTo(ProbePlan.full(regions(5), true, true));
    }
}
