package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.path.PathHarness.endpoint;
import static pt.sunbeam.path.PathHarness.endpoints;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.disco.DiscoMessage.Pong;
import pt.sunbeam.disco.TxId;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.path.PathCounters.Drop;
import pt.sunbeam.time.Deadline;

/** Pings that come in: who is answered, where, how often, and what is learned from them. */
class PathAnswersTest {
    private static final String A = "203.0.113.9:41641";
    private static final String B = "203.0.113.77:1234";
    private final PathHarness h = new PathHarness();

    private long dropped(Drop reason) {
        return h.paths.counters().dropped(reason);
    }

    @Test
    void aPingIsAnsweredWhereItCameFromAndNotWhereTheNetmapSays() {
        h.put(A);
        h.fromUdp(h.peer.ping(5), B);
        assertThat(h.sent).hasSize(1);
        assertThat(h.pongs().getFirst().to()).isEqualTo(endpoint(B));
        assertThat(h.pongs().getFirst().message()).isEqualTo(new Pong(new TxId(5, 0), endpoint(B)));
    }

    @Test
    void aPingDoesNotMakeItsSourceAPath() {
        PeerPath path = h.put(A);
        path.sent(h.now());
        h.fromUdp(h.peer.ping(5), B);
        assertThat(path.endpoint()).isNull();
        assertThat(path.view(h.now()).candidates()).anyMatch(c -> c.endpoint().equals(endpoint(B)) && c.heard());
    }

    @Test
    void theSourceOfAPingIsTriedAtOnceWhenAPathIsNeeded() {
        PeerPath path = h.put();
        path.sent(h.now());
        h.answers(B, 20);
        h.fromUdp(h.peer.ping(5), B);
        h.runFor(20);
        assertThat(path.endpoint()).isEqualTo(endpoint(B));
    }

    @Test
    void theSourceOfAPingIsNotTriedWhileThePeerIsNotInUse() {
        h.put(A);
        h.fromUdp(h.peer.ping(5), B);
        h.runFor(10_000);
        assertThat(h.pings()).isEmpty();
    }

    @Test
    void aSourceThatWasLearnedIsForgottenFortyFiveSecondsAfterItsLastPing() {
        PeerPath path = h.put(A);
        h.fromUdp(h.peer.ping(5), B);
        h.runFor(44_000);
        h.fromUdp(h.peer.ping(6), B);
        h.runFor(44_000);
        path.sent(h.now());
        assertThat(h.pinged()).contains(B);
        h.sent.clear();
        h.sendFor(path, 100, 3000);
        assertThat(h.pinged()).doesNotContain(B).contains(A);
    }

    @Test
    void aPingThatComesTwiceIsAnsweredOnce() {
        h.put(A);
        byte[] ping = h.peer.ping(5);
        h.fromUdp(ping, A);
        h.fromUdp(ping, A);
        assertThat(h.pongs()).hasSize(1);
        assertThat(dropped(Drop.DUPLICATE_PING)).isEqualTo(1);
    }

    @Test
    void twentyPingsInASecondAreAnsweredAndNoMore() {
        h.put(A);
        for (int i = 0; i < 1000; i++) {
            h.fromUdp(h.peer.ping(i), A);
            h.fromRelay(h.peer.ping(1000 + i), h.peer.node);
        }
        assertThat(h.pongs()).hasSize(20);
        assertThat(dropped(Drop.PING_LIMIT)).isEqualTo(1980);
        h.runFor(1000);
        h.fromUdp(h.peer.ping(2000), A);
        assertThat(h.pongs()).hasSize(21);
    }

    @Test
    void pingsFromManySourcesFillNoMoreThanTheRoomThereIs() {
        PeerPath path = h.put(A);
        for (int i = 1; i <= 400; i++) {
            h.fromUdp(h.peer.ping(i), "203.0.113.77:" + i);
            h.runFor(50);
        }
        assertThat(path.view(h.now()).candidates()).hasSize(Candidates.MAX);
        assertThat(dropped(Drop.CANDIDATE_LIMIT)).isEqualTo(301);
        assertThat(h.pongs()).as("they are answered all the same").hasSize(400);
    }

    @Test
    void aPingThroughTheRelayIsAnsweredThroughIt() {
        h.put(A);
        h.fromRelay(h.peer.ping(5), h.peer.node);
        assertThat(h.pongs().getFirst().to()).isNull();
        assertThat(h.pongs().getFirst().region()).isEqualTo(PathHarness.REGION);
        assertThat(h.pongs().getFirst().message()).isEqualTo(new Pong(new TxId(5, 0), endpoint("127.3.3.40:7")));
    }

