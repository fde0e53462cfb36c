package pt.sunbeam.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.path.PathCounters;
import pt.sunbeam.path.PingListener;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.wireguard.DropReason;

/** Which relay a packet takes, and what waits when one takes none. Data planes of this program in virtual time. */
class DataPlaneRelayTest {
    private static final int PORT = 80;
    private static final int CREDIT = 1 << 20;

    private static final PingListener NOBODY = new PingListener() {
        @Override
        public void pongFrom(IpEndpoint endpoint, long roundTripNanos) {}

        @Override
        public void pongThroughRelay(int region, long roundTripNanos) {}
    };

    private final Mesh mesh = new Mesh(1);
    private final MeshNode a = mesh.add(1);
    private final MeshNode b = mesh.add(2);
    private final MeshNode c = mesh.add(3);

    private void homeOf(MeshNode node, int region) {
        node.self = node.self.edit().homeDerp(region).node();
        node.setCredit(region, CREDIT);
    }

    private MeshStream connected(MeshNode from, MeshNode to, MeshStream server) {
        to.listen(PORT, server);
        MeshStream client =
                from.connect(to.self.addresses().getFirst().address().toString(), PORT, new MeshStream(9));
        assertThat(mesh.runUntil(() -> client.connected && server.connected, Deadline.seconds(10)))
                .isTrue();
        return client;
    }

    @Test
    void aRelayThatTakesNothingStopsOnlyTheFlowsThroughIt() {
        homeOf(c, 2);
        a.setCredit(2, CREDIT);
        mesh.introduce(a, b, c);
        MeshStream atB = new MeshStream(2);
        MeshStream atC = new MeshStream(3);
        MeshStream toB = connected(a, b, atB);
        MeshStream toC = connected(a, c, atC);

        a.setCredit(2, 0);
        a.plane.onRelayPeerGone(1, c.key());
        int sentToC = a.sentTo.get(c.key());
        a.turn(() -> {
            toC.send(1000 * 1200);
            toB.send(1000 * 1200);
        });
        assertThat(mesh.runUntil(() -> atB.hasAllOf(toB), Deadline.seconds(5))).isTrue();
        assertThat(atC.received).isZero();
        assertThat(a.sentTo.get(c.key())).isEqualTo(sentToC);

        a.setCredit(2, CREDIT);
        assertThat(mesh.runUntil(() -> atC.hasAllOf(toC), Deadline.seconds(5))).isTrue();
    }

    @Test
    void aCreditOfLessThanOnePacketIsNone() {
        mesh.introduce(a, b);
        MeshStream server = new MeshStream(2);
        MeshStream client = connected(a, b, server);
        a.setCredit(1, 1);
        int before = a.sentDatagrams;
        a.turn(() -> client.send(100_000));
        assertThat(a.sentDatagrams).isEqualTo(before);

        a.setCredit(1, 0);
        a.setCredit(1, CREDIT);
        assertThat(mesh.runUntil(() -> server.hasAllOf(client), Deadline.seconds(10)))
                .isTrue();
    }

    @Test
    void aRelayNotConnectedYetIsAskedForAndTheFirstConnectionOpensAsSoonAsItIsUp() {
        homeOf(c, 2);
        mesh.introduce(a, c);
        c.listen(PORT, new MeshStream(3));
        MeshStream client = a.connect("100.64.0.3", PORT, new MeshStream(1));
        assertThat(a.wanted).contains(2);

        mesh.run(Deadline.millis(200));
        a.setCredit(2, CREDIT);
        // The answer returns through this node's own home, to which the peer must be connected, too.
        c.setCredit(1, CREDIT);
        assertThat(mesh.runUntil(() -> client.connected, Deadline.seconds(1))).isTrue();
    }

    @Test
    void aPingAsksForThePeersRelayTooWhenThatIsNotConnected() {
        DiscoPublic disco = DiscoPrivate.generate(new Random(9)).publicKey();
        c.self = c.self.edit().homeDerp(2).discoKey(disco).node();
        mesh.introduce(a, c);
        assertThat(a.wanted).isEmpty();
        a.turn(() ->
                assertThat(a.plane.ping(c.key(), NOBODY, mesh.clock.nowNanos())).isTrue());
        assertThat(a.wanted).containsExactly(2);
    }

