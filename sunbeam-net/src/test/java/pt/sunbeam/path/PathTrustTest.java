package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.path.PathHarness.endpoint;
import static pt.sunbeam.time.Deadline.MILLI;

import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.time.Deadline;

/** How long a path is used without the relay beside it, and what keeps it so. */
class PathTrustTest {
    private static final String A = "203.0.113.9:41641";
    private final PathHarness h = new PathHarness();

    @Test
    void aBusyPathIsPingedEverySecond() {
        PeerPath path = h.direct(A, 20);
        h.sent.clear();
        h.sendFor(path, 100, 10_000);
        assertThat(h.pings()).hasSize(10);
    }

    @Test
    void aCalmPathIsPingedEveryThreeSecondsUntilFortyFiveSecondsAfterTheLastData() {
        PeerPath path = h.direct(A, 20);
        h.runFor(6000);
        h.sent.clear();
        h.runFor(30_000);
        assertThat(h.pings()).hasSize(10);
        h.runFor(10_000);
        h.sent.clear();
        h.runFor(600_000);
        assertThat(h.sent).isEmpty();
        assertThat(path.alsoRelay(h.now())).isTrue();
        assertThat(h.paths.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @Test
    void trustLastsWhileAPathTurnsCalmAndBusyAgain() {
        PeerPath path = h.direct(A, 20);
        int changes = h.changes;
        for (long pause : List.of(4900L, 5100L, 6000L, 7900L, 8050L, 20_000L, 40_000L)) {
            path.sent(h.now());
            for (long t = 0; t < pause; t += 50) {
                assertThat(path.alsoRelay(h.now())).isFalse();
                h.runFor(50);
            }
        }
        assertThat(h.changes).isEqualTo(changes);
    }

    @Test
    void trustOfABusyPathEndsShortlyBeforeThreeSecondsAfterTheLastPong() {
        PeerPath path = h.direct(A, 20);
        h.sendFor(path, 100, 10_000);
        h.silent(A);
        long lastPong = lastPongNanos(path);
        h.sendFor(path, 10, 2700);
        assertThat(path.alsoRelay(lastPong + 2799 * MILLI)).isFalse();
        h.sendFor(path, 10, 200);
        assertThat(path.alsoRelay(h.now())).isTrue();
        assertThat(path.endpoint()).as("both at once while undecided").isEqualTo(endpoint(A));
    }

    /** When the last ping that was answered got its pong. */
    private long lastPongNanos(PeerPath path) {
        return h.pings().getLast().atNanos() + path.view(h.now()).latencyNanos();
    }

    @Test
    void aDeadPathIsLeftToTheRelayAloneWhenItsPingsHaveTimedOut() {
        PeerPath path = h.direct(A, 20);
        h.silent(A);
        h.sendFor(path, 100, 7000);
        assertThat(path.endpoint()).isNull();
        assertThat(path.alsoRelay(h.now())).isTrue();
    }

    @Test
    void aPathThatHealsIsTrustedAgainWithinFiveSeconds() {
        PeerPath path = h.direct(A, 20);
        h.silent(A);
        h.sendFor(path, 100, 120_000);
        h.answers(A, 20);
        h.sendFor(path, 100, 5100);
        assertThat(path.alsoRelay(h.now())).isFalse();
    }

    @Test
    void aCalmPathThatTurnsBusyHasLessThanThreeSecondsForItsPong() {
        PeerPath path = h.direct(A, 20);
        h.runFor(7500);
        h.silent(A);
        path.sent(h.now());
        h.runFor(2700);
        assertThat(path.alsoRelay(h.now())).isFalse();
        h.runFor(101);
        assertThat(path.alsoRelay(h.now())).isTrue();
    }

    @Test
    void aCalmPathKeepsItsTrustOverOneLostPing() {
        PeerPath path = h.direct(A, 20);
        h.runFor(10_000);
        h.silent(A);
        h.runFor(3100);
        h.answers(A, 20);
        int changes = h.changes;
        h.runFor(6000);
        assertThat(path.alsoRelay(h.now())).isFalse();
        assertThat(h.changes).isEqualTo(changes);
    }

    @Test
    void aPathKeepsItsTrustOverTheFirstPingThatIsLostAfterItTurnedCalm() {
        PeerPath path = h.direct(A, 20);
        h.runFor(6000);
        h.silent(A);
        h.runFor(2000);
        h.answers(A, 20);
        h.runFor(4000);
        assertThat(path.alsoRelay(h.now())).isFalse();
        assertThat(h.changes).isEqualTo(1);
    }

    @Test
    void aPathThatTurnsCalmWithAPingUnansweredGetsNoMoreTime() {
        PeerPath path = h.direct(A, 20);
        h.sendFor(path, 100, 10_000);
        h.runFor(3400);
        h.silent(A);
        h.runFor(2700);
        assertThat(path.alsoRelay(h.now())).isTrue();
    }

    @Test
    void dataFromTheBestEndpointBridgesLostPongsForFourAndAHalfSecondsAtMost() {
        PeerPath path = h.direct(A, 20);
        h.sendFor(path, 100, 1000);
        h.silent(A);
        long lastPong = lastPongNanos(path);
        while (!path.alsoRelay(h.now())) {
            path.sent(h.now());
            path.received(endpoint(A), h.now());
            h.runFor(10);
        }
        assertThat((h.now() - lastPong) / MILLI).isBetween(4400L, 4500L);
    }

    @Test
    void dataDoesNotGiveTrustBackThatHasEnded() {
        PeerPath path = h.direct(A, 20);
        h.silent(A);
        h.sendFor(path, 100, 3500);
        assertThat(path.alsoRelay(h.now())).isTrue();
        path.received(endpoint(A), h.now());
        assertThat(path.alsoRelay(h.now())).isTrue();
    }

    @Test
    void dataFromElsewhereProvesNothing() {
        PeerPath path = h.direct(A, 20);
        h.silent(A);
        while (h.now() < 0 && !path.alsoRelay(h.now())) {
            path.sent(h.now());
            path.received(endpoint("203.0.113.66:41641"), h.now());
            h.runFor(10);
        }
        assertThat(path.endpoint()).isEqualTo(endpoint(A));
        assertThat(h.now()).isLessThan(-5 * Deadline.SECOND + 3100 * MILLI);
    }

    @Test
    void dataNeverMakesAnEndpointTheBest() {
        PeerPath path = h.put(A);
        path.sent(h.now());
        path.received(endpoint(A), h.now());
        path.received(endpoint("203.0.113.66:41641"), h.now());
        assertThat(path.endpoint()).isNull();
    }

    @Test
    void trustThatEndsIsToldAndStartsARound() {
        h.direct(A, 20);
        h.put(A, "10.0.0.5:41641");
        h.silent(A);
        h.sent.clear();
        h.runFor(5500);
        assertThat(h.changes).isEqualTo(2);
        assertThat(h.pinged()).contains("10.0.0.5:41641");
    }

    @Test
    void aPongThatIsReplayedChangesNothing() {
        PeerPath path = h.put(A);
        path.sent(h.now());
        byte[] pong = h.peer.pong(((Ping) h.pings().getFirst().message()).txId());
        h.runFor(20);
        h.fromUdp(pong, A);
        h.runFor(100);
        h.fromUdp(pong, A);
        assertThat(path.view(h.now()).latencyNanos()).isEqualTo(20 * MILLI);
        assertThat(h.paths.counters().dropped(PathCounters.Drop.UNKNOWN_PONG)).isEqualTo(1);
    }

    @Test
    void aPongThatIsTooLateChangesNothing() {
        PeerPath path = h.put(A);
        h.answers(A, 5100);
        path.sent(h.now());
        h.silent(A);
        h.runFor(6000);
        assertThat(path.endpoint()).isNull();
        assertThat(h.paths.counters().dropped(PathCounters.Drop.UNKNOWN_PONG)).isEqualTo(1);
    }

    @Test
    void theAddressThatWasPingedCountsAndNotTheOneThePongCameFrom() {
        PeerPath path = h.put(A);
        path.sent(h.now());
        byte[] pong = h.peer.pong(((Ping) h.pings().getFirst().message()).txId());
        h.fromUdp(pong, "203.0.113.200:9");
        assertThat(path.endpoint()).isEqualTo(endpoint(A));
    }

    @Test
    void aPongThroughTheRelayProvesNoAddress() {
        PeerPath path = h.put(A);
        path.sent(h.now());
        h.fromRelay(h.peer.pong(((Ping) h.pings().getFirst().message()).txId()), h.peer.node);
        assertThat(path.endpoint()).isNull();
        assertThat(h.paths.counters().dropped(PathCounters.Drop.PONG_BY_ANOTHER_WAY))
                .isEqualTo(1);
    }
}
