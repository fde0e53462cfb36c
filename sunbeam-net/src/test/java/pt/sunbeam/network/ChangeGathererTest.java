package pt.sunbeam.network;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.network.NetlinkMessagesTest.address;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

class ChangeGathererTest {
    private static final NetworkState HOME = state("10.0.0.2", "10.0.0.1");
    private static final NetworkState CAFE = state("172.16.0.7", "172.16.0.1");
    private static final long NOW = 77 * Deadline.SECOND;

    private final ChangeGatherer gatherer = new ChangeGatherer(HOME, NOW);

    private static NetworkState state(String own, String gateway) {
        return new NetworkState(
                Set.of(new InterfaceState("wlan0", Set.of(address(own)))),
                new DefaultRoute("wlan0", address(gateway)),
                null);
    }

    @Test
    void nothingIsReadWithoutASign() {
        assertThat(gatherer.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
        assertThat(gatherer.onTimer(NOW)).isFalse();
    }

    @Test
    void aBurstIsReadOnceAfterTheWindowOfItsFirstSign() {
        for (int i = 0; i < 250; i++) {
            gatherer.onSign(NOW + Deadline.millis(i));
            assertThat(gatherer.onTimer(NOW + Deadline.millis(i))).isFalse();
        }
        assertThat(gatherer.nextDeadlineNanos()).isEqualTo(NOW + Deadline.millis(250));
        assertThat(gatherer.onTimer(NOW + Deadline.millis(250))).isTrue();
        assertThat(gatherer.onTimer(NOW + Deadline.seconds(9))).isFalse();
        assertThat(gatherer.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @Test
    void whatCameBackWithinTheWindowIsNotTold() {
        assertThat(gatherer.onState(HOME, NOW).isNone()).isTrue();
    }

    @Test
    void aDifferenceIsToldOnceAndSaysWhatDiffers() {
        assertThat(gatherer.onState(CAFE, NOW)).isEqualTo(new NetworkChange(true, true, true));
        assertThat(gatherer.onState(CAFE, NOW).isNone()).isTrue();
        assertThat(gatherer.onState(state("172.16.0.8", "172.16.0.1"), NOW))
                .isEqualTo(new NetworkChange(true, false, true));
        assertThat(gatherer.onState(state("172.16.0.8", "172.16.0.2"), NOW))
                .isEqualTo(new NetworkChange(false, true, true));
    }

    @Test
    void theRouteOfEachFamilyCounts() {
        NetworkState both =
                new NetworkState(HOME.interfaces(), HOME.defaultV4(), new DefaultRoute("wlan0", address("fe80::1")));
        assertThat(gatherer.onState(both, NOW)).isEqualTo(new NetworkChange(false, true, true));
        assertThat(gatherer.onState(HOME, NOW)).isEqualTo(new NetworkChange(false, true, true));
    }

    @Test
    void aStateThatCannotBeReadIsReadAgain() {
        gatherer.onSign(NOW);
        assertThat(gatherer.onTimer(NOW + Deadline.millis(250))).isTrue();
        gatherer.onUnreadable(NOW + Deadline.millis(250));
        assertThat(gatherer.onTimer(NOW + Deadline.millis(1249))).isFalse();
        assertThat(gatherer.onTimer(NOW + Deadline.millis(1250))).isTrue();
        assertThat(gatherer.onState(CAFE, NOW).isNone()).isFalse();
    }

    private static NetworkState withBridge(NetworkState state) {
        Set<InterfaceState> interfaces = new HashSet<>(state.interfaces());
        interfaces.add(new InterfaceState("docker0", Set.of(address("172.17.0.1"))));
        return new NetworkState(interfaces, state.defaultV4(), state.defaultV6());
    }

    private static NetworkState withoutRoute(NetworkState state) {
        return new NetworkState(state.interfaces(), null, null);
    }

    @Test
    void aBridgeBesideTheDefaultRouteIsNoOtherWay() {
        assertThat(gatherer.onState(withBridge(HOME), NOW)).isEqualTo(new NetworkChange(true, false, false));
    }

    @Test
    void withoutADefaultRouteEveryAddressIsAWay() {
        assertThat(NetworkChange.between(withoutRoute(HOME), withoutRoute(withBridge(HOME))))
                .isEqualTo(new NetworkChange(true, false, true));
    }

    /** One state a second, each a sign; returns what was told, with its second. */
    private List<String> flap(NetworkState even, NetworkState odd, int seconds) {
        List<String> told = new ArrayList<>();
        long nowNanos = NOW;
        for (int s = 0; s < seconds + 30; s++) {
            nowNanos = NOW + Deadline.seconds(s);
            if (s < seconds) {
                gatherer.onSign(nowNanos);
            }
            NetworkState state = Math.min(s, seconds - 1) % 2 == 0 ? even : odd;
            while (gatherer.nextDeadlineNanos() < nowNanos + Deadline.SECOND) {
                long dueNanos = gatherer.nextDeadlineNanos();
                assertThat(gatherer.onTimer(dueNanos)).isTrue();
                if (!gatherer.onState(state, dueNanos).isNone()) {
                    told.add((state.equals(even) ? "even " : "odd ") + s);
                }
            }
        }
        return told;
    }

    @Test
    void anInterfaceThatFlapsEverySecondIsToldEveryFiveAndAtLastAsItIs() {
        List<String> told = flap(CAFE, HOME, 61);
        assertThat(told).startsWith("even 0", "odd 1", "even 2").hasSizeLessThanOrEqualTo(3 + 61 / 5 + 1);
        assertThat(told.getLast()).startsWith("even");
    }

    @Test
    void aBridgeThatFlapsEverySecondIsToldEveryTwenty() {
        List<String> told = flap(withBridge(HOME), HOME, 61);
        assertThat(told).hasSizeLessThanOrEqualTo(2 + 61 / 20 + 1);
        assertThat(told.getLast()).startsWith("even");
    }

    @Test
    void anotherWayDoesNotWaitForABridgeThatFlaps() {
        flap(withBridge(HOME), HOME, 20);
        long nowNanos = NOW + Deadline.seconds(60);
        gatherer.onSign(nowNanos);
        assertThat(gatherer.onTimer(nowNanos + ChangeGatherer.WINDOW_NANOS)).isTrue();
        assertThat(gatherer.onState(CAFE, nowNanos + ChangeGatherer.WINDOW_NANOS)
                        .way())
                .isTrue();
    }
}