    @Test
    void theWayBackIsTheRelayThroughWhichThePeerWasHeard() {
        homeOf(c, 2);
        a.setCredit(2, CREDIT);
        mesh.introduce(a, c);
        MeshStream server = new MeshStream(3);
        MeshStream client = connected(a, c, server);
        // The peer is told of another home of ours, one it cannot connect to: it answers where it hears us.
        homeOf(a, 5);
        mesh.introduce(a, c);
        a.turn(() -> client.send(1000));
        assertThat(mesh.runUntil(() -> server.hasAllOf(client), Deadline.seconds(5)))
                .isTrue();
        c.turn(() -> server.send(1000));

        assertThat(mesh.runUntil(() -> client.hasAllOf(server), Deadline.seconds(5)))
                .isTrue();
        assertThat(c.lastRegion).isEqualTo(2);
    }

    @Test
    void aWayBackIsForgottenWhenTheRelaySaysThePeerIsGone() {
        homeOf(c, 2);
        a.setCredit(2, CREDIT);
        mesh.introduce(a, c);
        MeshStream server = new MeshStream(3);
        MeshStream client = connected(a, c, server);
        homeOf(a, 5);
        mesh.introduce(a, c);
        a.turn(() -> client.send(1000));
        mesh.run(Deadline.seconds(1));

        c.plane.onRelayPeerGone(2, a.key());
        c.wanted.clear();
        int before = c.sentDatagrams;
        c.turn(() -> server.send(1000));
        assertThat(c.sentDatagrams).isEqualTo(before);
        assertThat(c.wanted).containsExactly(5);
    }

    @Test
    void peerGoneFromAnotherRelayChangesNothing() {
        homeOf(c, 2);
        a.setCredit(2, CREDIT);
        mesh.introduce(a, c);
        MeshStream server = new MeshStream(3);
        MeshStream client = connected(a, c, server);
        homeOf(a, 5);
        mesh.introduce(a, c);
        a.turn(() -> client.send(1000));
        mesh.run(Deadline.seconds(1));

        c.plane.onRelayPeerGone(3, a.key());
        c.turn(() -> server.send(1000));
        assertThat(mesh.runUntil(() -> client.hasAllOf(server), Deadline.seconds(5)))
                .isTrue();
    }

    @Test
    void flowsThatWaitForAClosedRelayGoOnWhenThePeerMovesToAnOpenOne() {
        homeOf(c, 2);
        a.setCredit(2, CREDIT);
        c.setCredit(1, CREDIT);
        mesh.introduce(a, c);
        MeshStream server = new MeshStream(3);
        MeshStream client = connected(a, c, server);
        a.setCredit(2, 0);
        a.plane.onRelayPeerGone(1, c.key());
        a.turn(() -> client.send(50_000));
        mesh.run(Deadline.seconds(1));
        assertThat(server.received).isZero();

        c.self = c.self.edit().homeDerp(1).node();
        a.follow(List.of(c.self));
        assertThat(mesh.runUntil(() -> server.hasAllOf(client), Deadline.seconds(30)))
                .isTrue();
    }

    @Test
    void flowsThatWaitForAClosedRelayGoOnWhenThePeerIsHeardThroughAnOpenOne() {
        homeOf(c, 2);
        a.setCredit(2, CREDIT);
        c.setCredit(1, CREDIT);
        mesh.introduce(a, c);
        MeshStream server = new MeshStream(3);
        MeshStream client = connected(a, c, server);
        a.disconnect(2);
        a.plane.onRelayPeerGone(1, c.key());
        a.turn(() -> client.send(50_000));
        mesh.run(Deadline.seconds(1));
        assertThat(server.received).isZero();

        c.turn(() -> server.send(10));
        assertThat(mesh.runUntil(() -> server.hasAllOf(client), Deadline.seconds(30)))
                .isTrue();
    }

    @Test
    void aFullRelayKeepsItsFlowsThoughThePeerWasHeardThroughAnother() {
        homeOf(c, 2);
        a.setCredit(2, CREDIT);
        c.setCredit(1, CREDIT);
        mesh.introduce(a, c);
        MeshStream server = new MeshStream(3);
        MeshStream client = connected(a, c, server);
        a.setCredit(2, 0);
        a.turn(() -> client.send(50_000));
        c.turn(() -> server.send(10));
        mesh.run(Deadline.seconds(1));
        assertThat(server.received).isZero();

        a.setCredit(2, CREDIT);
        assertThat(mesh.runUntil(() -> server.hasAllOf(client), Deadline.seconds(30)))
                .isTrue();
    }