    @Test
    void aStrangerIsNotAnsweredAndNothingIsComputedForIt() {
        h.put(A);
        RemotePeer stranger = new RemotePeer(99, h.self);
        h.fromUdp(stranger.ping(5), B);
        h.fromRelay(stranger.ping(5), h.peer.node);
        assertThat(h.sent).isEmpty();
        assertThat(dropped(Drop.UNKNOWN_SENDER)).isEqualTo(2);
    }

    @Test
    void aBoxThatDoesNotOpenIsCounted() {
        h.put(A);
        byte[] ping = h.peer.ping(5);
        ping[ping.length - 1] ^= 1;
        h.fromUdp(ping, B);
        h.fromUdp(new byte[100], B);
        assertThat(h.sent).isEmpty();
        assertThat(dropped(Drop.NOT_AUTHENTIC)).isEqualTo(1);
        assertThat(dropped(Drop.NOT_DISCO)).isEqualTo(1);
    }

    @Test
    void aPingThatNamesAnothersNodeKeyTeachesNothingAboutThatNode() {
        PeerPath path = h.put(A);
        RemotePeer victim = new RemotePeer(3, h.self);
        PeerPath victimPath = h.paths.put(victim.node, victim.disco, endpoints(), 1, h.now());
        h.fromUdp(h.peer.seal(new Ping(new TxId(1, 1), victim.node, 0)), B);
        assertThat(victimPath.view(h.now()).candidates()).isEmpty();
        assertThat(path.view(h.now()).candidates()).hasSize(2);
        assertThat(dropped(Drop.FOREIGN_NODE_KEY)).isEqualTo(1);
    }

    @Test
    void aRelayPacketUnderAnothersNodeKeyIsDropped() {
        h.put(A);
        RemotePeer victim = new RemotePeer(3, h.self);
        h.paths.put(victim.node, victim.disco, endpoints(A), 1, h.now());
        h.fromRelay(h.peer.ping(1), victim.node);
        h.fromRelay(h.peer.call(B), victim.node);
        h.fromRelay(h.peer.call(B), new RemotePeer(4, h.self).node);
        assertThat(h.sent).isEmpty();
        assertThat(dropped(Drop.FOREIGN_RELAY_SOURCE)).isEqualTo(3);
    }

    @Test
    void twoNodesWithOneDiscoKeyAreToldApartByTheNodeKeyInThePing() {
        PeerPath first = h.put();
        RemotePeer second = new RemotePeer(3, h.self);
        PeerPath secondPath = h.paths.put(second.node, h.peer.disco, endpoints(), 1, h.now());
        h.fromUdp(h.peer.seal(new Ping(new TxId(1, 1), second.node, 0)), B);
        assertThat(first.view(h.now()).candidates()).isEmpty();
        assertThat(secondPath.view(h.now()).candidates()).hasSize(1);
        h.fromUdp(h.peer.seal(new Ping(new TxId(1, 2), null, 0)), A);
        assertThat(first.view(h.now()).candidates()).hasSize(1);
        assertThat(secondPath.view(h.now()).candidates()).hasSize(2);
    }

