package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 9293 section 3.10.7.4, first check: the sequence number, in the four cases of its table and in every synchronised state. */
class AcceptabilityTest extends PacketTest {
    static Stream<TcpState> synchronised() {
        return Stream.of(
                TcpState.ESTABLISHED,
                TcpState.FIN_WAIT_1,
                TcpState.FIN_WAIT_2,
                TcpState.CLOSE_WAIT,
                TcpState.CLOSING,
                TcpState.LAST_ACK);
    }

    private static int rcvNxt(TcpState state) {
        return switch (state) {
            case CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> 2;
            default -> 1;
        };
    }

    private static int sndNxt(TcpState state) {
        return switch (state) {
            case FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT -> 2;
            default -> 1;
        };
    }

    private void expectUnacceptable(int count) {
        assertThat(drops(DropCause.TCP_UNACCEPTABLE_SEQUENCE)).isEqualTo(count);
    }

    /** A connection whose window is closed, 65535 bytes having come; SND.NXT is 1, RCV.NXT 65536. */
    private void closeWindow() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        for (int i = 0; i < 52; i++) {
            send(segment().data(1240));
        }
        send(segment().data(65535 - 52 * 1240));
        // The buffer holds more than the window of a connection without scaling can say.
        int filled = 65535;
        while (sent.peekLast().window > 0) {
            int n = Math.min(1240, sent.peekLast().window);
            send(segment().data(n));
            filled += n;
            after(30);
        }
        assertThat(peerNext).isEqualTo(1 + filled);
        forget();
    }

    // --- SEG.LEN = 0, RCV.WND > 0

    @ParameterizedTest
    @CsvSource({"0, true", "1, true", "65534, true", "-1, false", "65536, false", "-70000, false", "2000000000, false"})
    void anEmptySegmentHasToLieInTheWindow(int offset, boolean acceptable) {
        connection().reach(TcpState.ESTABLISHED);
        send(segment().seq(1 + offset));
        expectUnacceptable(acceptable ? 0 : 1);
        if (acceptable) {
            expectNothing();
        } else {
            expect(segment().seq(1).ack(1));
        }
    }

    // --- SEG.LEN > 0, RCV.WND > 0

    @ParameterizedTest
    @CsvSource({
        "0, 10, true",
        "-9, 10, true",
        "-10, 10, false",
        "-100, 10, false",
        "65534, 10, true",
        "65535, 10, false",
        "70000, 10, false"
    })
    void dataHasToOverlapTheWindow(int offset, int bytes, boolean acceptable) {
        connection().reach(TcpState.ESTABLISHED);
        send(segment().seq(1 + offset).data(bytes));
        expectUnacceptable(acceptable ? 0 : 1);
        expect(segment().seq(1).ack(offset <= 0 && acceptable ? 1 + offset + bytes : 1));
    }

    @Test
    void dataIsTrimmedToTheWindowOnBothSides() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(segment().data(100));
        send(segment().seq(51).data(100));
        forget();
        expectRead(0, 150);
        send(segment().seq(151 - 50).data(60));
        expectRead(150, 10);
    }

    // --- RCV.WND = 0

    @Test
    void withAZeroWindowAnEmptySegmentAtItsEdgeIsAcceptableAndNoOther() {
        closeWindow();
        send(segment());
        expectUnacceptable(0);
        send(segment().seq(peerNext + 1));
        expectUnacceptable(1);
    }

    @Test
    void withAZeroWindowDataIsRefusedButItsAckIsProcessed() {
        closeWindow();
        write(100);
        forget();
        send(segment().seq(peerNext).ack(101).data(10));
        expect(segment().seq(101).ack(peerNext).window(0));
        assertThat(opened().info().inFlightBytes()).isZero();
        expectRead(0, peerNext - 1);
    }

    @Test
    void withAZeroWindowAResetAtItsEdgeStillResets() {
        closeWindow();
        send(rst().seq(peerNext));
        assertThat(app.reset).isNotNull();
    }

    // --- in every synchronised state

    @ParameterizedTest
    @MethodSource("synchronised")
    void anEmptySegmentFromOutsideIsAnsweredWithAnAckInEveryState(TcpState state) {
        connection().reach(state);
        send(segment().seq(rcvNxt(state) + 100_000));
        expect(segment().seq(sndNxt(state)).ack(rcvNxt(state)));
        assertThat(state()).isEqualTo(state);
    }

    @ParameterizedTest
    @MethodSource("synchronised")
    void theAnswerToEmptySegmentsFromOutsideIsLimitedToOneInHalfASecond(TcpState state) {
        connection().reach(state);
        for (int i = 0; i < 1000; i++) {
            send(segment().seq(100_000 + i));
        }
        expect(segment());
        expectNothing();
        after(500);
        forget();
        send(segment().seq(100_000));
        expect(segment());
        expectUnacceptable(1001);
    }

    @ParameterizedTest
    @MethodSource("synchronised")
    void aResetFromOutsideIsDroppedInSilenceInEveryState(TcpState state) {
        connection().reach(state);
        send(rst().seq(rcvNxt(state) + 100_000));
        send(rst().seq(rcvNxt(state) - 1));
        expectNothing();
        assertThat(state()).isEqualTo(state);
    }

    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2"})
    void oldDataIsAlwaysAcknowledgedAtOnceAndReported(TcpState state) {
        connection().reach(state);
        app.paused = true;
        send(segment().data(10));
        forget();
        for (int i = 0; i < 5; i++) {
            send(segment().seq(1).data(10));
            expect(segment().ack(11).sack(1, 11));
        }
    }
}
