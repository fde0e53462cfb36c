package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.path.PathHarness.endpoint;
import static pt.sunbeam.path.PathHarness.endpoints;

import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.path.PathCounters.Drop;

/** CallMeMaybe messages that come in. */
class PathCallTest {
    private static final String A = "203.0.113.9:41641";
    private static final String B = "203.0.113.77:1234";
    private static final String C = "203.0.113.78:1234";
    private final PathHarness h = new PathHarness();

    private long dropped(Drop reason) {
        return h.paths.counters().dropped(reason);
    }

    @Test
    void aCallPingsAllCandidatesAtOnceAndIsNotAnsweredByACall() {
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:1"), h.now());
        h.put(A);
        h.fromRelay(h.peer.call(B), h.peer.node);
        assertThat(h.pinged()).containsExactly(A, B);
        assertThat(h.calls()).isEmpty();
    }

    @Test
    void aCallReplacesTheOneBefore() {
        PeerPath path = h.put(A);
        h.fromRelay(h.peer.call(B), h.peer.node);
        h.fromRelay(h.peer.call(C), h.peer.node);
        assertThat(path.view(h.now()).candidates().stream()
                        .map(PathView.CandidateView::endpoint)
                        .toList())
                .containsExactly(endpoint(A), endpoint(C));
    }

    @Test
    void whatWasPingedJustBeforeACallIsPingedAgainASecondLater() {
        h.put(A);
        h.fromRelay(h.peer.call(), h.peer.node);
        h.runFor(500);
        h.fromRelay(h.peer.call(), h.peer.node);
        assertThat(h.pings()).hasSize(1);
        h.runFor(1000);
        assertThat(h.pings()).hasSize(2);
        h.runFor(10_000);
        assertThat(h.pings()).hasSize(2);
    }

    @Test
    void aCallOverUdpIsIgnored() {
        PeerPath path = h.put(A);
        h.fromUdp(h.peer.call(B), A);
        assertThat(h.sent).isEmpty();
        assertThat(path.view(h.now()).candidates()).hasSize(1);
        assertThat(dropped(Drop.CALL_OVER_UDP)).isEqualTo(1);
    }

    @Test
    void aCallMayNotPointIntoTheHostOrAtMetadata() {
        h.paths.setHostEndpoints(Set.of(endpoint("192.0.2.7:22")), h.now());
        h.put();
        h.fromRelay(
                h.peer.call(
                        "127.0.0.1:9", "[fe80::1]:1", "169.254.169.254:80", "192.0.2.7:22", "100.100.100.100:53", B),
                h.peer.node);
        assertThat(h.pinged()).containsExactly(B);
    }

    @Test
    void aFloodOfCallsIsFollowedAFewTimesOnly() {
        h.put(A);
        for (int i = 0; i < 1000; i++) {
            h.fromRelay(h.peer.call("203.0.113.77:" + (i + 1)), h.peer.node);
        }
        assertThat(h.pings()).hasSizeLessThanOrEqualTo(6);
        assertThat(dropped(Drop.CALL_LIMIT)).isEqualTo(995);
    }

    @Test
    void aCallWithTenThousandEndpointsIsBounded() {
        PeerPath path = h.put(A);
        h.fromRelay(h.peer.rawCall(10_000), h.peer.node);
        assertThat(dropped(Drop.TOO_LONG)).isEqualTo(1);
        h.fromRelay(h.peer.rawCall(3000), h.peer.node);
        assertThat(path.view(h.now()).candidates()).hasSize(Candidates.MAX_WITH_CLAIMS);
        assertThat(h.pings()).hasSize(Candidates.MAX_WITH_CLAIMS);
        assertThat(dropped(Drop.CALL_ENDPOINTS_LIMIT)).isEqualTo(2900);
        assertThat(dropped(Drop.CANDIDATE_LIMIT)).isEqualTo(11);
    }

    @Test
    void aFullListOfClaimsLeavesRoomForWhatIsLearned() {
        PeerPath path = h.put(IntStream.rangeClosed(1, 10_000)
                .mapToObj(i -> new IpEndpoint(endpoint(A).address(), i).toString())
                .toArray(String[]::new));
        path.sent(h.now());
        assertThat(h.pings()).hasSize(Candidates.MAX_WITH_CLAIMS);
        h.answers(B, 20);
        h.fromUdp(h.peer.ping(1), B);
        h.runFor(20);
        assertThat(path.endpoint()).isEqualTo(endpoint(B));
    }
}
