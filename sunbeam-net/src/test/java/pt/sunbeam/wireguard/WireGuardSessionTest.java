package pt.sunbeam.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.noise.IkPsk2Initiator;
import pt.sunbeam.time.Deadline;

/** Sessions between nodes in memory: staging, crossing handshakes, renewal, addresses, changes of the peer table. */
class WireGuardSessionTest {
    private static final long SECOND = TestNode.SECOND;

    private final TestNode a = new TestNode(1);
    private final TestNode b = new TestNode(2);
    private final TestNode c = new TestNode(3);
    private final TestNode d = new TestNode(4);

    @BeforeEach
    void introduce() {
        for (TestNode other : List.of(b, c, d)) {
            a.knows(other);
            other.knows(a);
        }
    }

    @Test
    void packetsSentBeforeTheSessionArriveInOrderAfterIt() {
        IntStream.range(0, 100).forEach(i -> a.send(b, i));
        assertThat(a.sink.transmitted).as("one initiation").hasSize(1);
        assertThat(a.wireGuard.stagingRoom(a.peer(b))).isEqualTo(28);
        TestNode.exchange(a, b);
        assertThat(b.takeMarks()).isEqualTo(IntStream.range(0, 100).boxed().toList());
        assertThat(a.wireGuard.stagingRoom(a.peer(b))).isEqualTo(128);
    }

    @Test
    void theOldestOfTooManyWaitingPacketsGo() {
        IntStream.range(0, 130).forEach(i -> a.send(b, i));
        TestNode.exchange(a, b);
        assertThat(b.takeMarks()).isEqualTo(IntStream.range(2, 130).boxed().toList());
        assertThat(a.wireGuard.counters().dropped(DropReason.STAGED_OVERFLOW)).isEqualTo(2);
    }

    @Test
    void initiationsThatCrossBothCompleteAndEveryPacketArrives() {
        a.send(b, 1);
        b.send(a, 2);
        List<byte[]> fromA = a.sink.takeTransmitted();
        List<byte[]> fromB = b.sink.takeTransmitted();
        b.receive(a, fromA);
        a.receive(b, fromB);
        TestNode.exchange(a, b);
        assertThat(b.takeMarks()).containsExactly(1);
        assertThat(a.takeMarks()).containsExactly(2);
        a.send(b, 3);
        b.send(a, 4);
        TestNode.exchange(a, b);
        assertThat(b.takeMarks()).containsExactly(3);
        assertThat(a.takeMarks()).containsExactly(4);
    }

    @Test
    void whatWasInFlightWhenRenewalsCrossedIsOpened() {
        establish(b);
        a.wireGuard.doubtSessions();
        b.wireGuard.doubtSessions();
        b.nowNanos = a.nowNanos = 6 * SECOND;
        a.send(b, 3);
        b.send(a, 4);
        List<byte[]> fromA = a.sink.takeTransmitted();
        List<byte[]> fromB = b.sink.takeTransmitted();
        b.receive(a, List.of(fromA.getLast()));
        a.receive(b, List.of(fromB.getLast()));
        List<byte[]> responseOfA = a.sink.takeTransmitted();
        List<byte[]> responseOfB = b.sink.takeTransmitted();
        a.send(b, 5);
        b.send(a, 6);
        List<byte[]> lateFromA = a.sink.takeTransmitted();
        List<byte[]> lateFromB = b.sink.takeTransmitted();
        a.receive(b, responseOfB);
        b.receive(a, responseOfA);
        b.receive(a, List.of(fromA.getFirst()));
        b.receive(a, lateFromA);
        a.receive(b, List.of(fromB.getFirst()));
        a.receive(b, lateFromB);
        assertThat(b.takeMarks()).containsExactly(3, 5);
        assertThat(a.takeMarks()).containsExactly(4, 6);
        TestNode.exchange(a, b);
        a.send(b, 7);
        b.send(a, 8);
        TestNode.exchange(a, b);
        assertThat(b.takeMarks()).containsExactly(7);
        assertThat(a.takeMarks()).containsExactly(8);
    }

