package pt.sunbeam.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.keys.NodePublic;

/** Whatever is not authentic changes nothing: no answer, no delivery, no state; the genuine message still works afterwards. */
class WireGuardForgeryTest {
    private static final long SECOND = TestNode.SECOND;

    private final TestNode a = new TestNode(1);
    private final TestNode b = new TestNode(2);

    @BeforeEach
    void introduce() {
        a.knows(b);
        b.knows(a);
    }

    @Test
    void noDamagedInitiationIsAnswered() {
        byte[] initiation = initiation();
        forEachDamage(initiation, MessageFormat.MAC_BYTES, forged -> dropped(b, a, forged));
        b.receive(a.origin(), initiation);
        assertThat(b.sink.takeTransmitted()).hasSize(1);
    }

    @Test
    void noDamagedInitiationWithARightMac1IsAnswered() {
        byte[] initiation = initiation();
        byte[] mac1Key = MessageMacs.mac1Key(b.publicKey().toBytes());
        for (int i = MessageFormat.INITIATION_NOISE_AT; i < 116; i++) {
            dropped(b, a, restamped(initiation, i, mac1Key));
        }
        assertThat(b.wireGuard.counters().dropped(DropReason.HANDSHAKE_NOT_AUTHENTIC))
                .isEqualTo(108);
        b.receive(a.origin(), initiation);
        assertThat(b.sink.takeTransmitted()).hasSize(1);
    }

    @Test
    void noDamagedResponseEndsOurHandshake() {
        a.send(b, 1);
        b.receive(a, a.sink.takeTransmitted());
        byte[] response = b.sink.takeTransmitted().getFirst();
        forEachDamage(response, MessageFormat.MAC_BYTES, forged -> dropped(a, b, forged));
        byte[] mac1Key = MessageMacs.mac1Key(a.publicKey().toBytes());
        for (int i = MessageFormat.RESPONSE_RECEIVER_AT; i < 60; i++) {
            dropped(a, b, restamped(response, i, mac1Key));
        }
        a.receive(b.origin(), response);
        assertThat(a.sink.established).hasSize(1);
        a.sink.takeTransmitted();
        dropped(a, b, response);
    }

    @Test
    void noDamagedDataIsDeliveredNorMovesTheWindow() {
        establish();
        a.send(b, 7);
        byte[] data = a.sink.takeTransmitted().getFirst();
        forEachDamage(data, 0, forged -> dropped(b, a, forged));
        b.receive(a.origin(), data);
        assertThat(b.takeMarks()).containsExactly(7);
        long replayed = b.wireGuard.counters().dropped(DropReason.REPLAYED);
        dropped(b, a, data);
        assertThat(b.wireGuard.counters().dropped(DropReason.REPLAYED)).isEqualTo(replayed + 1);
    }

    @Test
    void noDamagedCookieReplyIsKept() {
        byte[] initiation = initiation();
        byte[] reply = new CookieSource(b.publicKey().toBytes(), new Random(1)).reply(initiation, a.origin(), 0);
        forEachDamage(reply, 0, forged -> {
            dropped(a, b, forged);
            assertThat(a.peer(b).cookie).isNull();
        });
        a.receive(b.origin(), reply);
        assertThat(a.peer(b).cookie).isNotNull();
    }

