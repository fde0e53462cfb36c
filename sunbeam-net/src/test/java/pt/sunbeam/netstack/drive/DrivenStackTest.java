package pt.sunbeam.netstack.drive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.ConnectFailure;
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
