package pt.sunbeam.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpAddress;

class PollingSourceTest {
    private final AtomicLong nowNanos = new AtomicLong();
    private final PollingSource source = new PollingSource(nowNanos::get);

    @Test
    void everyIntervalIsASign() throws IOException {
        assertThat(source.await(0)).isFalse();
        nowNanos.set(PollingSource.INTERVAL_NANOS);
        assertThat(source.await(Long.MAX_VALUE)).isTrue();
        assertThat(source.await(0)).isFalse();
        nowNanos.set(2 * PollingSource.INTERVAL_NANOS);
        assertThat(source.await(0)).isTrue();
    }

    @Test
    void aWakeEndsTheWait() throws IOException {
        source.wake();
        assertThat(source.await(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void whatJavaTellsIsReadTwiceAlikeAndHasNoAddressThatNobodyCanReach() throws IOException {
        NetworkState state = source.read();
        assertThat(source.read()).isEqualTo(state);
        assertThat(state.hasAddress(IpAddress.LOOPBACK_V4)).isFalse();
        assertThat(state.interfaces()).allMatch(i -> !i.addresses().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"tailscale0", "wg0", "utun4", "tun0", "tap1", "zt7nnig34v"})
    void tunnelsAreKnownByTheirNames(String name) {
        assertThat(TunnelNames.isTunnel(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth0", "en0", "wlan0", "wwan0", "ppp0", "bridge0", "docker0"})
    void waysOutAreNotTakenForTunnels(String name) {
        assertThat(TunnelNames.isTunnel(name)).isFalse();
    }
}
