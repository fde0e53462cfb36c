package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 5961: resets, SYNs and acknowledgements that somebody guesses, in every synchronised state. */
class BlindAttackTest extends PacketTest {
    static Stream<TcpState> synchronised() {
        return AcceptabilityTest.synchronised();
    }

    private int rcvNxt() {
        return peerNext;
    }

    // --- section 3: RST

    @ParameterizedTest
    @MethodSource("synchronised")
    void aResetAtTheNextSequenceNumberResets(TcpState state) {
        connection().reach(state);
        send(rst().seq(rcvNxt()));
        boolean allSaid = state == TcpState.CLOSING || state == TcpState.LAST_ACK;
        assertThat(app.reset).isEqualTo(allSaid ? null : ResetCause.PEER_RESET);
        assertThat(host.stack.status().connections()).isZero();
        expectNothing();
    }

    @ParameterizedTest
    @MethodSource("synchronised")
    void aResetElsewhereInTheWindowIsChallenged(TcpState state) {
        connection().reach(state);
        send(rst().seq(rcvNxt() + 1));
        expect(segment().ack(rcvNxt()));
        send(rst().seq(rcvNxt() + 60_000));
        expectNothing();
        assertThat(drops(DropCause.TCP_RESET_NOT_EXACT)).isEqualTo(2);
        assertThat(state()).isEqualTo(state);
    }

    @Test
    void aPeerThatRestartedAnswersTheChallengeWithAResetThatFits() {
        connection().reach(TcpState.ESTABLISHED);
        send(rst().seq(500));
        TestSegment challenge = sent.remove();
        send(rst().seq(challenge.ack - PEER_ISS));
        assertThat(app.reset).isEqualTo(ResetCause.PEER_RESET);
    }

    @Test
    void bytesBeforeAResetStayReadable() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(segment().data(100));
        send(rst().seq(101));
        assertThat(app.reset).isEqualTo(ResetCause.PEER_RESET);
        expectRead(0, 100);
        opened().close();
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    // --- section 4: SYN

    @ParameterizedTest
    @MethodSource("synchronised")
    void aSynIsChallengedWhereverItLies(TcpState state) {
        connection().reach(state);
        for (int offset : new int[] {0, 1000, -1, -1000, 1 << 30}) {
            send(syn().seq(rcvNxt() + offset));
            expect(segment().ack(rcvNxt()));
            after(500);
            forget();
        }
        assertThat(state()).isEqualTo(state);
        assertThat(app.reset).isNull();
    }

    @Test
    void aSynWithAckAndDataIsNotTaken() {
        connection().reach(TcpState.ESTABLISHED);
        send(synAck().seq(1).ack(1).data(10));
        expect(segment().seq(1).ack(1));
        assertThat(app.received).isZero();
    }

    // --- section 5: data and ACK

    @ParameterizedTest
    @MethodSource("synchronised")
    void anAckOfWhatWasNeverSentIsChallengedAndMovesNothing(TcpState state) {
        connection().reach(state);
        send(segment().seq(rcvNxt()).ack(1000));
        expect(segment().ack(rcvNxt()));
        assertThat(drops(DropCause.TCP_UNACCEPTABLE_ACK)).isEqualTo(1);
        assertThat(state()).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource({"0, true", "65535, true", "65536, false", "1000000, false"})
    void anOldAckIsTakenWithinTheLargestWindowOnly(int age, boolean taken) {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(segment().seq(1).ack(1 - age).data(10));
        assertThat(drops(DropCause.TCP_UNACCEPTABLE_ACK)).isEqualTo(taken ? 0 : 1);
        expectRead(0, taken ? 10 : 0);
    }

    @Test
    void optimisticAcksReleaseNothing() {
        connection().reach(TcpState.ESTABLISHED);
        write(10_000);
        forget();
        long before = opened().info().cwndBytes();
        for (int i = 1; i <= 100; i++) {
            send(segment().seq(1).ack(10_001 + i));
        }
        assertThat(opened().info().cwndBytes()).isEqualTo(before);
        assertThat(opened().info().inFlightBytes()).isEqualTo(10_000);
        assertThat(sent).as("one challenge").hasSize(1);
    }

    // --- section 7: the limit is each connection's own

    @Test
    void aFloodOnOneConnectionLeavesTheChallengesOfAnother() {
        connection().reach(TcpState.ESTABLISHED);
        for (int i = 0; i < 1000; i++) {
            send(rst().seq(100 + i));
        }
        forget();
        connect();
        send(synAck().seq(0).ack(1));
        forget();
        send(rst().seq(500));
        expect(segment().ack(1));
    }

    // --- a segment without ACK

    @ParameterizedTest
    @MethodSource("synchronised")
    void aSegmentWithoutAckIsDropped(TcpState state) {
        connection().reach(state);
        send(new ScriptSegment(0).seq(rcvNxt()).data(10));
        send(new ScriptSegment(TestSegment.FIN).seq(rcvNxt()));
        expectNothing();
        assertThat(drops(DropCause.TCP_NO_ACK_BIT)).isEqualTo(2);
        assertThat(state()).isEqualTo(state);
    }
}
