package pt.sunbeam.sim.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import pt.sunbeam.sim.Fate;
import pt.sunbeam.sim.Impairments;

/** Changes in mid-run, in virtual time: what becomes of packets that are offered before and after them. */
class TimetableTest {
    private static final long MILLI = 1_000_000;
    private static final byte[] PACKET = new byte[1250];

    private Impairments impairments =
            new Impairments(LinkState.PERFECT.leftToRight().profile(), 1);
    private Timetable timetable = timetable("--delay 0ms", LinkState::leftToRight);

    private static Timetable timetable(String line, Function<LinkState, Way> side) {
        EmulatorOptions o = EmulatorOptions.parse(List.of(line.split(" ")));
        return Timetable.of(o.link(), o.changes(), side);
    }

    private void begin(String line) {
        begin(line, LinkState::leftToRight);
    }

    private void begin(String line, Function<LinkState, Way> side) {
        impairments = new Impairments(LinkState.PERFECT.leftToRight().profile(), 1);
        timetable = timetable(line, side);
    }

    private Fate fate(long atMillis) {
        timetable.follow(atMillis * MILLI, impairments);
        return impairments.offer(PACKET, 0, PACKET.length, atMillis * MILLI);
    }

    /** How long a packet is under way that is offered then. */
    private long transitMillis(long atMillis) {
        assertThat(fate(atMillis)).isEqualTo(Fate.DELIVERED);
        return impairments.arrivalNanos() / MILLI - atMillis;
    }

    @Test
    void theDelayIsAnotherFromTheTimeOfTheChangeOn() {
        begin("--delay 10ms --at 5s:delay=50ms");
        assertThat(transitMillis(4999)).isEqualTo(10);
        assertThat(transitMillis(5000)).isEqualTo(50);
    }

    @Test
    void packetsUnderWayAreNotOvertakenWhenTheDelayFalls() {
        begin("--delay 100ms --at 5s:delay=1ms");
        assertThat(transitMillis(4990)).isEqualTo(100);
        assertThat(transitMillis(5000)).isEqualTo(90);
        assertThat(transitMillis(5200)).isEqualTo(1);
    }

    @Test
    void theMtuIsAnotherFromTheTimeOfTheChangeOn() {
        begin("--at 10s:mtu=1200");
        assertThat(fate(9_999)).isEqualTo(Fate.DELIVERED);
        assertThat(fate(10_000)).isEqualTo(Fate.TOO_BIG);
    }

    @Test
    void aBlackoutLosesAllThatIsSentInItAndNothingElse() {
        begin("--delay 20ms --at 5s:blackout=on --at 8s:blackout=off");
        assertThat(transitMillis(4999)).isEqualTo(20);
        for (long at = 5000; at < 8000; at++) {
            assertThat(fate(at)).isEqualTo(Fate.BLACKOUT);
        }
        assertThat(transitMillis(8000)).isEqualTo(20);
        assertThat(impairments.count(Fate.BLACKOUT)).isEqualTo(3000);
    }

    @Test
    void theRateAndTheLossAreOthersFromTheTimeOfTheChangeOn() {
        begin("--at 12s:rate=10mbit,loss=30%");
        for (long at = 0; at < 1000; at++) {
            assertThat(transitMillis(at)).isZero();
        }
        int lost = 0;
        for (long at = 12_000; at < 22_000; at += 10) {
            lost += fate(at) == Fate.LOST ? 1 : 0;
        }
        assertThat(lost).isBetween(250, 350);
        assertThat(impairments.arrivalNanos() % (10 * MILLI))
                .as("1250 bytes at 10 Mbit/s")
                .isEqualTo(MILLI);
    }

    @Test
    void aSilenceLongerThanSeveralChangesLeavesTheLastOfThem() {
        begin("--at 1s:delay=10ms --at 2s:blackout=on --at 3s:delay=30ms,blackout=off");
        assertThat(transitMillis(0)).isZero();
        assertThat(transitMillis(9000)).isEqualTo(30);
    }

    @Test
    void eachDirectionHasItsOwnValue() {
        begin("--at 1s:delay=10ms,20ms,blackout=off,on", LinkState::leftToRight);
        assertThat(transitMillis(1000)).isEqualTo(10);
        begin("--at 1s:delay=10ms,20ms,blackout=off,on", LinkState::rightToLeft);
        assertThat(transitMillis(999)).isZero();
        assertThat(fate(1000)).isEqualTo(Fate.BLACKOUT);
    }
}
