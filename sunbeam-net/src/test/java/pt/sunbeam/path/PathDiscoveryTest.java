package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.path.PathHarness.endpoint;
import static pt.sunbeam.path.PathHarness.endpoints;
import static pt.sunbeam.time.Deadline.MILLI;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import pt.sunbeam.disco.DiscoMessage.CallMeMaybe;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.time.Deadline;

/** How a path is looked for, and how seldom. */
class PathDiscoveryTest {
    private static final String A = "203.0.113.9:41641";
    private static final String B = "10.0.0.5:41641";
    private final PathHarness h = new PathHarness();

    @Test
    void aPeerThatNothingIsSentToCostsNothing() {
        h.put(A, B);
        assertThat(h.paths.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
        assertThat(h.sent).isEmpty();
    }

    @Test
    void theFirstPacketPingsAllCandidatesAndThenCalls() {
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:41641"), h.now());
        h.put(A, B).sent(h.now());
        assertThat(h.pinged()).containsExactly(A, B);
        assertThat(h.calls()).hasSize(1);
        assertThat(h.sent.getLast().message()).isEqualTo(CallMeMaybe.of(endpoints("198.51.100.1:41641")));
        assertThat(h.sent.getLast().region()).isEqualTo(PathHarness.REGION);
        assertThat(h.endpointsWanted).isZero();
    }

    @Test
    void anAddressIsNotUsedBeforeItsPong() {
        PeerPath path = h.put(A);
        path.sent(h.now());
        assertThat(path.endpoint()).isNull();
        assertThat(path.alsoRelay(h.now())).isTrue();
    }

    @Test
    void aPongMakesTheAddressTheOnlyWay() {
        PeerPath path = h.direct(A, 20);
        assertThat(path.endpoint()).isEqualTo(endpoint(A));
        assertThat(path.alsoRelay(h.now())).isFalse();
        assertThat(path.view(h.now()).latencyNanos()).isEqualTo(20 * MILLI);
        assertThat(path.view(h.now()).trusted()).isTrue();
        assertThat(h.changes).isEqualTo(1);
    }

    @Test
    void theBetterOfTwoThatAnswerIsUsed() {
        h.answers(A, 20);
        h.answers(B, 21);
        PeerPath path = h.put(A, B);
        path.sent(h.now());
        h.runFor(20);
        assertThat(path.endpoint()).isEqualTo(endpoint(A));
        h.runFor(1);
        assertThat(path.endpoint()).isEqualTo(endpoint(B));
    }

    @Test
    void roundsComeAtOnceAfterOneAndTwoSecondsThenEveryFiveAndAfterHalfAMinuteEveryFifteen() {
        PeerPath path = h.put(A);
        long start = h.now();
        h.sendFor(path, 100, 70_000);
        assertThat(h.pingMillisSince(start))
                .containsExactly(0L, 1000L, 2000L, 7000L, 12_000L, 17_000L, 22_000L, 27_000L, 42_000L, 57_000L);
    }

    @Test
    void whatOnceAnsweredIsTriedEveryFiveSecondsAlsoInTheSlowPart() {
        PeerPath path = h.direct(A, 20);
        h.put(A, B);
        h.silent(A);
        h.sendFor(path, 100, 60_000);
        long slow = h.now();
        h.sent.clear();
        h.sendFor(path, 100, 30_000);
        assertThat(h.pinged().stream().filter(A::equals)).hasSize(6);
        assertThat(h.pinged().stream().filter(B::equals)).hasSize(2);
        assertThat(h.pingMillisSince(slow).getFirst()).isLessThan(5000);
    }

    @Test
    void discoveryEndsWhenNothingIsSentForFortyFiveSeconds() {
        PeerPath path = h.put(A);
        path.sent(h.now());
        h.runFor(46_000);
        h.sent.clear();
        h.runFor(600_000);
        assertThat(h.sent).isEmpty();
        assertThat(h.paths.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @Test
    void noCandidateIsPingedTwiceInASecondWhateverHappens() {
        PeerPath path = h.put(A);
        for (int i = 0; i < 100; i++) {
            path.sent(h.now());
            h.fromRelay(h.peer.call(A), h.peer.node);
            h.fromUdp(h.peer.ping(i), A);
            path.sendFailed(endpoint(A), h.now());
            h.put(i % 2 == 0 ? List.of(A, B).toArray(String[]::new) : List.of(A).toArray(String[]::new));
            h.runFor(70);
        }
        List<Long> toA = h.pings().stream()
                .filter(s -> endpoint(A).equals(s.to()))
                .map(PathHarness.Sent::atNanos)
                .toList();
        assertThat(toA).hasSizeGreaterThan(3);
        assertThat(IntStream.range(1, toA.size()).mapToLong(i -> toA.get(i) - toA.get(i - 1)))
                .allMatch(gap -> gap >= Deadline.SECOND);
    }

    @Test
    void endpointsThatAreOldAreSentAtOnceAndAgainWhenTheyHaveChanged() {
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:1"), h.now());
        PeerPath path = h.put(A);
        h.runFor(28_000);
        path.sent(h.now());
        assertThat(h.calls()).hasSize(1);
        assertThat(h.endpointsWanted).isEqualTo(1);
        h.runFor(200);
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:2"), h.now());
        assertThat(h.calls()).hasSize(2);
        assertThat(h.calls().getLast().message()).isEqualTo(CallMeMaybe.of(endpoints("198.51.100.1:2")));
    }

    @Test
    void endpointsThatProveUnchangedAreNotSentAgain() {
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:1"), h.now());
        PeerPath path = h.put(A);
        h.runFor(28_000);
        path.sent(h.now());
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:1"), h.now());
        assertThat(h.calls()).hasSize(1);
    }

    @Test
    void aCallWaitsForEndpointsThatAreNotKnownAtAll() {
        h.put(A).sent(h.now());
        assertThat(h.calls()).isEmpty();
        assertThat(h.endpointsWanted).isEqualTo(1);
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:1"), h.now());
        assertThat(h.calls()).hasSize(1);
    }

    @Test
    void aCallThatWaitedIsNotSentWhenThePathWasFoundMeanwhile() {
        h.direct(A, 20);
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:1"), h.now());
        assertThat(h.calls()).isEmpty();
    }

    @Test
    void aPathThatIsGoodEnoughIsNotCompared() {
        h.answers(B, 1);
        PeerPath path = h.direct(A, 5);
        h.put(A, B);
        h.sendFor(path, 500, 200_000);
        assertThat(h.pinged()).containsOnly(A);
    }

    @Test
    void aSlowerPathIsComparedWithAllOthersEveryMinute() {
        PeerPath path = h.direct(A, 40);
        h.answers(B, 1);
        h.put(A, B);
        h.sendFor(path, 500, 59_000);
        assertThat(path.endpoint()).isEqualTo(endpoint(A));
        h.sendFor(path, 500, 2000);
        assertThat(path.endpoint()).isEqualTo(endpoint(B));
    }

    @Test
    void aPeerWithoutDiscoKeyIsReachedThroughRelaysAlone() {
        PeerPath path = h.paths.put(h.peer.node, DiscoPublic.ZERO, endpoints(A), PathHarness.REGION, h.now());
        h.sendFor(path, 1000, 20_000);
        assertThat(h.sent).isEmpty();
        assertThat(path.alsoRelay(h.now())).isTrue();
    }

    @Test
    void aPeerWithoutCandidatesIsCalledAllTheSame() {
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:1"), h.now());
        h.put().sent(h.now());
        assertThat(h.calls()).hasSize(1);
    }

    @Test
    void anAddressThatTheSystemRefusesIsLeftAtOnce() {
        PeerPath path = h.direct(A, 20);
        path.sendFailed(endpoint(A), h.now());
        assertThat(path.endpoint()).isNull();
        assertThat(path.alsoRelay(h.now())).isTrue();
        assertThat(h.changes).isEqualTo(2);
    }

    @Test
    void anAddressThatTheSystemRefusedIsUsedAgainOnceItAnswers() {
        PeerPath path = h.direct(A, 20);
        path.sendFailed(endpoint(A), h.now());
        h.sendFor(path, 100, 6000);
        assertThat(path.alsoRelay(h.now())).isFalse();
    }
}
