package pt.sunbeam.wireguard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.time.Deadline;

/** The timers of the WireGuard paper, section 6, over two nodes whose clock is a number. No jitter. */
class WireGuardTimersTest {
    private static final long SECOND = TestNode.SECOND;

    private final TestNode a = new TestNode(1);
    private final TestNode b = new TestNode(2);

    @BeforeEach
    void introduce() {
        a.knows(b);
        b.knows(a);
    }

    @Test
    void anIdlePeerHasNoTimerAndGetsNoPacket() {
        for (int i = 3; i < 103; i++) {
            a.knows(new TestNode(i % 2 + 3));
        }
        assertThat(a.wireGuard.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
        a.at(1_000_000 * SECOND);
        assertThat(a.sink.takeTransmitted()).isEmpty();
    }

    @Test
    void afterTrafficEndsThereIsSilenceUntilKeysAreZeroed() {
        establish();
        TestNode.runUntil(60 * SECOND, a, b);
        long initiations = a.wireGuard.counters().initiationsSent();
        a.runAloneUntil(10_000 * SECOND);
        b.runAloneUntil(10_000 * SECOND);
        assertThat(a.sink.takeTransmitted()).isEmpty();
        assertThat(b.sink.takeTransmitted()).isEmpty();
        assertThat(a.wireGuard.counters().initiationsSent()).isEqualTo(initiations);
        assertThat(a.wireGuard.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @Test
    void theInitiatorRenewsAt120SecondsWhenItSends() {
        establish();
        at(120 * SECOND);
        a.send(b, 2);
        assertThat(types(a.sink.takeTransmitted())).containsExactly(4);
        at(120 * SECOND + 1);
        a.send(b, 3);
        assertThat(types(a.sink.takeTransmitted())).containsExactly(4, 1);
    }

    @Test
    void theResponderNeverRenewsByTime() {
        establish();
        at(179 * SECOND);
        b.send(a, 2);
        assertThat(types(b.sink.takeTransmitted())).containsExactly(4);
        at(180 * SECOND);
        b.send(a, 3);
        assertThat(types(b.sink.takeTransmitted())).as("no valid key is left").containsExactly(1);
    }

    @Test
    void anInitiatorThatOnlyReceivesRenewsOnceAfter165Seconds() {
        establish();
        at(165 * SECOND);
        b.send(a, 2);
        a.receive(b, b.sink.takeTransmitted());
        assertThat(types(a.sink.takeTransmitted())).isEmpty();
        at(165 * SECOND + 1);
        b.send(a, 3);
        b.send(a, 4);
        a.receive(b, b.sink.takeTransmitted());
        assertThat(types(a.sink.takeTransmitted())).containsExactly(1);
        assertThat(a.takeMarks()).containsExactly(2, 3, 4);
    }

    @Test
    void receivedDataIsAnsweredByAnEmptyPacketAfterTenSeconds() {
        establish();
        a.send(b, 2);
        b.receive(a, a.sink.takeTransmitted());
        b.at(10 * SECOND - 1);
        assertThat(b.sink.takeTransmitted()).isEmpty();
        b.at(10 * SECOND);
        List<byte[]> sent = b.sink.takeTransmitted();
        assertThat(sent).hasSize(1);
        assertThat(sent.getFirst()).hasSize(32);
        // The data of the handshake itself and the packet above were two: one more keepalive is owed.
        b.at(20 * SECOND);
        assertThat(b.sink.takeTransmitted()).hasSize(1);
        a.receive(b, sent);
        a.runAloneUntil(100 * SECOND);
        assertThat(a.sink.takeTransmitted())
                .as("an empty packet is not answered")
                .isEmpty();
    }

    @Test
    void anUnansweredInitiationIsRepeatedHalfASecondAfterItWhenTheWayChanges() {
        a.send(b, 1);
        assertThat(types(a.sink.takeTransmitted())).containsExactly(1);
        a.at(SECOND / 10);
        a.wayChangedTo(b);
        a.at(SECOND / 2 - 1);
        assertThat(a.sink.takeTransmitted()).isEmpty();
        a.at(SECOND / 2);
        b.receive(a, a.sink.takeTransmitted());
        a.receive(b, b.sink.takeTransmitted());
        b.receive(a, a.sink.takeTransmitted());
        assertThat(b.takeMarks()).containsExactly(1);
        a.wayChangedTo(b);
        a.at(4 * SECOND);
        assertThat(a.sink.takeTransmitted()).as("nothing is unanswered").isEmpty();
    }

    @Test
    void whenTheWayChangesLateTheInitiationIsRepeatedAtOnceAndThenInFiveSecondsAsAlways() {
        establish();
        TestNode.runUntil(60 * SECOND, a, b);
        a.at(200 * SECOND);
        a.send(b, 2);
        a.at(202 * SECOND);
        a.sink.takeTransmitted();
        a.wayChangedTo(b);
        a.at(202 * SECOND);
        assertThat(types(a.sink.takeTransmitted())).containsExactly(1);
        a.at(207 * SECOND - 1);
        assertThat(a.sink.takeTransmitted()).isEmpty();
        a.at(207 * SECOND);
        assertThat(types(a.sink.takeTransmitted())).containsExactly(1);
    }

    @Test
    void unansweredDataStartsAHandshakeAfterFifteenSeconds() {
        establish();
        a.send(b, 2);
        a.sink.takeTransmitted();
        a.at(15 * SECOND - 1);
        assertThat(a.sink.takeTransmitted()).isEmpty();
        a.at(15 * SECOND);
        assertThat(types(a.sink.takeTransmitted())).containsExactly(1);
    }

    @Test
    void anyAnswerStopsTheFifteenSeconds() {
        establish();
        a.send(b, 2);
        b.receive(a, a.sink.takeTransmitted());
        b.at(10 * SECOND);
        a.nowNanos = 10 * SECOND;
        a.receive(b, b.sink.takeTransmitted());
        a.runAloneUntil(100 * SECOND);
        assertThat(a.sink.takeTransmitted()).isEmpty();
    }

    @Test
    void theFirstInitiationsAreSentASecondApartThenFiveAndAfterNinetySecondsItGivesUp() {
        a.send(b, 1);
        List<byte[]> sent = new ArrayList<>(a.sink.takeTransmitted());
        List<Long> seconds = new ArrayList<>(List.of(1L, 2L));
        for (long second = 3; second < 98; second += 5) {
            seconds.add(second);
        }
        for (long second : seconds) {
            a.at(second * SECOND - 1);
            assertThat(a.sink.takeTransmitted()).isEmpty();
            a.at(second * SECOND);
            sent.addAll(a.sink.takeTransmitted());
        }
        assertThat(sent).hasSize(22).doesNotHaveDuplicates();
        assertThat(a.sink.givenUp).isEmpty();
        a.at(98 * SECOND);
        assertThat(a.sink.givenUp).containsExactly(a.peer(b));
        assertThat(a.wireGuard.counters().dropped(DropReason.STAGED_ABANDONED)).isEqualTo(1);
        assertThat(a.wireGuard.stagingRoom(a.peer(b))).isEqualTo(128);
        a.runAloneUntil(10_000 * SECOND);
        assertThat(a.sink.takeTransmitted()).isEmpty();
    }

    @Test
    void packetsThatAreSentMeanwhileBringNoMoreInitiations() {
        a.send(b, 1);
        int sent = a.sink.takeTransmitted().size();
        for (int second = 1; second <= 20; second++) {
            a.at(second * SECOND);
            a.send(b, second + 1);
            sent += a.sink.takeTransmitted().size();
        }
        assertThat(sent).as("at 0, 1, 2, 3, 8, 13 and 18 s").isEqualTo(7);
    }

    @Test
    void afterASessionTwentyInitiationsAreSentFiveSecondsApartAndThenItGivesUp() {
        establish();
        TestNode.runUntil(60 * SECOND, a, b);
        long begun = 200 * SECOND;
        a.at(begun);
        a.send(b, 2);
        List<byte[]> sent = new ArrayList<>(a.sink.takeTransmitted());
        for (int i = 1; i < 20; i++) {
            a.at(begun + i * 5 * SECOND - 1);
            assertThat(a.sink.takeTransmitted()).isEmpty();
            a.at(begun + i * 5 * SECOND);
            sent.addAll(a.sink.takeTransmitted());
        }
        assertThat(sent).hasSize(20).doesNotHaveDuplicates();
        assertThat(a.sink.givenUp).isEmpty();
        a.at(begun + 100 * SECOND);
        assertThat(a.sink.givenUp).containsExactly(a.peer(b));
    }

    @Test
    void aPeerThatWasAwayForAnHourIsReachedByTheNextPacket() {
        establish();
        a.send(b, 2);
        a.runAloneUntil(3600 * SECOND);
        a.sink.takeTransmitted();
        assertThat(a.sink.givenUp).hasSize(1);
        b.at(a.nowNanos);
        a.send(b, 3);
        TestNode.exchange(a, b);
        assertThat(b.takeMarks()).containsExactly(3);
    }

    @Test
    void keysAreZeroedAfter540Seconds() {
        establish();
        assertThat(a.wireGuard.hasSession(a.peer(b), 179 * SECOND)).isTrue();
        assertThat(a.wireGuard.hasSession(a.peer(b), 180 * SECOND)).isFalse();
        a.at(540 * SECOND - 1);
        assertThat(a.peer(b).keyPairs.current()).isNotNull();
        a.at(540 * SECOND);
        assertThat(a.peer(b).keyPairs.current()).isNull();
    }

    @Test
    void aKeyPairOlderThan180SecondsOpensNothing() {
        establish();
        b.send(a, 2);
        List<byte[]> late = b.sink.takeTransmitted();
        a.nowNanos = 180 * SECOND;
        a.receive(b, late);
        assertThat(a.takeMarks()).isEmpty();
        assertThat(a.wireGuard.counters().dropped(DropReason.KEY_EXPIRED)).isEqualTo(1);
    }

    @Test
    void aCounterNearItsEndStartsAHandshakeAndThenSealsNothing() {
        establish();
        a.nowNanos = 6 * SECOND;
        a.peer(b).keyPairs.current().skipTo(Limits.REKEY_AFTER_MESSAGES);
        a.send(b, 2);
        assertThat(types(a.sink.takeTransmitted())).containsExactly(4, 1);
        a.peer(b).keyPairs.current().skipTo(Limits.REJECT_AFTER_MESSAGES);
        assertThat(a.wireGuard.hasSession(a.peer(b), a.nowNanos)).isFalse();
    }

    @Test
    void aPersistentKeepaliveHandshakesAndThenBeats() {
        a.wireGuard.persistentKeepalive(a.peer(b), 25 * SECOND, 0);
        TestNode.runUntil(0, a, b);
        assertThat(a.sink.established).hasSize(1);
        long before = b.peer(a).rxBytes();
        TestNode.runUntil(101 * SECOND, a, b);
        assertThat(b.peer(a).rxBytes() - before).isEqualTo(4 * 32);
    }

    @Test
    void anHourOfTrafficRenewsEveryTwoMinutesAndLosesNothing() {
        int sent = 0;
        for (long second = 0; second < 3600; second++) {
            TestNode.runUntil(second * SECOND, a, b);
            a.send(b, sent & 0xff);
            b.send(a, sent & 0xff);
            sent++;
            TestNode.exchange(a, b);
        }
        assertThat(b.takeMarks()).hasSize(sent);
        assertThat(a.takeMarks()).hasSize(sent);
        assertThat(a.sink.established.size()).isBetween(29, 31);
    }

    private void establish() {
        a.send(b, 1);
        TestNode.exchange(a, b);
        assertThat(b.takeMarks()).containsExactly(1);
        assertThat(a.wireGuard.hasSession(a.peer(b), a.nowNanos)).isTrue();
    }

    private void at(long nanos) {
        a.nowNanos = nanos;
        b.nowNanos = nanos;
    }

    private static List<Integer> types(List<byte[]> datagrams) {
        return datagrams.stream().map(d -> (int) d[0]).toList();
    }
}
