package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CancelledProbeTest {
    @Test
    void aProbeOfNewDataAfterACancelledRepeatRepairsNothing() {
        TailLossProbe probe = new TailLossProbe();
        probe.onTimer();
        probe.repeatsSegment();
        probe.sent(10);
        probe.cancel();
        probe.onTimer();
        probe.sent(20);
        assertThat(probe.repairedLoss(30, false, false)).isFalse();
    }
}
