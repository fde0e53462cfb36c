package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import pt.sunbeam.netstack.tcp.TcpState;
import pt.sunbeam.time.Deadline;

/** RFC 9293 section 3.3.2: every state is reached, by either open, over both families, with every set of options. */
class ConnectionStatesTest extends PacketTest {
    private static final int PASSIVE = 2;

    static Stream<Arguments> statesAndOptions() {
        return Stream.of(TcpState.values())
                .flatMap(state -> options()
                        .filter(bits -> state != TcpState.SYN_SENT || (bits & PASSIVE) == 0)
                        .mapToObj(bits -> Arguments.of(state, bits)));
    }

    static IntStream options() {
        return IntStream.range(0, 32);
    }

    private ScriptConnection chosen(int bits) {
        ScriptConnection c = connection();
        c = (bits & 1) != 0 ? c.v6() : c;
        c = (bits & PASSIVE) != 0 ? c.passive() : c;
        c = (bits & 4) != 0 ? c.withoutSack() : c;
        c = (bits & 8) != 0 ? c.timestamps() : c;
        return (bits & 16) != 0 ? c.windowScale(7) : c;
    }

    @ParameterizedTest
    @MethodSource("statesAndOptions")
    void everyStateIsReachedAndAnAbortLeavesNothingBehind(TcpState state, int bits) {
        chosen(bits).reach(state);
        assertThat(host.stack.status().connections() + host.stack.status().halfOpen())
                .isEqualTo(state == TcpState.TIME_WAIT || state == TcpState.CLOSED ? 0 : 1);
        host.stack.stop();
        host.pump();
        assertThat(host.stack.status().connections()).isZero();
        assertThat(host.stack.status().halfOpen()).isZero();
        assertThat(host.stack.status().timeWait()).isZero();
        assertThat(host.stack.status().memoryBytes()).isZero();
        after(600_000);
        assertThat(host.stack.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @ParameterizedTest
    @MethodSource("options")
    void dataFlowsBothWaysOnceEstablished(int bits) {
        chosen(bits).reach(TcpState.ESTABLISHED);
        write(100);
        expect(segment().seq(1).ack(1).data(100));
        send(segment().ack(101).data(50));
        expect(segment().seq(101).ack(51));
        assertThat(app.received).isEqualTo(50);
        assertThat(opened().info().inFlightBytes()).isZero();
    }
}
