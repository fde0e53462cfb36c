package pt.sunbeam.netstack.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.TcpState;
import pt.sunbeam.time.Deadline;

/** The stack as a foreign tool drives it: by public calls, packets and a clock, and nothing else of the program. */
class DrivenStackTest {
    private static final IpAddress OURS = IpAddress.v4(0x64400001);
    private static final IpEndpoint TARGET = new IpEndpoint(IpAddress.v4(0x64400002), 80);

    private static DrivenStack stack(long seed) {
        return new DrivenStack(List.of(OURS), new SplittableRandom(seed));
    }

    @Test
    void aScriptOpensTransfersAndCloses() {
        PacketScript.run("""
                0   connect 80
                0   > S 0
                10  < SA 0 ack 1
                0   > A 1 ack 1
                0   event Connected
                0   write 100
                0   > A 1:101 ack 1
                10  < A 1:51 ack 101
                0   > A 101 ack 51
                0   read 50
                0   shutdown
                0   > FA 101 ack 51
                0   state FIN_WAIT_1
                10  < A 51 ack 102
                0   state FIN_WAIT_2
                0   < FA 51 ack 102
                0   > A 102 ack 52
                0   state TIME_WAIT
                0   event Closed
                """);
    }

    private static final String UNTIL_TIME_WAIT = """
            0   listen 8080
            0   < S 0
            0   > SA 0 ack 1
            20  < A 1 ack 1
            0   accept
            0   shutdown
            0   > FA 1 ack 1
            10  < FA 1 ack 2
            0   > A 2 ack 2
            0   state TIME_WAIT
            """;

    @Test
    void aSocketIsClosedWhenTimeWaitIsOver() {
        PacketScript.run(UNTIL_TIME_WAIT + """
                29999 state TIME_WAIT
                1     state CLOSED
                """);
    }

    @Test
    void aSocketThatWasLetGoOfIsClosedWhenTimeWaitIsOverToo() {
        PacketScript.run(UNTIL_TIME_WAIT + """
                0     close
                29999 state TIME_WAIT
                1     state CLOSED
                """);
    }

    @Test
    void aRepeatedFinBeginsTimeWaitAgain() {
        PacketScript.run(UNTIL_TIME_WAIT + """
                20000 < FA 1 ack 2
                0     > A 2 ack 2
                29999 state TIME_WAIT
                1     state CLOSED
                """);
    }

    @Test
    void aSynThatTakesThePortsOverEndsTimeWait() {
        PacketScript.run(UNTIL_TIME_WAIT + """
                1000  < S 100000
                0     > SA 0 ack 100001
                0     state CLOSED
                """);
    }

    /** Two hosts with two connections between them, of which the client closes each first. */
    private static final class TwoConnections {
        final DrivenStack client = stack(1);
        final DrivenStack server = new DrivenStack(List.of(TARGET.address()), new SplittableRandom(2));
        final DrivenSocket early = client.connect(TARGET, 0);
        final DrivenSocket late = client.connect(TARGET, 0);

        TwoConnections() {
            server.listen(TARGET.port());
            exchange(0);
        }

        byte[] exchange(long now) {
            byte[] lastOfServer = {};
            for (int turn = 0; turn < 4; turn++) {
                for (byte[] p = client.output(now); p != null; p = client.output(now)) {
                    server.input(p, now);
                }
                for (byte[] p = server.output(now); p != null; p = server.output(now)) {
                    client.input(p, now);
                    lastOfServer = p;
                }
            }
            return lastOfServer;
        }

        /** Closes a connection from both ends and returns the server's FIN. */
        byte[] close(DrivenSocket socket, long now) {
            socket.shutdownWrite(now);
            exchange(now);
            DrivenSocket other = server.accept(TARGET.port());
            assertThat(other).isNotNull();
            other.shutdownWrite(now);
            byte[] fin = exchange(now);
            assertThat(other.state()).isEqualTo(TcpState.CLOSED);
            assertThat(socket.state()).isEqualTo(TcpState.TIME_WAIT);
            return fin;
        }
    }

    @Test
    void theConnectionThatEnteredTimeWaitFirstLeavesItFirst() {
        TwoConnections two = new TwoConnections();
        two.close(two.early, 0);
        two.close(two.late, Deadline.SECOND);
        two.client.advance(Deadline.seconds(30));
        assertThat(two.early.state()).isEqualTo(TcpState.CLOSED);
        assertThat(two.late.state()).isEqualTo(TcpState.TIME_WAIT);
        two.client.advance(Deadline.seconds(31));
        assertThat(two.late.state()).isEqualTo(TcpState.CLOSED);
    }