    @Test
    void theResponderSendsNothingBeforeItsKeyIsConfirmed() {
        a.send(b, 1);
        b.receive(a, a.sink.takeTransmitted());
        byte[] response = b.sink.takeTransmitted().getFirst();
        b.send(a, 2);
        assertThat(b.sink.takeTransmitted()).isEmpty();
        a.receive(b.origin(), response);
        TestNode.exchange(a, b);
        assertThat(a.takeMarks()).containsExactly(2);
        assertThat(b.wireGuard.counters().initiationsSent()).isZero();
    }

    @Test
    void aResponderWhoseInitiatorVanishedInitiatesFiveSecondsLater() {
        a.send(b, 1);
        b.receive(a, a.sink.takeTransmitted());
        b.sink.takeTransmitted();
        b.send(a, 2);
        b.at(5 * SECOND);
        assertThat(b.sink.takeTransmitted()).hasSize(1);
        assertThat(b.wireGuard.counters().initiationsSent()).isEqualTo(1);
    }

    @Test
    void packetsInFlightDuringARenewalAreStillOpened() {
        establish(b);
        a.nowNanos = b.nowNanos = 121 * SECOND;
        List<byte[]> late = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            a.send(b, i);
        }
        for (byte[] datagram : a.sink.takeTransmitted()) {
            if (datagram[0] == MessageFormat.TRANSPORT) {
                late.add(datagram);
            } else {
                b.receive(a.origin(), datagram);
            }
        }
        b.send(a, 77);
        TestNode.exchange(a, b);
        assertThat(a.sink.established).hasSize(2);
        assertThat(a.takeMarks()).containsExactly(77);
        Collections.reverse(late);
        b.receive(a, late);
        assertThat(b.takeMarks()).containsExactly(9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    }

    @Test
    void threePeersEachGetTheirOwnTraffic() {
        List<TestNode> others = List.of(b, c, d);
        for (int round = 0; round < 3; round++) {
            for (TestNode other : others) {
                a.send(other, other.number);
            }
            for (TestNode other : others) {
                other.send(a, 10 * other.number);
            }
            carry(others);
        }
        for (TestNode other : others) {
            assertThat(other.takeMarks()).containsExactly(other.number, other.number, other.number);
        }
        assertThat(a.takeMarks()).containsExactlyInAnyOrder(20, 30, 40, 20, 30, 40, 20, 30, 40);
    }