    @Test
    void aPeerWithoutAHomeIsReachedOnceTheNetmapNamesOne() {
        c.self = c.self.edit().homeDerp(0).node();
        mesh.introduce(a, c);
        c.listen(PORT, new MeshStream(3));
        MeshStream client = a.connect("100.64.0.3", PORT, new MeshStream(1));
        mesh.run(Deadline.seconds(1));
        assertThat(client.connected).isFalse();

        c.self = c.self.edit().homeDerp(1).node();
        a.follow(List.of(c.self));
        assertThat(mesh.runUntil(() -> client.connected, Deadline.seconds(10))).isTrue();
    }

    @Test
    void pathDiscoveryIsTakenOutFromAmongAPeersPackets() {
        mesh.introduce(a, b);
        byte[] disco = new byte[62];
        byte[] magic = {'T', 'S', (byte) 0xf0, (byte) 0x9f, (byte) 0x92, (byte) 0xac};
        System.arraycopy(magic, 0, disco, 0, magic.length);
        PacketBatch packets = PacketBatch.ofPackets(4, disco.length);
        packets.add(disco, 0, disco.length);
        packets.add(disco, 0, disco.length - 1);
        packets.add(disco, 0, disco.length);
        a.turn(() -> a.plane.onRelayPackets(1, b.key(), packets, mesh.clock.nowNanos()));
        long ignored = 0;
        for (PathCounters.Drop reason : PathCounters.Drop.values()) {
            ignored += a.plane.paths().counters().dropped(reason);
        }
        assertThat(ignored).as("counted by the paths, whatever the reason").isEqualTo(2);
        assertThat(a.plane.wireGuard().counters().dropped(DropReason.MALFORMED)).isEqualTo(1);
    }

    @Test
    void aPeerThatIsGoneWantsNoRelay() {
        homeOf(c, 2);
        a.setCredit(2, CREDIT);
        mesh.introduce(a, b, c);
        MeshStream toC = connected(a, c, new MeshStream(3));
        a.setCredit(2, 0);
        a.plane.onRelayPeerGone(1, c.key());
        a.turn(() -> toC.send(20_000));
        a.follow(List.of(b.self));
        a.wanted.clear();
        a.plane.onWritable(a.now());
        assertThat(a.wanted).isEmpty();
    }

    private void withDisco(MeshNode node) {
        Random random = new Random(mesh.seed + node.self.id());
        NodePrivate.generate(random);
        node.self = node.self
                .edit()
                .discoKey(DiscoPrivate.generate(random).publicKey())
                .endpoints(List.of(node.address()))
                .node();
    }

    private MeshStream onADirectPath() {
        withDisco(a);
        withDisco(b);
        a.neighbour = b;
        b.neighbour = a;
        mesh.introduce(a, b);
        MeshStream server = new MeshStream(2);
        MeshStream client = connected(a, b, server);
        mesh.run(Deadline.seconds(2));
        return client;
    }

    /** Nothing proves the direct path any longer, and the relay takes nothing. */
    private void doubt() {
        a.setCredit(1, 0);
        a.discoLost = true;
    }

    @Test
    void aRelayThatIsFullIsSentNothingMoreWhileADirectPathIsInDoubt() {
        MeshStream client = onADirectPath();
        doubt();
        long before = a.relayedBytes;
        for (int i = 0; i < 1000; i++) {
            a.turn(() -> client.send(20_000));
            mesh.run(Deadline.millis(10));
        }
        assertThat(a.relayedBytes - before).isLessThan(1 << 20);
    }

    private void talk(MeshStream client, long durationNanos) {
        for (long nanos = 0; nanos < durationNanos; nanos += Deadline.millis(250)) {
            a.turn(() -> client.send(100));
            mesh.run(Deadline.millis(250));
        }
    }

    /** A session is renewed 120 s after it began, which here is while the path is in doubt, and before it is given up. */
    @Test
    void aHandshakeTakesAFullRelayTooWhileADirectPathIsInDoubt() {
        MeshStream client = onADirectPath();
        talk(client, Deadline.seconds(113));
        doubt();
        int relayed = a.initiations;
        talk(client, Deadline.seconds(15));
        assertThat(a.initiations).isGreaterThan(relayed);
    }
}
