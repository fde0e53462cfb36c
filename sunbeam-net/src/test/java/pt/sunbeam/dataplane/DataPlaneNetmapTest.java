package pt.sunbeam.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.netmap.PacketFilter;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.wireguard.DropReason;

/** What a netmap makes reachable, and what its changes do to flows. Data planes of this program in virtual time. */
class DataPlaneNetmapTest {
    private static final int PORT = 80;

    private final Mesh mesh = new Mesh(1);
    private final MeshNode a = mesh.add(1);
    private final MeshNode b = mesh.add(2);
    private final MeshNode c = mesh.add(3);

    private MeshStream open(MeshNode to, String address, MeshStream server) {
        to.listen(PORT, server);
        return a.connect(address, PORT, new MeshStream(9));
    }

    private boolean opens(MeshNode to, String address) {
        MeshStream server = new MeshStream(3);
        MeshStream client = open(to, address, server);
        return mesh.runUntil(() -> client.connected && server.connected, Deadline.seconds(15));
    }

    /** {@code node} answers on {@code address}, too; its peers know it only as the one that carries {@code routes}. */
    private static void carries(MeshNode node, String address, String... routes) {
        Node known = node.self;
        List<IpPrefix> own = new java.util.ArrayList<>(known.addresses());
        List<IpPrefix> allowed = new java.util.ArrayList<>(known.addresses());
        own.add(MeshNode.prefix(address));
        for (String route : routes) {
            allowed.add(MeshNode.prefix(route));
        }
        node.self = known.edit().addresses(own).node();
        node.follow(List.of());
        node.self = known.edit().allowedIps(allowed).node();
    }

    /** Both know each other; {@code node} keeps the addresses it follows already. */
    private void introduceTo(MeshNode node, MeshNode peer) {
        Node known = node.self;
        node.self = known.edit().addresses(node.netmap.self().addresses()).node();
        node.follow(List.of(peer.self));
        node.self = known;
    }

    @Test
    void aForgedSourceAddressIsDropped() {
        mesh.introduce(a, b, c);
        Node honest = b.self;
        b.self = honest.edit().addresses(c.self.addresses()).node();
        b.follow(List.of(a.self));
        b.self = honest;
        MeshStream server = a.listen(PORT, new MeshStream(1));
        MeshStream liar = b.connect("100.64.0.1", PORT, new MeshStream(2));

        assertThat(mesh.runUntil(() -> liar.failure != null, Deadline.seconds(30)))
                .isTrue();
        assertThat(server.connected).isFalse();
        assertThat(a.plane.wireGuard().counters().dropped(DropReason.INNER_SOURCE))
                .isPositive();
    }

    @Test
    void aPacketFromAKeyThatIsNoPeerIsCountedAndDropped() {
        b.follow(List.of(a.self));
        a.follow(List.of());
        b.connect("100.64.0.1", PORT, new MeshStream(2));
        mesh.run(Deadline.seconds(1));

        assertThat(a.plane.counters().dropped(DataPlaneCounters.Drop.UNKNOWN_PEER))
                .isPositive();
        assertThat(a.sentDatagrams).isZero();
    }

    @Test
    void aRemovedPeerEndsItsFlowsAndItsNameMeansNothing() {
        mesh.introduce(a, b, c);
        MeshStream toB = open(b, "100.64.0.2", new MeshStream(2));
        MeshStream toC = open(c, "100.64.0.3", new MeshStream(3));
        assertThat(mesh.runUntil(() -> toB.connected && toC.connected, Deadline.seconds(5)))
                .isTrue();
        assertThat(a.plane.resolve("n2")).isNotNull();

        a.follow(List.of(c.self));
        assertThat(toB.reset).isEqualTo(ResetCause.PEER_GONE);
        assertThat(toC.reset).isNull();
        assertThat(a.plane.resolve("n2")).isNull();
        assertThat(a.plane.resolve("n3")).isNotNull();
        assertThat(open(b, "100.64.0.2", new MeshStream(2)).failure).isEqualTo(ConnectFailure.UNREACHABLE);
    }