    @Test
    void randomBytesAreDropped() {
        establish();
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            byte[] junk = new byte[random.nextInt(200)];
            random.nextBytes(junk);
            if (junk.length >= 4 && random.nextBoolean()) {
                Arrays.fill(junk, 0, 4, (byte) 0);
                junk[0] = (byte) random.nextInt(6);
            }
            b.receive(a.origin(), junk);
        }
        assertThat(b.sink.takeTransmitted()).as("seed %d", seed).isEmpty();
        assertThat(b.takeMarks()).isEmpty();
        assertThat(b.wireGuard.counters().droppedTotal()).isEqualTo(20_000);
    }

    @Test
    void aReplayedInitiationIsDroppedAlsoAfterTheSessionIsReset() {
        byte[] initiation = initiation();
        b.receive(a.origin(), initiation);
        b.sink.takeTransmitted();
        b.wireGuard.resetSession(a.publicKey());
        b.at(3600 * SECOND);
        dropped(b, a, initiation);
        assertThat(b.wireGuard.counters().dropped(DropReason.HANDSHAKE_REPLAYED))
                .isEqualTo(1);
    }

    @Test
    void twoInitiationsWithinTwentyMillisecondsAreOne() {
        byte[] first = initiation();
        a.wireGuard.resetSession(b.publicKey());
        byte[] second = initiation();
        b.receive(a.origin(), first, second);
        assertThat(b.sink.takeTransmitted()).hasSize(1);
        assertThat(b.wireGuard.counters().dropped(DropReason.HANDSHAKE_FLOOD)).isEqualTo(1);
    }

    @Test
    void aStrangersInitiationIsNotAnswered() {
        TestNode stranger = new TestNode(3);
        stranger.knows(b);
        stranger.send(b, 1);
        dropped(b, stranger, stranger.sink.takeTransmitted().getFirst());
        assertThat(b.wireGuard.counters().dropped(DropReason.UNKNOWN_PEER)).isEqualTo(1);
    }

    @Test
    void aHandshakeThatTheRelayAttributesToAnotherKeyIsDropped() {
        NodePublic other = new TestNode(3).publicKey();
        byte[] initiation = initiation();
        b.receive(new Origin.Relay(1, other), initiation);
        assertThat(b.sink.takeTransmitted()).isEmpty();
        b.receive(new Origin.Relay(1, a.publicKey()), initiation);
        byte[] response = b.sink.takeTransmitted().getFirst();
        a.receive(new Origin.Relay(1, other), response);
        assertThat(a.sink.established).isEmpty();
        assertThat(a.wireGuard.counters().dropped(DropReason.RELAY_SOURCE)).isEqualTo(1);
        a.receive(new Origin.Relay(1, b.publicKey()), response);
        assertThat(a.sink.established).hasSize(1);
    }

    private byte[] initiation() {
        a.send(b, 1);
        return a.sink.takeTransmitted().getFirst();
    }

    private void establish() {
        a.send(b, 1);
        TestNode.exchange(a, b);
        b.takeMarks();
    }

    /** Every bit flipped but those of the last {@code unprotected} bytes, every length but the right one. */
    private static void forEachDamage(byte[] message, int unprotected, Consumer<byte[]> check) {
        for (int bit = 0; bit < 8 * (message.length - unprotected); bit++) {
            byte[] forged = message.clone();
            forged[bit / 8] ^= (byte) (1 << bit % 8);
            check.accept(forged);
        }
        for (int length = 0; length < message.length + 20; length++) {
            if (length != message.length) {
                check.accept(Arrays.copyOf(message, length));
            }
        }
    }

    private static byte[] restamped(byte[] message, int flipAt, byte[] mac1Key) {
        byte[] forged = message.clone();
        forged[flipAt] ^= 1;
        MessageMacs.stamp(forged, mac1Key, null);
        return forged;
    }

    private static void dropped(TestNode node, TestNode claimed, byte[] datagram) {
        // Far enough apart that the handshake rate is not what refuses.
        node.nowNanos += SECOND / 50;
        long before = node.wireGuard.counters().droppedTotal();
        List<Object> state = state(node);
        node.receive(claimed.origin(), datagram);
        assertThat(node.wireGuard.counters().droppedTotal()).isEqualTo(before + 1);
        assertThat(state(node)).isEqualTo(state);
        assertThat(node.sink.takeTransmitted()).isEmpty();
        assertThat(node.sink.takeDelivered()).isEmpty();
        assertThat(node.sink.replies).isEmpty();
    }

    private static List<Object> state(TestNode node) {
        WireGuardPeer peer = node.wireGuard.peers().iterator().next();
        return List.of(
                peer.rxBytes(),
                peer.greatestTimestamp,
                peer.timers.next(),
                String.valueOf(System.identityHashCode(peer.keyPairs.current())),
                node.sink.authenticated.size(),
                node.sink.established.size());
    }
}
