package pt.sunbeam.netstack.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
            pacer.onSent(MSS, 1, nowNanos);
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

    @ParameterizedTest
    @ValueSource(longs = {0, 125_000, 1_250_000, 12_500_000, 125_000_000, 12_500_000_000L})
    void aRunIsAsLongAsTheGateWouldStayOpenSegmentBySegment(long bytesPerSecond) {
        Pacer runs = new Pacer();
        pacer.setRate(bytesPerSecond, MSS);
        runs.setRate(bytesPerSecond, MSS);
        long now = START;
        for (int i = 0; i < 50; i++) {
            int most = 1 + i * 7 % 48;
            int run = runs.segmentsUntilClosed(MSS, most, now);
            runs.onSent(MSS, run, now);
            int single = 0;
            while (single < most && pacer.isOpen(now)) {
                pacer.onSent(MSS, 1, now);
                single++;
            }
            assertThat(run).as("run %d", i).isEqualTo(single);
            assertThat(runs.releaseNanos()).isEqualTo(pacer.releaseNanos());
            now = Math.max(now + i * 1000L, pacer.releaseNanos());
        }
    }
}