    @Test
    void aConnectionThatOpensEndsWithItsPeer() {
        mesh.introduce(a, b);
        b.disconnect(1);
        MeshStream toB = a.connect("100.64.0.2", PORT, new MeshStream(2));
        a.follow(List.of());
        assertThat(toB.failure).isEqualTo(ConnectFailure.PEER_GONE);
    }

    @Test
    void aRestartedPeerIsReachedAtOnceThroughItsNewDiscoKey() {
        mesh.introduce(a, b);
        assertThat(opens(b, "100.64.0.2")).isTrue();
        int handshakes = a.initiations;

        byte[] bytes = new byte[32];
        bytes[0] = 5;
        b.self = b.self.edit().discoKey(new DiscoPublic(bytes)).node();
        a.follow(List.of(b.self));
        MeshStream again = open(b, "100.64.0.2", new MeshStream(4));
        assertThat(mesh.runUntil(() -> again.connected, Deadline.seconds(1))).isTrue();
        assertThat(a.initiations).isEqualTo(handshakes + 1);
    }

    @Test
    void aFlowGoesOnAcrossANewDiscoKey() {
        mesh.introduce(a, b);
        MeshStream server = new MeshStream(2);
        MeshStream client = open(b, "100.64.0.2", server);
        assertThat(mesh.runUntil(() -> client.connected && server.connected, Deadline.seconds(5)))
                .isTrue();
        byte[] bytes = new byte[32];
        bytes[0] = 5;
        a.turn(() -> client.send(200_000));
        mesh.run(Deadline.millis(30));
        b.self = b.self.edit().discoKey(new DiscoPublic(bytes)).node();
        a.follow(List.of(b.self));

        assertThat(mesh.runUntil(() -> server.hasAllOf(client), Deadline.seconds(30)))
                .isTrue();
    }

    @Test
    void otherChangesOfAPeerLeaveItsSessionAlone() {
        mesh.introduce(a, b);
        MeshStream server = new MeshStream(2);
        MeshStream client = open(b, "100.64.0.2", server);
        assertThat(mesh.runUntil(() -> client.connected && server.connected, Deadline.seconds(5)))
                .isTrue();
        int handshakes = a.initiations;
        a.follow(List.of(b.self.edit()
                .online(true)
                .allowedIps(List.of(b.self.addresses().getFirst(), MeshNode.prefix("10.0.0.0/8")))
                .node()));
        a.turn(() -> client.send(5000));

        assertThat(mesh.runUntil(() -> server.hasAllOf(client), Deadline.seconds(5)))
                .isTrue();
        assertThat(a.initiations).isEqualTo(handshakes);
    }

    @Test
    void aSubnetIsReachedThroughThePeerThatCarriesIt() {
        carries(b, "10.0.0.5/32", "10.0.0.0/8");
        a.follow(List.of(b.self));
        introduceTo(b, a);
        assertThat(opens(b, "10.0.0.5")).isTrue();
    }

    @Test
    void ofOverlappingSubnetsTheLongestPrefixLeads() {
        carries(b, "10.1.0.5/32", "10.0.0.0/8");
        carries(c, "10.1.0.5/32", "10.1.0.0/16");
        a.follow(List.of(b.self, c.self));
        introduceTo(b, a);
        introduceTo(c, a);

        assertThat(opens(c, "10.1.0.5")).isTrue();
        assertThat(a.sentTo).containsOnlyKeys(c.key());
        a.follow(List.of(b.self));
        assertThat(opens(b, "10.1.0.5")).isTrue();
    }

    @Test
    void aSubnetThatMovesToAnotherPeerIsReachedThere() {
        carries(b, "10.0.0.5/32", "10.0.0.0/8");
        carries(c, "10.0.0.5/32");
        a.follow(List.of(b.self, c.self));
        introduceTo(b, a);
        introduceTo(c, a);
        assertThat(opens(b, "10.0.0.5")).isTrue();

        Node without = b.self.edit().allowedIps(b.self.addresses()).node();
        Node with = c.self.edit().allowedIps(b.self.allowedIps().subList(1, 2)).node();
        a.follow(List.of(without, with));
        a.sentTo.clear();
        assertThat(opens(c, "10.0.0.5")).isTrue();
        assertThat(a.sentTo).containsOnlyKeys(c.key());
    }