    @Test
    void aRepeatedFinLetsTheOtherLeaveTimeWaitFirst() {
        TwoConnections two = new TwoConnections();
        byte[] fin = two.close(two.early, 0);
        two.close(two.late, Deadline.SECOND);
        two.client.input(fin, Deadline.seconds(2));
        two.client.advance(Deadline.seconds(31));
        assertThat(two.late.state()).isEqualTo(TcpState.CLOSED);
        assertThat(two.early.state()).isEqualTo(TcpState.TIME_WAIT);
        two.client.advance(Deadline.seconds(32));
        assertThat(two.early.state()).isEqualTo(TcpState.CLOSED);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 65536})
    void aPortThatNobodyCanListenToIsMisuse(int port) {
        assertThatThrownBy(() -> stack(1).listen(port))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("listen: port " + port + " is not from 1 to 65535");
    }

    @Test
    @SuppressWarnings("NullAway") // a foreign tool may do that
    void nothingAsATargetIsMisuse() {
        assertThatThrownBy(() -> stack(1).connect(null, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("connect: the remote endpoint is null");
    }

    @Test
    void readingLessThanNothingAndWritingBeyondTheArrayIsMisuse() {
        DrivenSocket socket = stack(1).connect(TARGET, 0);
        assertThatThrownBy(() -> socket.read(-1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("read: -1 bytes; 0 is the least");
        assertThatThrownBy(() -> socket.write(new byte[4], 2, 3, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("write: 3 bytes from 2 on are not within 4");
    }

    @Test
    void aClockThatGoesBackIsMisuseOfEveryCall() {
        DrivenStack stack = stack(1);
        DrivenSocket socket = stack.connect(TARGET, 5);
        List<ThrowingCallable> calls = List.of(
                () -> stack.connect(TARGET, 4),
                () -> stack.input(new byte[20], 4),
                () -> stack.output(4),
                () -> stack.advance(4),
                () -> socket.read(1, 4),
                () -> socket.write(new byte[1], 0, 1, 4),
                () -> socket.shutdownWrite(4),
                () -> socket.close(4),
                () -> socket.abort(4));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("the clock goes back from 5 to 4 ns");
        }
    }

    @Test
    void aScriptAcceptsAndIsReset() {
        PacketScript.run("""
                0   listen 8080
                0   < S 0
                0   > SA 0 ack 1
                20  < A 1 ack 1
                0   accept
                0   state ESTABLISHED
                0   < R 1
                0   event Reset
                0   state CLOSED
                """);
    }

    @Test
    void aScriptWaitsForATimeOut() {
        PacketScript.run("""
                0    connect 80
                0    > S 0
                1000 > S 0
                2000 > S 0
                100  < SA 0 ack 1
                0    > A 1 ack 1
                0    write 10
                0    > A 1:11 ack 1
                3000 > A 1:11 ack 1
                """);
    }

    @Test
    void theSameSeedAndCallsGiveTheSamePackets() {
        assertThat(trace(7)).isEqualTo(trace(7)).isNotEqualTo(trace(8));
    }

    private static List<String> trace(long seed) {
        DrivenStack stack = stack(seed);
        List<String> packets = new ArrayList<>();
        long now = 0;
        stack.connect(TARGET, now);
        while (stack.nextDeadlineNanos() != Deadline.NONE) {
            for (byte[] p = stack.output(now); p != null; p = stack.output(now)) {
                packets.add(now + " " + Hex.encode(p));
            }
            now = Math.max(now, stack.nextDeadlineNanos());
            stack.advance(now);
        }
        return packets;
    }

    @Test
    void anAddressOfAFamilyThatTheHostLacksFailsAtOnce() {
        DrivenSocket socket = stack(1).connect(new IpEndpoint(IpAddress.v6(1, 2), 80), 0);
        assertThat(socket.takeEvents()).containsExactly(new SocketEvent.Failed(ConnectFailure.UNREACHABLE));
        assertThat(socket.takeEvents()).isEmpty();
        assertThat(socket.write(new byte[1], 0, 1, 0)).isZero();
        assertThat(socket.read(1, 0)).isEmpty();
        assertThat(socket.info()).isNull();
    }

    @Test
    void aPacketOfAnyLengthIsCounted() {
        DrivenStack stack = stack(1);
        stack.input(new byte[0], 0);
        stack.input(new byte[70_000], 0);
        assertThat(stack.status().counters().packetsIn()).isEqualTo(2);
        assertThat(stack.status().counters().drops())
                .containsOnlyKeys(DropCause.IP_TRUNCATED, DropCause.IP_BAD_VERSION);
    }

    @Test
    void aPortIsListenedToOnceAndOthersHaveNoQueue() {
        DrivenStack stack = stack(1);
        assertThat(stack.listen(80)).isTrue();
        assertThat(stack.listen(80)).isFalse();
        assertThat(stack.accept(80)).isNull();
        assertThat(stack.accept(81)).isNull();
    }
}
