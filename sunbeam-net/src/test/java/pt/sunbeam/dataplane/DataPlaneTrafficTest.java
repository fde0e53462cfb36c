package pt.sunbeam.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.netmap.PacketFilter;
import pt.sunbeam.netstack.udp.UdpEvents;
import pt.sunbeam.netstack.udp.UdpSocket;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.time.Deadline;

/** Data planes joined by relays in virtual time; both ends are this program's. */
class DataPlaneTrafficTest {
    private static final int PORT = 80;
    private static final long MEGABYTE = 1 << 20;

    private Mesh mesh = new Mesh(1);
    private MeshNode a = mesh.add(1);
    private MeshNode b = mesh.add(2);

    private void start(long seed) {
        mesh = new Mesh(seed);
        a = mesh.add(1);
        b = mesh.add(2);
        mesh.introduce(a, b);
    }

    private static boolean exchanged(MeshStream one, MeshStream other) {
        return one.hasAllOf(other) && other.hasAllOf(one) && one.peerFin && other.peerFin;
    }

    @Test
    void megabytesArriveIntactBothWays() {
        start(1);
        MeshStream server = b.listen(PORT, new MeshStream(2).sending(3 * MEGABYTE));
        MeshStream client = a.connect("100.64.0.2", PORT, new MeshStream(1).sending(3 * MEGABYTE));

        assertThat(mesh.runUntil(() -> exchanged(client, server), Deadline.seconds(60)))
                .isTrue();
        assertThat(client.received).isEqualTo(3 * MEGABYTE);
        assertThat(server.received).isEqualTo(3 * MEGABYTE);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void bytesArriveIntactOverALossyWay(long seed) {
        start(seed);
        mesh.setProfile(LinkProfile.delay(20)
                .withJitter(10)
                .withLoss(0.02)
                .withDuplicates(0.01)
                .withCorruption(0.005)
                .withReordering(0.01, 30));
        MeshStream server = b.listen(PORT, new MeshStream(seed).sending(MEGABYTE / 4));
        MeshStream client = a.connect("100.64.0.2", PORT, new MeshStream(-seed).sending(MEGABYTE / 4));

        assertThat(mesh.runUntil(() -> exchanged(client, server), Deadline.seconds(300)))
                .as("seed %d: %d and %d bytes arrived", seed, client.received, server.received)
                .isTrue();
    }

    @Test
    void twoPeersAreServedAtOnce() {
        MeshNode c = mesh.add(3);
        mesh.introduce(a, b, c);
        MeshStream atB = b.listen(PORT, new MeshStream(2).sending(MEGABYTE));
        MeshStream atC = c.listen(PORT, new MeshStream(3).sending(MEGABYTE));
        MeshStream toB = a.connect("100.64.0.2", PORT, new MeshStream(4).sending(MEGABYTE));
        MeshStream toC = a.connect("100.64.0.3", PORT, new MeshStream(5).sending(MEGABYTE));

        assertThat(mesh.runUntil(() -> exchanged(toB, atB) && exchanged(toC, atC), Deadline.seconds(60)))
                .isTrue();
    }

    @Test
    void aConnectionToOurOwnAddressNeedsNoPeer() {
        start(1);
        MeshStream server = a.listen(PORT, new MeshStream(2).sending(MEGABYTE));
        MeshStream client = a.connect("100.64.0.1", PORT, new MeshStream(1).sending(MEGABYTE));

        assertThat(mesh.runUntil(() -> exchanged(client, server), Deadline.seconds(60)))
                .isTrue();
        assertThat(a.sentDatagrams).isZero();
    }

    @Test
    void anAnswerToOurDatagramPassesWithoutARule() {
        a.filter = PacketFilter.DENY_ALL;
        mesh.introduce(a, b);
        UdpSocket server = b.plane.stack().udpBind(53, new UdpEvents() {});
        UdpSocket client = a.plane.stack().udpConnect(MeshNode.endpoint("100.64.0.2", 53), new UdpEvents() {});
        UdpSocket stranger = a.plane.stack().udpBind(54, new UdpEvents() {});
        a.turn(() -> client.send(ByteBuffer.allocate(7)));
        mesh.runUntil(() -> server.readableDatagrams() > 0, Deadline.seconds(10));
        b.turn(() -> {
            server.send(MeshNode.endpoint("100.64.0.1", client.localPort()), ByteBuffer.allocate(9));
            server.send(MeshNode.endpoint("100.64.0.1", stranger.localPort()), ByteBuffer.allocate(9));
        });

        assertThat(mesh.runUntil(() -> client.readableDatagrams() == 1, Deadline.seconds(10)))
                .isTrue();
        assertThat(stranger.readableDatagrams()).isZero();
    }

    @Test
    void aHundredIdlePeersCostNothingInAnHour() {
        Random keys = new Random(7);
        List<Node> peers = new ArrayList<>();
        for (int id = 2; id <= 101; id++) {
            peers.add(MeshNode.node(id, NodePrivate.generate(keys).publicKey()));
        }
        a.follow(peers);
        mesh.run(Deadline.seconds(3600));

        assertThat(a.sentDatagrams).isZero();
        assertThat(a.plane.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @Test
    void onlyThePeerWithTrafficGetsAHandshake() {
        MeshNode c = mesh.add(3);
        mesh.introduce(a, b, c);
        MeshStream server = b.listen(PORT, new MeshStream(2).sending(1000));
        MeshStream client = a.connect("100.64.0.2", PORT, new MeshStream(1).sending(1000));

        assertThat(mesh.runUntil(() -> exchanged(client, server), Deadline.seconds(10)))
                .isTrue();
        assertThat(a.sentTo).containsOnlyKeys(b.key());
        assertThat(c.sentDatagrams).isZero();
    }

    @Test
    void aPeerIsIdleAgainSoonAfterItsTrafficEnded() {
        start(1);
        MeshStream server = b.listen(PORT, new MeshStream(2).sending(1000));
        MeshStream client = a.connect("100.64.0.2", PORT, new MeshStream(1).sending(1000));
        assertThat(mesh.runUntil(() -> exchanged(client, server), Deadline.seconds(10)))
                .isTrue();

        mesh.run(Deadline.seconds(60));
        int before = a.sentDatagrams + b.sentDatagrams;
        mesh.run(Deadline.seconds(3600));
        assertThat(a.sentDatagrams + b.sentDatagrams).isEqualTo(before);
    }

    @Test
    void aPeerThatWasSilentForFiveMinutesIsReachedAgain() {
        start(1);
        MeshStream first = b.listen(PORT, new MeshStream(2));
        MeshStream early = a.connect("100.64.0.2", PORT, new MeshStream(1));
        assertThat(mesh.runUntil(() -> early.connected && first.connected, Deadline.seconds(10)))
                .isTrue();

        mesh.setCut(true);
        a.turn(() -> early.send(100));
        mesh.run(Deadline.seconds(290));
        mesh.setCut(false);
        MeshStream again = b.listen(PORT + 1, new MeshStream(3).sending(1000));
        MeshStream late = a.connect("100.64.0.2", PORT + 1, new MeshStream(4).sending(1000));

        assertThat(mesh.runUntil(() -> exchanged(late, again), Deadline.seconds(20)))
                .isTrue();
    }

    @Test
    void anIdleConnectionSurvivesFiveMinutesWithoutTheRelay() {
        start(1);
        MeshStream server = b.listen(PORT, new MeshStream(2));
        MeshStream client = a.connect("100.64.0.2", PORT, new MeshStream(1));
        assertThat(mesh.runUntil(() -> client.connected && server.connected, Deadline.seconds(10)))
                .isTrue();

        a.disconnect(1);
        mesh.run(Deadline.seconds(270));
        a.setCredit(1, 1 << 20);
        a.turn(() -> client.send(5000));

        assertThat(mesh.runUntil(() -> server.hasAllOf(client), Deadline.seconds(60)))
                .as("reset at the client: %s, at the server: %s", client.reset, server.reset)
                .isTrue();
    }

    @Test
    void tenMinutesOfTrafficRekeyWithoutLoss() {
        start(1);
        MeshStream server = b.listen(PORT, new MeshStream(2));
        MeshStream client = a.connect("100.64.0.2", PORT, new MeshStream(1));
        for (int tick = 0; tick < 6000; tick++) {
            mesh.run(Deadline.millis(100));
            a.turn(() -> client.send(500));
            b.turn(() -> server.send(700));
        }

        assertThat(mesh.runUntil(() -> server.hasAllOf(client) && client.hasAllOf(server), Deadline.seconds(2)))
                .isTrue();
        assertThat(a.initiations + b.initiations).isBetween(5, 7);
        assertThat(client.connection.info().retransmits()).isZero();
        assertThat(server.connection.info().retransmits()).isZero();
        assertThat(a.plane.wireGuard().counters().droppedTotal()).isZero();
        assertThat(b.plane.wireGuard().counters().droppedTotal()).isZero();
    }
}