    @Test
    void defaultRoutesAreNeverUsed() {
        carries(b, "8.8.8.8/32", "0.0.0.0/0", "::/0");
        a.follow(List.of(b.self));
        assertThat(open(b, "8.8.8.8", new MeshStream(2)).failure).isEqualTo(ConnectFailure.UNREACHABLE);
        assertThat(open(b, "2001:db8::1", new MeshStream(2)).failure).isEqualTo(ConnectFailure.UNREACHABLE);
    }

    @Test
    void anExpiredPeerIsNotUsed() {
        Node expired = b.self.edit().keyExpiry(a.wallNow().minusSeconds(1)).node();
        a.follow(List.of(expired));
        b.follow(List.of(a.self));
        assertThat(open(b, "100.64.0.2", new MeshStream(2)).failure).isEqualTo(ConnectFailure.UNREACHABLE);
        assertThat(a.plane.peers()).isEmpty();

        a.follow(List.of(b.self));
        assertThat(opens(b, "100.64.0.2")).isTrue();
    }

    @Test
    void aPeerThatExpiresEndsItsFlows() {
        mesh.introduce(a, b);
        MeshStream client = open(b, "100.64.0.2", new MeshStream(2));
        assertThat(mesh.runUntil(() -> client.connected, Deadline.seconds(5))).isTrue();
        a.follow(List.of(b.self.edit().expired(true).node()));
        assertThat(client.reset).isEqualTo(ResetCause.PEER_GONE);
    }

    @Test
    void aLockedTailnetUsesNobody() {
        mesh.introduce(a, b);
        MeshStream client = open(b, "100.64.0.2", new MeshStream(2));
        assertThat(mesh.runUntil(() -> client.connected, Deadline.seconds(5))).isTrue();

        a.locked = true;
        a.follow(List.of(b.self));
        assertThat(client.reset).isEqualTo(ResetCause.PEER_GONE);
        assertThat(a.plane.peers()).isEmpty();
        assertThat(open(b, "100.64.0.2", new MeshStream(2)).failure).isEqualTo(ConnectFailure.UNREACHABLE);
    }

    @Test
    void aPeerWithANewNodeKeyIsAnotherPeer() {
        mesh.introduce(a, b);
        MeshStream client = open(b, "100.64.0.2", new MeshStream(2));
        assertThat(mesh.runUntil(() -> client.connected, Deadline.seconds(5))).isTrue();
        Node renewed = b.self.edit()
                .key(NodePrivate.generate(new java.util.Random(5)).publicKey())
                .node();
        a.follow(List.of(renewed));
        assertThat(client.reset).isEqualTo(ResetCause.PEER_GONE);
        assertThat(a.plane.peers()).extracting(PeerSnapshot::key).containsExactly(renewed.key());
    }

    @Test
    void withoutARuleNothingMayBeOpenedButAnswersPass() {
        a.filter = PacketFilter.DENY_ALL;
        mesh.introduce(a, b);
        MeshStream server = a.listen(PORT, new MeshStream(1));
        MeshStream stranger = b.connect("100.64.0.1", PORT, new MeshStream(2));
        assertThat(mesh.runUntil(() -> stranger.failure != null, Deadline.seconds(30)))
                .isTrue();
        assertThat(server.connected).isFalse();
        assertThat(a.plane.counters().dropped(DataPlaneCounters.Drop.FILTERED)).isPositive();

        assertThat(opens(b, "100.64.0.2")).isTrue();
    }

    @Test
    void aPeerWithOnlyIpv6IsReachedByName() {
        IpPrefix v6 = MeshNode.prefix("fd7a:115c:a1e0::2/128");
        b.self = b.self.edit().addresses(List.of(v6)).allowedIps(List.of(v6)).node();
        a.self = a.self.edit()
                .addresses(List.of(a.self.addresses().getFirst(), MeshNode.prefix("fd7a:115c:a1e0::1/128")))
                .node();
        a.self = a.self.edit().allowedIps(a.self.addresses()).node();
        mesh.introduce(a, b);
        assertThat(opens(b, String.valueOf(a.plane.resolve("n2")))).isTrue();
    }
}
