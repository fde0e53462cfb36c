package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

class ProbeScheduleTest {
    private static final long NOW = Deadline.seconds(500);

    private final ProbeSchedule schedule = new ProbeSchedule(new Random(3));

    private void answered(long takenNanos) {
        schedule.onReport(Reports.stun(Map.of(1, 20L), Map.of(), takenNanos));
    }

    private void mute(long takenNanos) {
        schedule.onReport(Reports.stun(Map.of(), Map.of(), takenNanos));
    }

    private long seconds(long fromNanos) {
        return (schedule.nextDeadlineNanos() - fromNanos) / Deadline.SECOND;
    }

    @Test
    void answersAreAskedForAgainAfterTwentyToTwentySixSeconds() {
        for (int i = 0; i < 50; i++) {
            answered(NOW);
            assertThat(seconds(NOW)).isBetween(20L, 25L);
        }
        assertThat(schedule.isGivenUp()).isFalse();
    }

    @Test
    void aMeasurementIsDueOnce() {
        answered(NOW);
        long dueNanos = schedule.nextDeadlineNanos();
        assertThat(schedule.onTimer(dueNanos - 1)).isFalse();
        assertThat(schedule.onTimer(dueNanos)).isTrue();
        assertThat(schedule.onTimer(dueNanos + Deadline.seconds(900))).isFalse();
    }

    @Test
    void whereNothingEverAnswersItIsAskedLessAndLessDownToEveryFiveMinutes() {
        for (long least : new long[] {20, 40, 80, 160, 294, 294}) {
            mute(NOW);
            assertThat(seconds(NOW)).isBetween(least, least + 6).isLessThanOrEqualTo(300);
        }
    }

    @Test
    void oneSilenceMayBeChanceAndTwoAreNot() {
        mute(NOW);
        assertThat(schedule.mayMeasure(NOW)).isTrue();
        mute(NOW);
        assertThat(schedule.isGivenUp()).isTrue();
        assertThat(schedule.mayMeasure(NOW + Deadline.seconds(39))).isFalse();
        assertThat(schedule.mayMeasure(NOW + Deadline.seconds(46))).isTrue();
    }

    @Test
    void theSlowRetryOutlivesAnIdleTime() {
        mute(NOW);
        mute(NOW);
        assertThat(schedule.onTimer(NOW + Deadline.seconds(60))).isTrue();
        assertThat(schedule.mayMeasure(NOW + Deadline.seconds(900))).isTrue();
    }

    @Test
    void anAnswerOrAnotherNetworkEndsTheSilence() {
        mute(NOW);
        mute(NOW);
        answered(NOW);
        assertThat(schedule.isGivenUp()).isFalse();
        mute(NOW);
        mute(NOW);
        schedule.reset();
        assertThat(schedule.isGivenUp()).isFalse();
        assertThat(schedule.mayMeasure(NOW)).isTrue();
    }
}
