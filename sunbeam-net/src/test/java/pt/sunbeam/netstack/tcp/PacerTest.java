package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

/** How segments are spread over time (draft-ietf-ccwg-bbr section 4.6.2). */
class PacerTest {
    private static final int MSS = 1228;
    private static final long START = Deadline.SECOND;

    private final Pacer pacer = new Pacer();

    /** Sends as long as the gate is open; how many segments that were. */
    private int sendAll(long nowNanos) {
        int count = 0;
        while (pacer.isOpen(nowNanos) && count < 10_000) {
            pacer.onSent(MSS, nowNanos);
            count++;
        }
        return count;
    }

    @Test
    void withoutARateTheGateIsAlwaysOpen() {
        assertThat(sendAll(START)).isEqualTo(10_000);
    }

    @Test
    void aBurstIsWhatTheRateCarriesInAMillisecond() {
        pacer.setRate(12_500_000, MSS);
        sendAll(START);
        int burst = sendAll(pacer.releaseNanos());
        assertThat(burst).isEqualTo(11);
        assertThat(pacer.isOpen(pacer.releaseNanos() - 1)).isFalse();
    }

    @Test
    void belowTenMegabitsSegmentsLeaveOneByOne() {
        pacer.setRate(125_000, MSS);
        sendAll(START);
        for (int i = 0; i < 20; i++) {
            assertThat(sendAll(pacer.releaseNanos())).isEqualTo(1);
        }
    }

    @Test
    void inTheLongRunTheRateIsKept() {
        pacer.setRate(12_500_000, MSS);
        long now = START;
        long bytes = 0;
        while (now < START + Deadline.SECOND) {
            bytes += (long) sendAll(now) * MSS;
            now = Math.max(now, pacer.releaseNanos());
        }
        assertThat(bytes).isBetween(12_480_000L, 12_540_000L);
    }

    @Test
    void aLateTurnMakesUpForTwoBurstsAndNoMore() {
        pacer.setRate(12_500_000, MSS);
        sendAll(START);
        assertThat(sendAll(START + Deadline.SECOND)).isBetween(30, 32);
    }
}
