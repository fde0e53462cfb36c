package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.path.PathHarness.endpoints;
import static pt.sunbeam.time.Deadline.MILLI;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPublic;

/** The ping that a person asks for. */
class PathPingTest {
    private static final String A = "203.0.113.9:41641";
    private final PathHarness h = new PathHarness();
    private final List<String> heard = new ArrayList<>();
    private final PingListener listener = new PingListener() {
        @Override
        public void pongFrom(IpEndpoint endpoint, long roundTripNanos) {
            heard.add(endpoint + " in " + roundTripNanos / MILLI);
        }

        @Override
        public void pongThroughRelay(int region, long roundTripNanos) {
            heard.add("relay " + region + " in " + roundTripNanos / MILLI);
        }
    };

    @Test
    void itGoesOverEveryPathAtOnceAndTellsOfEachPong() {
        h.answers(A, 9);
        h.relayAnswersAfterNanos = 34 * MILLI;
        PeerPath path = h.put(A, "10.0.0.5:41641");
        assertThat(h.paths.ping(h.peer.node, listener, h.now())).isTrue();
        h.runFor(100);
        assertThat(heard).containsExactly(A + " in 9", "relay 7 in 34");
        assertThat(path.alsoRelay(h.now())).as("it proves the path too").isFalse();
    }

    @Test
    void eachOneReachesTheListener() {
        h.answers(A, 9);
        h.relayAnswersAfterNanos = 34 * MILLI;
        h.put(A);
        for (int i = 0; i < 5; i++) {
            h.paths.ping(h.peer.node, listener, h.now());
            h.runFor(200);
        }
        assertThat(heard).hasSize(10);
    }

    @Test
    void withoutSocketsItGoesThroughTheRelay() {
        h.relayAnswersAfterNanos = 34 * MILLI;
        h.paths.setUdpWorks(false);
        h.put(A);
        h.paths.ping(h.peer.node, listener, h.now());
        h.runFor(100);
        assertThat(heard).containsExactly("relay 7 in 34");
    }

    @Test
    void itFollowsAPeerWithoutHomeToTheRelayWhereItWasHeard() {
        h.paths.put(h.peer.node, h.peer.disco, endpoints(), 0, h.now());
        h.fromRelay(h.peer.ping(1), h.peer.node);
        h.sent.clear();
        h.paths.ping(h.peer.node, listener, h.now());
        assertThat(h.sent).anyMatch(s -> s.message() instanceof Ping && s.region() == PathHarness.REGION);
    }

    @Test
    void itIsRefusedForAPeerThatCannotAnswer() {
        assertThat(h.paths.ping(h.peer.node, listener, h.now())).isFalse();
        h.paths.put(h.peer.node, DiscoPublic.ZERO, endpoints(A), 1, h.now());
        assertThat(h.paths.ping(h.peer.node, listener, h.now())).isFalse();
        assertThat(h.sent).isEmpty();
    }
}
