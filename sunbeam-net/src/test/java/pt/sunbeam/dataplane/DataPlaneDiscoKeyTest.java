package pt.sunbeam.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.path.PathCounters;
import pt.sunbeam.path.PingListener;
import pt.sunbeam.time.Deadline;

/** Disco keys that peers tell each other inside the tunnel, ahead of the netmap. */
class DataPlaneDiscoKeyTest {
    private static final int PORT = 80;
    private static final PingListener NOBODY = new PingListener() {
        @Override
        public void pongFrom(IpEndpoint endpoint, long roundTripNanos) {}

        @Override
        public void pongThroughRelay(int region, long roundTripNanos) {}
    };

    private final Mesh mesh = new Mesh(1);
    private final MeshNode a = mesh.add(1);
    private final MeshNode b = mesh.add(2);

    @BeforeEach
    void bothTellTheirKeys() {
        a.self = a.self.edit().cap(144).node();
        b.self = b.self.edit().cap(144).node();
        mesh.introduce(a, b);
    }

    /** The key that {@link MeshNode} gives the node with {@code id}. */
    private DiscoPublic keyOf(int id) {
        Random random = new Random(mesh.seed + id);
        NodePrivate.generate(random);
        return DiscoPrivate.generate(random).publicKey();
    }

    private static DiscoPublic key(int fill) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) fill;
        return new DiscoPublic(bytes);
    }

    private boolean isKnown() {
        boolean[] known = new boolean[1];
        a.turn(() -> known[0] = a.plane.ping(b.key(), NOBODY, a.now()));
        return known[0];
    }

    private void exchange() {
        b.listen(PORT, new MeshStream(2));
        MeshStream client = a.connect("100.64.0.2", PORT, new MeshStream(9));
        assertThat(mesh.runUntil(() -> client.connected, Deadline.seconds(5))).isTrue();
        mesh.run(Deadline.millis(100));
    }

    @Test
    void aKeyThatTheNetmapDoesNotHaveIsLearnedFromThePeer() {
        assertThat(isKnown()).isFalse();
        exchange();
        assertThat(isKnown()).isTrue();
    }

    @Test
    void aPeerOfAnOlderVersionIsToldNothing() {
        a.follow(List.of(b.self.edit().cap(143).node()));
        b.follow(List.of(a.self.edit().cap(143).node()));
        exchange();
        assertThat(isKnown()).isFalse();
    }

    @Test
    void learningAKeyEndsNoSession() {
        exchange();
        int handshakes = a.initiations;
        exchange();
        assertThat(a.initiations).isEqualTo(handshakes);
    }

    @Test
    void aNetmapThatSaysTheSameAsBeforeDoesNotUndoIt() {
        exchange();
        a.follow(List.of(b.self.edit().homeDerp(2).node()));
        assertThat(isKnown()).isTrue();
    }

    @Test
    void aNetmapThatConfirmsItEndsNoSession() {
        exchange();
        int handshakes = a.initiations;
        a.follow(List.of(b.self.edit().discoKey(keyOf(2)).node()));
        exchange();
        assertThat(a.initiations).isEqualTo(handshakes);
    }

    @Test
    void aNetmapWithAnotherKeyMeansThatThePeerRestarted() {
        exchange();
        int handshakes = a.initiations;
        a.follow(List.of(b.self.edit().discoKey(key(5)).node()));
        exchange();
        assertThat(a.initiations).isEqualTo(handshakes + 1);
    }

    @Test
    void aPeerThatTellsAnotherKeyAllTheTimeIsFollowedAFewTimesOnly() {
        List<IpEndpoint> many = IntStream.range(1, 10_001)
                .mapToObj(port -> MeshNode.endpoint("192.0.2.7", port))
                .toList();
        b.self = b.self.edit().endpoints(many).node();
        mesh.introduce(a, b);
        exchange();
        long before = a.plane.paths().counters().dropped(PathCounters.Drop.CANDIDATE_LIMIT);
        for (int i = 1; i <= 100; i++) {
            DiscoPublic other = key(i);
            b.turn(() ->
                    b.plane.stack().tellDiscoKey(a.self.addresses().getFirst().address(), other));
            mesh.run(Deadline.millis(1));
        }
        mesh.run(Deadline.millis(100));
        assertThat(a.plane.paths().counters().dropped(PathCounters.Drop.CANDIDATE_LIMIT) - before)
                .isLessThan(10 * many.size());
    }
}