    @Test
    void oneBatchWithPacketsOfTwoPeersIsDeliveredInRunsOfOne() {
        establish(b);
        establish(c);
        b.send(a, 1);
        b.send(a, 2);
        c.send(a, 3);
        b.send(a, 4);
        List<byte[]> fromB = b.sink.takeTransmitted();
        List<byte[]> fromC = c.sink.takeTransmitted();
        a.receive(b, List.of(fromB.get(0), fromB.get(1), fromC.get(0), new byte[40], fromB.get(2)));
        assertThat(a.sink.delivered.stream().map(Recorder.Sent::peer).toList())
                .containsExactly(a.peer(b), a.peer(c), a.peer(b));
        assertThat(a.takeMarks()).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aBatchIsSealedInPlaceAndTransmittedAsOne() {
        establish(b);
        PacketBatch batch = TestNode.batch(
                TestNode.packet(a.address(), b.address(), 1), TestNode.packet(a.address(), b.address(), 2));
        a.wireGuard.send(a.peer(b), batch, a.nowNanos);
        assertThat(a.sink.transmitted).hasSize(1);
        assertThat(batch.length(0)).as("21 bytes padded to 32").isEqualTo(16 + 32 + 16);
        TestNode.exchange(a, b);
        assertThat(b.takeMarks()).containsExactly(1, 2);
    }

    @Test
    void aRunIsStillARunWhenItIsSealed() {
        establish(b);
        PacketBatch batch =
                TestNode.batch(new byte[1280], new byte[1280], new byte[1280], new byte[700], new byte[1280]);
        assertThat(batch.runEnd(0, 64, 65507)).isEqualTo(4);
        a.wireGuard.send(a.peer(b), batch, a.nowNanos);
        assertThat(IntStream.range(0, 5).map(batch::length)).containsExactly(1312, 1312, 1312, 704 + 32, 1312);
        assertThat(batch.runEnd(0, 64, 65507)).isEqualTo(4);
        assertThat(batch.runEnd(4, 64, 65507)).isEqualTo(5);
    }

    @Test
    void aPacketOfTheFullMtuIsNotPadded() {
        establish(b);
        byte[] packet = new byte[1283];
        a.wireGuard.send(a.peer(b), TestNode.batch(packet), a.nowNanos);
        assertThat(a.sink.takeTransmitted().getFirst()).hasSize(1283 + 32);
    }

    @Test
    void aPeerMayOnlySendFromItsOwnAddresses() {
        establish(b);
        b.wireGuard.send(b.peer(a), TestNode.batch(TestNode.packet(c.address(), a.address(), 9)), b.nowNanos);
        b.wireGuard.send(b.peer(a), TestNode.batch(new byte[] {0x45, 0, 0, 21}), b.nowNanos);
        TestNode.exchange(a, b);
        assertThat(a.takeMarks()).isEmpty();
        assertThat(a.wireGuard.counters().dropped(DropReason.INNER_SOURCE)).isEqualTo(1);
        assertThat(a.wireGuard.counters().dropped(DropReason.INNER_MALFORMED)).isEqualTo(1);
    }

    @Test
    void routesFollowEveryChange() {
        IpAddress inside = IpAddress.parse("10.1.2.3");
        a.wireGuard.putPeer(b.publicKey(), List.of(IpPrefix.single(b.address()), IpPrefix.parse("10.0.0.0/8")));
        assertThat(a.wireGuard.route(inside)).isEqualTo(a.peer(b));
        a.wireGuard.putPeer(c.publicKey(), List.of(IpPrefix.single(c.address()), IpPrefix.parse("10.1.9.9/16")));
        assertThat(a.wireGuard.route(inside)).isEqualTo(a.peer(c));
        a.wireGuard.putPeer(c.publicKey(), List.of(IpPrefix.single(c.address())));
        assertThat(a.wireGuard.route(inside)).isEqualTo(a.peer(b));
        a.wireGuard.removePeer(b.publicKey());
        assertThat(a.wireGuard.route(inside)).isNull();
        assertThat(a.wireGuard.route(b.address())).isNull();
    }

    @Test
    void anUpdateKeepsTheSessionAndARemovalEndsIt() {
        establish(b);
        WireGuardPeer peer = a.peer(b);
        a.knows(b);
        assertThat(a.wireGuard.hasSession(peer, a.nowNanos)).isTrue();
        b.send(a, 5);
        List<byte[]> late = b.sink.takeTransmitted();
        a.wireGuard.removePeer(b.publicKey());
        a.receive(b, late);
        assertThat(a.takeMarks()).isEmpty();
        a.wireGuard.send(peer, TestNode.batch(new byte[21]), a.nowNanos);
        a.at(100 * SECOND);
        assertThat(a.sink.takeTransmitted()).isEmpty();
        assertThat(a.wireGuard.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
        assertThat(a.wireGuard.counters().dropped(DropReason.PEER_REMOVED)).isEqualTo(1);
    }

    @Test
    void aResetSessionHandshakesWithTheNextPacketAtOnce() {
        establish(b);
        a.wireGuard.resetSession(b.publicKey());
        b.nowNanos = a.nowNanos = SECOND;
        a.send(b, 6);
        TestNode.exchange(a, b);
        assertThat(b.takeMarks()).containsExactly(6);
        assertThat(a.sink.established).hasSize(2);
    }

    @Test
    void aSessionInDoubtIsUsedAndRenewedWithTheNextPacket() {
        establish(b);
        a.wireGuard.doubtSessions();
        assertThat(a.sink.takeTransmitted()).isEmpty();
        b.nowNanos = a.nowNanos = 6 * SECOND;
        a.send(b, 6);
        List<byte[]> sent = a.sink.takeTransmitted();
        assertThat(sent).hasSize(2);
        b.receive(a, sent);
        assertThat(b.takeMarks()).containsExactly(6);
        a.receive(b, b.sink.takeTransmitted());
        assertThat(a.sink.established).hasSize(2);
        b.receive(a, a.sink.takeTransmitted());
        b.nowNanos = a.nowNanos = 12 * SECOND;
        a.send(b, 7);
        assertThat(a.sink.takeTransmitted()).as("no doubt any longer").hasSize(1);
    }

    @Test
    void underLoadAnInitiatorNeedsTheCookieOfItsAddress() {
        TestNode stranger = new TestNode(5);
        stranger.knows(b);
        stranger.send(b, 1);
        byte[] flood = stranger.sink.takeTransmitted().getFirst();
        for (int i = 0; i < 150; i++) {
            b.receive(stranger.origin(), flood);
        }
        assertThat(b.wireGuard.counters().cookieRepliesSent()).isEqualTo(50);
        b.sink.replies.clear();

        a.send(b, 7);
        b.receive(a, a.sink.takeTransmitted());
        assertThat(b.sink.takeTransmitted()).isEmpty();
        assertThat(b.sink.replies).hasSize(1);
        a.receive(b, b.sink.replies);
        assertThat(a.sink.takeTransmitted()).isEmpty();

        a.at(5 * SECOND);
        b.nowNanos = 5 * SECOND;
        for (int i = 0; i < 150; i++) {
            b.receive(stranger.origin(), flood);
        }
        List<byte[]> retry = a.sink.takeTransmitted();
        b.receive(c.origin(), retry.getFirst());
        assertThat(b.sink.takeTransmitted()).as("the cookie of another address").isEmpty();
        b.receive(a, retry);
        TestNode.exchange(a, b);
        assertThat(b.takeMarks()).containsExactly(7);
    }

    @Test
    void aPeerWithAnImpossibleKeyCostsItsPacketsAndNothingElse() {
        WireGuardPeer nobody = a.wireGuard.putPeer(NodePublic.ZERO, List.of());
        a.wireGuard.send(nobody, TestNode.batch(new byte[21]), 0);
        assertThat(a.sink.takeTransmitted()).isEmpty();
        assertThat(a.wireGuard.counters().dropped(DropReason.UNUSABLE_PEER_KEY)).isEqualTo(1);
        assertThat(a.wireGuard.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @Test
    void indicesNeverCollideAndAreFreed() {
        IndexTable table = new IndexTable(new ScriptedRandom(9));
        List<PendingInitiation> entries = new ArrayList<>();
        var noise = new IkPsk2Initiator(new byte[32], new byte[32], new byte[32], new byte[0], new ScriptedRandom(1));
        for (int i = 0; i < 1000; i++) {
            var entry = new PendingInitiation(a.peer(b), table.draw(), noise, 0);
            table.put(entry);
            entries.add(entry);
        }
        assertThat(entries)
                .allSatisfy(e -> assertThat(table.lookup(e.localIndex())).isSameAs(e));
        entries.forEach(table::remove);
        assertThat(table.size()).isZero();
        assertThat(table.lookup(entries.getFirst().localIndex())).isNull();
    }

    private void establish(TestNode other) {
        a.send(other, 1);
        TestNode.exchange(a, other);
        assertThat(other.takeMarks()).containsExactly(1);
    }

    /** Carries datagrams between {@code a} and the others by the peer they are for. */
    private void carry(List<TestNode> others) {
        boolean moved = true;
        while (moved) {
            List<Recorder.Sent> fromA = List.copyOf(a.sink.transmitted);
            a.sink.transmitted.clear();
            moved = !fromA.isEmpty();
            for (TestNode other : others) {
                for (Recorder.Sent sent : fromA) {
                    if (sent.peer().key().equals(other.publicKey())) {
                        other.receive(a, sent.datagrams());
                    }
                }
                List<byte[]> answers = other.sink.takeTransmitted();
                moved |= !answers.isEmpty();
                a.receive(other, answers);
            }
        }
    }
}
