package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.path.PathHarness.endpoint;
import static pt.sunbeam.path.PathHarness.endpoints;

import java.util.Set;
import org.junit.jupiter.api.Test;
import pt.sunbeam.path.PathCounters.Drop;
import pt.sunbeam.time.Deadline;

/** What a change of the netmap, of a key, of the network or of the sockets does to paths. */
class PathChangesTest {
    private static final String A = "203.0.113.9:41641";
    private static final String B = "10.0.0.5:41641";
    private final PathHarness h = new PathHarness();

    @Test
    void aPeerIsTheSameAfterAChange() {
        PeerPath path = h.direct(A, 20);
        assertThat(h.put(A, B)).isSameAs(path);
        assertThat(path.endpoint()).isEqualTo(endpoint(A));
        assertThat(path.alsoRelay(h.now())).isFalse();
    }

    @Test
    void aCandidateThatLeavesTheNetmapIsNoLongerTriedButAWorkingPathStays() {
        PeerPath path = h.direct(A, 20);
        h.put(A, B);
        h.put(B);
        assertThat(path.endpoint()).isEqualTo(endpoint(A));
        h.put(A);
        assertThat(path.view(h.now()).candidates()).hasSize(1);
    }

    @Test
    void aCandidateThatIsNewIsTriedSoonWhileAPathIsNeeded() {
        PeerPath path = h.put(A);
        h.sendFor(path, 100, 43_000);
        h.sent.clear();
        h.answers(B, 20);
        h.put(A, B);
        h.runFor(1000);
        assertThat(path.endpoint()).isEqualTo(endpoint(B));
    }

    @Test
    void anotherDiscoKeyMeansAnotherProcessWhosePathIsProvedAnew() {
        PeerPath path = h.direct(A, 20);
        RemotePeer restarted = new RemotePeer(50, h.self);
        h.paths.put(h.peer.node, restarted.disco, endpoints(A), PathHarness.REGION, h.now());
        assertThat(path.endpoint()).isNull();
        h.fromUdp(h.peer.ping(1), A);
        assertThat(h.paths.counters().dropped(Drop.UNKNOWN_SENDER)).isEqualTo(1);
        h.fromUdp(restarted.ping(1), A);
        assertThat(h.paths.counters().pongsSent()).isEqualTo(1);
    }

    @Test
    void aPongOfTheLastProcessProvesNothing() {
        PeerPath path = h.put(A);
        h.answers(A, 50);
        path.sent(h.now());
        RemotePeer restarted = new RemotePeer(50, h.self);
        h.paths.put(h.peer.node, restarted.disco, endpoints(A), PathHarness.REGION, h.now());
        h.runFor(60);
        assertThat(path.endpoint()).isNull();
    }

    @Test
    void afterAReboundPeersInUseAreLookedForAtOnceAndTheOthersWhenDataIsSent() {
        PeerPath used = h.direct(A, 20);
        RemotePeer other = new RemotePeer(3, h.self);
        PeerPath idle = h.paths.put(other.node, other.disco, endpoints(B), 1, h.now());
        h.sent.clear();
        h.paths.rebound(h.now());
        assertThat(used.endpoint()).isNull();
        assertThat(h.pinged()).containsExactly(A);
        h.runFor(20);
        assertThat(used.alsoRelay(h.now())).isFalse();
        long packets = h.sent.size();
        idle.sent(h.now());
        assertThat(h.sent).hasSizeGreaterThan((int) packets);
    }

    @Test
    void aThousandIdlePeersCostNothingAfterARebound() {
        for (int i = 0; i < 1000; i++) {
            RemotePeer peer = new RemotePeer(100 + i, h.self);
            h.paths.put(peer.node, peer.disco, endpoints(A, B), 1, h.now());
        }
        h.paths.rebound(h.now());
        assertThat(h.sent).isEmpty();
        assertThat(h.paths.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @Test
    void afterAReboundTheOldOwnEndpointsAreNotSent() {
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:1"), h.now());
        PeerPath path = h.put(A);
        path.sent(h.now());
        h.sent.clear();
        h.paths.rebound(h.now());
        assertThat(h.calls()).isEmpty();
        assertThat(h.endpointsWanted).isEqualTo(1);
        h.paths.setOwnEndpoints(endpoints("198.51.100.2:1"), h.now());
        assertThat(h.calls()).hasSize(1);
    }

    @Test
    void aPongFromBeforeAReboundProvesNothing() {
        PeerPath path = h.put(A);
        h.answers(A, 500);
        path.sent(h.now());
        h.runFor(100);
        h.silent(A);
        h.paths.rebound(h.now());
        h.runFor(1000);
        assertThat(path.endpoint()).isNull();
    }

    @Test
    void withoutSocketsNothingIsPingedAndAllGoesThroughTheRelay() {
        PeerPath path = h.direct(A, 20);
        h.paths.setUdpWorks(false);
        h.sent.clear();
        assertThat(path.endpoint()).isNull();
        h.sendFor(path, 100, 20_000);
        h.fromRelay(h.peer.call(B), h.peer.node);
        h.fromUdp(h.peer.ping(1), A);
        assertThat(h.sent).isEmpty();
        assertThat(path.alsoRelay(h.now())).isTrue();
        assertThat(h.paths.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
        assertThat(h.paths.counters().dropped(Drop.UDP_OFF)).isEqualTo(1);
    }

    @Test
    void withSocketsAgainTheNextDataStartsDiscovery() {
        PeerPath path = h.direct(A, 20);
        h.paths.setUdpWorks(false);
        path.sent(h.now());
        h.paths.setUdpWorks(true);
        path.sent(h.now());
        h.runFor(20);
        assertThat(path.alsoRelay(h.now())).isFalse();
    }

    @Test
    void anAddressThatBecomesTheHostsOwnIsNoCandidateAnyLonger() {
        PeerPath path = h.direct(A, 20);
        h.paths.setHostEndpoints(Set.of(endpoint(A)), h.now());
        assertThat(path.endpoint()).isNull();
        assertThat(path.view(h.now()).candidates()).isEmpty();
    }

    @Test
    void aPathWhoseAddressBecomesTheHostsOwnIsSoughtElsewhereWhileDataFlows() {
        PeerPath path = h.direct(A, 20);
        h.put(A, B);
        h.answers(B, 20);
        h.sendFor(path, 100, 6000);
        h.paths.setHostEndpoints(Set.of(endpoint(A)), h.now());
        h.sendFor(path, 100, 1000);
        assertThat(path.endpoint()).isEqualTo(endpoint(B));
    }
}
