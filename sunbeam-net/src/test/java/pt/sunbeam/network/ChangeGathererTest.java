package pt.sunbeam.network;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.network.NetlinkMessagesTest.address;

import java.util.Set;
import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

class ChangeGathererTest {
    private static final NetworkState HOME = state("10.0.0.2", "10.0.0.1");
    private static final NetworkState CAFE = state("172.16.0.7", "172.16.0.1");
    private static final long NOW = 77 * Deadline.SECOND;

    private final ChangeGatherer gatherer = new ChangeGatherer(HOME);

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
        assertThat(gatherer.onState(HOME).isNone()).isTrue();
    }

    @Test
    void aDifferenceIsToldOnceAndSaysWhatDiffers() {
        assertThat(gatherer.onState(CAFE)).isEqualTo(new NetworkChange(true, true));
        assertThat(gatherer.onState(CAFE).isNone()).isTrue();
        assertThat(gatherer.onState(state("172.16.0.8", "172.16.0.1"))).isEqualTo(new NetworkChange(true, false));
        assertThat(gatherer.onState(state("172.16.0.8", "172.16.0.2"))).isEqualTo(new NetworkChange(false, true));
    }

    @Test
    void theRouteOfEachFamilyCounts() {
        NetworkState both =
                new NetworkState(HOME.interfaces(), HOME.defaultV4(), new DefaultRoute("wlan0", address("fe80::1")));
        assertThat(gatherer.onState(both)).isEqualTo(new NetworkChange(false, true));
        assertThat(gatherer.onState(HOME)).isEqualTo(new NetworkChange(false, true));
    }

    @Test
    void aStateThatCannotBeReadIsReadAgain() {
        gatherer.onSign(NOW);
        assertThat(gatherer.onTimer(NOW + Deadline.millis(250))).isTrue();
        gatherer.onUnreadable(NOW + Deadline.millis(250));
        assertThat(gatherer.onTimer(NOW + Deadline.millis(1249))).isFalse();
        assertThat(gatherer.onTimer(NOW + Deadline.millis(1250))).isTrue();
        assertThat(gatherer.onState(CAFE).isNone()).isFalse();
    }
}
