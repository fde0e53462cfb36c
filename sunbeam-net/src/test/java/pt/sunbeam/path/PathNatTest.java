package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.time.Deadline.MILLI;
import static pt.sunbeam.time.Deadline.SECOND;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.path.PathNetwork.Nat;
import pt.sunbeam.time.Deadline;

/** Two of our nodes behind NATs, with a relay between them. */
class PathNatTest {
    private final PathNetwork net = new PathNetwork();
    private final PathNetwork.Node a = net.node(Nat.OPEN, "198.51.100.1");
    private final PathNetwork.Node b = net.node(Nat.OPEN, "203.0.113.1");

    private void meet(Nat atA, Nat atB) {
        a.nat = atA;
        b.nat = atB;
        a.meet(b);
        b.meet(a);
    }

    @ParameterizedTest
    @CsvSource({
        "OPEN, OPEN, 100",
        "OPEN, EASY, 1200",
        "EASY, OPEN, 1200",
        "EASY, EASY, 1200",
        "OPEN, SYMMETRIC, 1200",
        "SYMMETRIC, OPEN, 1200",
        "EASY, SYMMETRIC, 2500",
        "SYMMETRIC, EASY, 2500"
    })
    void bothSendDirectlySoonAfterTheFirstPacket(Nat atA, Nat atB, long withinMillis) {
        meet(atA, atB);
        net.talkFor(5000);
        assertThat(a.firstDirectNanos / MILLI).as("from A").isLessThanOrEqualTo(withinMillis);
        assertThat(b.firstDirectNanos / MILLI).as("from B").isLessThanOrEqualTo(withinMillis);
    }

    @ParameterizedTest
    @CsvSource({"SYMMETRIC, SYMMETRIC", "OPEN, BLOCKED", "BLOCKED, EASY", "SYMMETRIC, BLOCKED", "BLOCKED, BLOCKED"})
    void whereNoPathIsPossibleTheRelayCarriesAllAndProbingStaysRare(Nat atA, Nat atB) {
        meet(atA, atB);
        net.talkFor(60_000);
        assertThat(a.pathTo(b).alsoRelay(net.clock.nowNanos())).isTrue();
        assertThat(b.longestSilenceNanos).isLessThan(100 * MILLI);
        int before = a.discoPackets + b.discoPackets;
        net.talkFor(60_000);
        assertThat(a.discoPackets + b.discoPackets - before).isLessThanOrEqualTo(40);
        net.runFor(60_000);
        int quiet = a.discoPackets + b.discoPackets;
        net.runFor(600_000);
        assertThat(a.discoPackets + b.discoPackets).isEqualTo(quiet);
    }

    @Test
    void aBlackHoleIsLeftForTheRelayWithinFiveSecondsAndThePathComesBackWithinFifteenOfHealing() {
        meet(Nat.EASY, Nat.EASY);
        net.talkFor(10_000);
        b.longestSilenceNanos = 0;
        a.longestSilenceNanos = 0;
        net.lose(1);
        net.talkFor(100_000);
        assertThat(b.longestSilenceNanos).isLessThan(5 * SECOND).isGreaterThan(1 * SECOND);
        assertThat(a.longestSilenceNanos).isLessThan(5 * SECOND);
        net.lose(0);
        a.firstDirectNanos = Deadline.NONE;
        b.firstDirectNanos = Deadline.NONE;
        long healed = net.clock.nowNanos();
        net.talkFor(15_000);
        assertThat(a.firstDirectNanos - healed).isLessThan(15 * SECOND);
        assertThat(b.firstDirectNanos - healed).isLessThan(15 * SECOND);
    }

    @Test
    void aNodeThatRoamsIsReachedAgainWithinFiveSeconds() {
        meet(Nat.EASY, Nat.EASY);
        net.talkFor(10_000);
        b.longestSilenceNanos = 0;
        a.longestSilenceNanos = 0;
        a.roam("192.0.2.50", Nat.EASY);
        net.talkFor(20_000);
        assertThat(a.longestSilenceNanos).isLessThan(5 * SECOND);
        assertThat(b.longestSilenceNanos).isLessThan(100 * MILLI);
        assertThat(b.pathTo(a).alsoRelay(net.clock.nowNanos())).isFalse();
        assertThat(a.pathTo(b).alsoRelay(net.clock.nowNanos())).isFalse();
    }

    @Test
    void noDataIsLostAndNoneTakesBothWaysWhileAPathWorks() {
        meet(Nat.OPEN, Nat.OPEN);
        net.talkFor(2000);
        int relayed = b.dataArrivedByRelay;
        int direct = b.dataArrivedDirect;
        net.talkFor(60_000);
        assertThat(b.dataArrivedByRelay).isEqualTo(relayed);
        assertThat(b.dataArrivedDirect - direct).isEqualTo(3000);
        assertThat(b.longestSilenceNanos).isLessThan(100 * MILLI);
    }

    @Test
    void twoThatAreQuietSendNothing() {
        meet(Nat.EASY, Nat.EASY);
        net.talkFor(10_000);
        net.runFor(60_000);
        int before = a.discoPackets + b.discoPackets;
        net.runFor(3_600_000);
        assertThat(a.discoPackets + b.discoPackets).isEqualTo(before);
    }

    @Test
    void aPathThatIsDeadInOneDirectionIsLeftWithinFiveSecondsThoughDataStillArrives() {
        meet(Nat.EASY, Nat.EASY);
        net.talkFor(10_000);
        b.longestSilenceNanos = 0;
        a.mute = true;
        net.talkFor(60_000);
        assertThat(b.longestSilenceNanos).isLessThan(5 * SECOND);
        assertThat(a.longestSilenceNanos).isLessThan(100 * MILLI);
    }

    @Test
    void atFivePercentLossEachWayThePathIsSeldomDoubted() {
        meet(Nat.EASY, Nat.EASY);
        net.talkFor(5000);
        net.lose(0.05);
        int relayed = b.dataArrivedByRelay;
        net.talkFor(600_000);
        assertThat(b.dataArrivedByRelay - relayed).isLessThan(300);
        assertThat(b.dataArrivedDirect).isGreaterThan(27_000);
        assertThat(b.longestSilenceNanos).isLessThan(200 * MILLI);
    }
}
