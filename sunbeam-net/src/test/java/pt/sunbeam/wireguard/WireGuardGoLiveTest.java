package pt.sunbeam.wireguard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.keys.NodePrivate;

/** Against a real wireguard-go (Debian's 0.0.20220316 and later) whose kernel answers pings. Needs root and a TUN device. */
@Timeout(value = 50, unit = TimeUnit.SECONDS)
class WireGuardGoLiveTest {
    private static final IpAddress OUR_V4 = IpAddress.parse("100.64.9.1");
    private static final IpAddress OUR_V6 = IpAddress.parse("fd7a:115c:a1e0::1");
    private static final int WAIT_MILLIS = 4000;

    private static @Nullable WireGuardGoNamespace go;

    private final NodePrivate key = NodePrivate.generate(RandomGenerator.of("SecureRandom"));
    private final Set<Integer> answered = new HashSet<>();
    private UdpNode node;

    @BeforeAll
    static void openNamespace() throws Exception {
        String missing = WireGuardGoNamespace.missing();
        assumeTrue(missing == null, "no live test with wireguard-go: this machine lacks " + missing);
        go = new WireGuardGoNamespace();
        go.open();
    }

    @AfterAll
    static void closeNamespace() throws Exception {
        if (go != null) {
            go.close();
        }
    }

    @BeforeEach
    void introduce() throws Exception {
        node = newNode(0, null);
        go.onlyPeer(key.publicKey());
    }

    @AfterEach
    void closeSocket() {
        node.close();
    }

    @Test
    void weInitiateAndBothFamiliesEcho() throws Exception {
        ping(1, OUR_V4);
        assertAnswered(1);
        ping(2, OUR_V6);
        assertAnswered(2);
        assertThat(node.sink.established).hasSize(1);
        assertThat(node.wireGuard.counters().droppedTotal()).isZero();
    }

    @Test
    void thePeerInitiates() throws Exception {
        go.setPeer(
                key.publicKey(),
                "endpoint",
                WireGuardGoNamespace.OUR_OUTER + ":" + node.port(),
                "persistent-keepalive",
                "25");
        assertThat(node.pumpUntil(() -> !node.sink.established.isEmpty(), WAIT_MILLIS))
                .isTrue();
        ping(1, OUR_V4);
        assertAnswered(1);
        assertThat(node.wireGuard.counters().initiationsSent()).isZero();
    }

    @Test
    void aRekeyLosesNoPacket() throws Exception {
        ping(1, OUR_V4);
        assertAnswered(1);
        // wireguard-go accepts one initiation of a peer in 20 ms of its own time.
        node.pumpUntil(() -> false, 50);
        node.skipSeconds(121);
        for (int i = 2; i < 20; i++) {
            ping(i, i % 2 == 0 ? OUR_V4 : OUR_V6);
        }
        assertThat(node.pumpUntil(() -> node.sink.established.size() == 2, WAIT_MILLIS))
                .isTrue();
        ping(20, OUR_V4);
        for (int i = 2; i <= 20; i++) {
            assertAnswered(i);
        }
    }

    @Test
    void ourKeepaliveArrivesAndThePeersCountsAsReceived() throws Exception {
        ping(1, OUR_V4);
        assertAnswered(1);
        long before = go.receivedBytes();
        node.skipSeconds(10);
        node.pumpUntil(() -> false, 200);
        assertThat(go.receivedBytes() - before).isEqualTo(MessageFormat.MIN_TRANSPORT_BYTES);

        long receivedBefore = node.peer().rxBytes();
        go.setPeer(key.publicKey(), "persistent-keepalive", "1");
        assertThat(node.pumpUntil(() -> node.peer().rxBytes() >= receivedBefore + 64, WAIT_MILLIS))
                .isTrue();
        assertThat(node.sink.delivered).isEmpty();
    }

    @Test
    void thePeerFollowsUsToAnotherPort() throws Exception {
        ping(1, OUR_V4);
        assertAnswered(1);
        node.roam();
        ping(2, OUR_V4);
        assertAnswered(2);
        assertThat(go.endpoint()).endsWith(":" + node.port());
        assertThat(node.sink.established).hasSize(1);
    }

    @Test
    void aRestartedPeerIsReachedAgainAfterFifteenSilentSeconds() throws Exception {
        ping(1, OUR_V4);
        assertAnswered(1);
        go.stop();
        go.start();
        go.onlyPeer(key.publicKey());
        ping(2, OUR_V4);
        assertThat(node.pumpUntil(() -> isAnswered(2), 200)).isFalse();
        node.skipSeconds(16);
        assertThat(node.pumpUntil(() -> node.sink.established.size() == 2, WAIT_MILLIS))
                .isTrue();
        ping(3, OUR_V4);
        assertAnswered(3);
    }

    @Test
    void afterARestartWithTheClockSetBackThePersistedStampIsWhatWorks() throws Exception {
        ping(1, OUR_V4);
        assertAnswered(1);
        Tai64n persisted = node.timestamps.latest();
        node.close();

        node = newNode(-86_400, null);
        ping(2, OUR_V4);
        assertThat(node.pumpUntil(() -> isAnswered(2), 300))
                .as("a stamp of yesterday")
                .isFalse();
        node.close();

        node = newNode(-86_400, persisted);
        ping(3, OUR_V4);
        assertAnswered(3);
    }

    private UdpNode newNode(long wallSeconds, @Nullable Tai64n persisted) throws IOException {
        return new UdpNode(key, go.publicKey(), go.outer(), wallSeconds, persisted);
    }

    private void ping(int sequence, IpAddress from) throws IOException {
        IpAddress to = from.v6() ? WireGuardGoNamespace.INNER_V6 : WireGuardGoNamespace.INNER_V4;
        node.send(EchoPackets.request(from, to, sequence));
    }

    private void assertAnswered(int sequence) throws IOException {
        assertThat(node.pumpUntil(() -> isAnswered(sequence), WAIT_MILLIS))
                .as("echo %d", sequence)
                .isTrue();
    }

    private boolean isAnswered(int sequence) {
        node.sink.takeDelivered().forEach(packet -> answered.add(EchoPackets.replySequence(packet)));
        return answered.contains(sequence);
    }
}
