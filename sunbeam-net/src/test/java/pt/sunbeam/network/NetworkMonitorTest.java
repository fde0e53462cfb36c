package pt.sunbeam.network;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The life of the monitor's thread, on whatever source this machine allows. */
@Timeout(30)
class NetworkMonitorTest {
    private static final NetworkListener DEAF = new NetworkListener() {
        @Override
        public void networkChanged(NetworkChange change) {}

        @Override
        public void woke(long sleptNanos) {}
    };

    @Test
    void closeEndsTheThreadWheneverItComes() {
        NetworkMonitor atOnce = NetworkMonitor.start(DEAF);
        atOnce.close();
        assertThat(atOnce.isAlive()).isFalse();
        NetworkMonitor waiting = NetworkMonitor.start(DEAF);
        while (waiting.state() == null) {
            Thread.onSpinWait();
        }
        assertThat(waiting.isAlive()).isTrue();
        waiting.close();
        assertThat(waiting.isAlive()).isFalse();
        waiting.close();
    }
}
