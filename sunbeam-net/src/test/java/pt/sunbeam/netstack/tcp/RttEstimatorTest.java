package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

/** The round trip and the time-out that follows from it (RFC 6298). */
class RttEstimatorTest {
    private static final long HOLD = Deadline.seconds(50);
    private static final long RTT = Deadline.millis(40);

    private final RttEstimator rtt = new RttEstimator();
    private long nowNanos = Deadline.SECOND;

    private void samples(int count, long rttNanos, long everyNanos) {
        for (int i = 0; i < count; i++) {
            nowNanos += everyNanos;
            rtt.sample(rttNanos, nowNanos);
        }
    }

    @Test
    void fourSecondsAfterARelayHeldTenSegmentsForAMinuteTheTimeoutIsShortAgain() {
        samples(20, RTT, RTT);
        samples(10, HOLD, Deadline.MILLI);
        assertThat(rtt.rtoNanos()).isGreaterThan(HOLD);
        samples(100, RTT, RTT);
        assertThat(rtt.rtoNanos()).isLessThan(Deadline.SECOND);
    }
}