    @Test
    void aMappedSourceIsTheIpv4AddressItStandsFor() {
        PeerPath path = h.put(A);
        h.fromUdp(h.peer.ping(5), "[::ffff:203.0.113.9]:41641");
        assertThat(path.view(h.now()).candidates()).hasSize(1);
        assertThat(h.pongs().getFirst().to()).isEqualTo(endpoint(A));
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1:9", "169.254.169.254:80", "100.64.0.5:41641", "192.0.2.7:41641", "[fe80::1]:1", "224.0.0.1:1"
    })
    void aPingFromAnAddressThatMayNotBeTriedIsNotAnswered(String source) {
        h.paths.setHostEndpoints(Set.of(endpoint("192.0.2.7:41641")), h.now());
        PeerPath path = h.put(A);
        h.fromUdp(h.peer.ping(5), source);
        assertThat(h.sent).isEmpty();
        assertThat(path.view(h.now()).candidates()).hasSize(1);
        assertThat(dropped(Drop.REFUSED_SOURCE)).isEqualTo(1);
    }

    @Test
    void anotherNodeOnThisHostIsACandidateWithItsOwnPort() {
        h.paths.setHostEndpoints(Set.of(endpoint("192.0.2.7:41641")), h.now());
        PeerPath path = h.put("192.0.2.7:41641", "192.0.2.7:41642");
        path.sent(h.now());
        assertThat(h.pinged()).containsExactly("192.0.2.7:41642");
    }

    @Test
    void theNetmapTooMayNotPointIntoTheHostOrAtMetadata() {
        h.paths.setHostEndpoints(Set.of(endpoint("192.0.2.7:1")), h.now());
        h.paths.setOwnEndpoints(endpoints("198.51.100.1:41641"), h.now());
        PeerPath path = h.put("127.0.0.1:9", "169.254.169.254:80", "192.0.2.7:1", "198.51.100.1:41641", "8.8.8.8:0", A);
        path.sent(h.now());
        assertThat(h.pinged()).containsExactly(A);
        assertThat(h.paths.counters().refusedCandidates(CandidateVerdict.OWN_HOST))
                .isEqualTo(2);
        assertThat(h.paths.counters().refusedCandidates(CandidateVerdict.METADATA))
                .isEqualTo(1);
    }

    @Test
    void aKeyOfLowOrderIsNeverPinged() {
        byte[] one = new byte[32];
        one[0] = 1;
        PeerPath path = h.paths.put(h.peer.node, new DiscoPublic(one), endpoints(A), PathHarness.REGION, h.now());
        h.sendFor(path, 100, 10_000);
        assertThat(h.sent).isEmpty();
        assertThat(dropped(Drop.WEAK_KEY)).isPositive();
    }

    @Test
    void aRemovedPeerIsAStrangerAndItsPathIsDead() {
        PeerPath path = h.put(A);
        path.sent(h.now());
        h.paths.remove(h.peer.node);
        h.sent.clear();
        h.sendFor(path, 100, 10_000);
        h.fromUdp(h.peer.ping(5), A);
        assertThat(h.sent).isEmpty();
        assertThat(h.paths.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
        assertThat(dropped(Drop.UNKNOWN_SENDER)).isEqualTo(1);
    }

    @Test
    void aPingThatAStrangerReplaysTakesNoAnswerFromThePeer() {
        h.put(A);
        byte[] heard = h.peer.ping(1);
        h.fromUdp(heard, A);
        for (int i = 0; i < 100; i++) {
            h.fromUdp(heard, B);
        }
        h.sent.clear();
        h.fromUdp(h.peer.ping(2), A);
        assertThat(h.pongs()).hasSize(1);
    }

    @Test
    void aPingThatAStrangerReplaysFromManyAddressesTakesNoRoomFromTheNetmap() {
        h.put(A);
        byte[] heard = h.peer.ping(1);
        h.fromUdp(heard, A);
        for (int i = 1; i <= 400; i++) {
            h.fromUdp(heard, "203.0.113.77:" + i);
            h.runFor(50);
        }
        PeerPath path = h.put(A, "203.0.113.10:41641");
        assertThat(path.view(h.now()).candidates()).anyMatch(c -> c.endpoint().equals(endpoint("203.0.113.10:41641")));
    }

    @Test
    void aPingThatARelayReplaysTakesNoAnswerFromThePeer() {
        h.put(A);
        byte[] heard = h.peer.ping(1);
        h.fromUdp(heard, A);
        for (int i = 0; i < 100; i++) {
            h.fromRelay(heard, h.peer.node);
        }
        assertThat(dropped(Drop.DUPLICATE_PING)).isEqualTo(100);
        h.sent.clear();
        h.fromRelay(h.peer.ping(2), h.peer.node);
        assertThat(h.pongs()).hasSize(1);
    }

    /** What is sealed for the own key, anybody can send back. */
    @Test
    void aPeerThatClaimsThisNodesOwnDiscoKeyHasNoPathByItsEchoes() {
        SplittableRandom random = new SplittableRandom(3);
        DiscoPrivate self = DiscoPrivate.generate(random);
        Deque<byte[]> sent = new ArrayDeque<>();
        Paths paths = new Paths(self, h.peer.node, random, new PathSink() {
            @Override
            public void sendDatagram(IpEndpoint to, byte[] packet) {
                sent.add(packet);
            }

            @Override
            public void sendRelayed(int region, NodePublic peer, byte[] packet) {}

            @Override
            public void pathChanged(NodePublic peer) {}

            @Override
            public void endpointsWanted() {}
        });
        NodePublic liar = NodePrivate.generate(random).publicKey();
        PeerPath path = paths.put(liar, self.publicKey(), endpoints(A), 0, 0);
        path.sent(0);
        for (int i = 0; i < 10 && !sent.isEmpty(); i++) {
            byte[] echo = sent.removeFirst();
            paths.onDatagram(echo, 0, echo.length, endpoint(A), i);
        }
        assertThat(path.endpoint()).isNull();
    }
}
