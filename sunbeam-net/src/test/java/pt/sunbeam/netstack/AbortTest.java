package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 9293 section 3.10.5, ABORT, in each state, and section 3.5.2: what is answered once nothing is left. */
class AbortTest extends PacketTest {
    @ParameterizedTest
    @EnumSource(
            value = TcpState.class,
            names = {"ESTABLISHED", "FIN_WAIT_1", "FIN_WAIT_2", "CLOSE_WAIT", "CLOSING", "LAST_ACK"})
    void synchronisedStatesSayResetAtTheNextSequenceNumber(TcpState state) {
        connection().reach(state);
        boolean finSent = state != TcpState.ESTABLISHED && state != TcpState.CLOSE_WAIT;
        abort();
        expect(rstAck().seq(finSent ? 2 : 1).ack(peerNext));
        expectNothing();
        assertThat(app.reset).as("who aborts knows").isNull();
        assertThat(host.stack.status().connections()).isZero();
        assertThat(host.stack.status().timeWait()).isZero();
        after(600_000);
        expectNothing();
    }

    @Test
    void synSentSaysNothing() {
        connection().reach(TcpState.SYN_SENT);
        abort();
        after(60_000);
        expectNothing();
        assertThat(host.stack.status().connections()).isZero();
    }

    @Test
    void synReceivedOfASimultaneousOpenSaysReset() {
        connection().reach(TcpState.SYN_RECEIVED);
        abort();
        expect(rstAck().seq(1).ack(1));
    }

    @Test
    void timeWaitGoesOn() {
        connection().reach(TcpState.TIME_WAIT);
        abort();
        expectNothing();
        assertThat(host.stack.status().timeWait()).isEqualTo(1);
    }

    @Test
    void aSecondAbortAndACloseAfterItDoNothing() {
        connection().reach(TcpState.ESTABLISHED);
        abort();
        forget();
        abort();
        close();
        expectNothing();
    }

    @Test
    void queuedDataIsForgottenAndItsMemoryComesBack() {
        connection().window(0).reach(TcpState.ESTABLISHED);
        app.paused = true;
        write(100_000);
        send(segment().data(1000));
        assertThat(host.stack.status().memoryBytes()).isPositive();
        abort();
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    @Test
    void whenTheWindowShrankTheResetLiesAtItsEdge() {
        connection().reach(TcpState.ESTABLISHED);
        write(5 * MSS);
        forget();
        send(segment().ack(1).window(1000));
        abort();
        expect(rstAck().seq(1001));
    }

    @Test
    void whatComesAfterIsAnsweredWithAResetAtItsAck() {
        connection().reach(TcpState.ESTABLISHED);
        write(100);
        abort();
        forget();
        send(segment().ack(101).data(10));
        expect(rst().seq(101));
        send(rst().seq(1));
        expectNothing();
    }
}
