package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 9293 section 3.8.6.2.2, the window that we offer: silly-window avoidance, right edge, updates; RFC 7323 section 2. */
class ReceiveWindowTest extends PacketTest {
    private long right = Long.MIN_VALUE;

    /** Sends {@code bytes} in segments of at most {@code size} as far as the window allows; returns what was sent. */
    private int fill(int size, int shift) {
        int total = 0;
        for (int i = 0; i < 10_000; i++) {
            TestSegment last = sent.peekLast();
            int room = last == null ? size : last.ack - PEER_ISS + (last.window << shift) - peerNext;
            if (room <= 0) {
                return total;
            }
            int n = Math.min(size, room);
            send(segment().data(n));
            after(30);
            checkRightEdge(shift);
            total += n;
        }
        throw new AssertionError("the window never closed");
    }

    private void checkRightEdge(int shift) {
        for (TestSegment s : sent) {
            long edge = Integer.toUnsignedLong(s.ack - PEER_ISS) + ((long) s.window << shift);
            assertThat(edge)
                    .as("right edge, but for the rounding of the field")
                    .isGreaterThan(Math.max(right, 0) - (1 << shift));
            right = Math.max(right, edge);
        }
        TestSegment last = sent.peekLast();
        forget();
        if (last != null) {
            sent.add(last);
            sentNanos.add(clock.nowNanos());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 536, 1240})
    void aReaderThatStopsClosesTheWindowWithoutMovingItsRightEdge(int size) {
        boolean scaled = size != 1;
        if (scaled) {
            connection().windowScale(7).reach(TcpState.ESTABLISHED);
        } else {
            connection().passive().reach(TcpState.ESTABLISHED);
        }
        app.paused = true;
        int taken = 0;
        for (int i = 0; i < 2000 && size == 1; i++) {
            send(segment().data(1));
            checkRightEdge(0);
            taken++;
        }
        taken += fill(Math.max(size, 536), scaled ? 8 : 0);
        assertThat(taken).isBetween((256 << 10) - 2048, 256 << 10);
        assertThat(host.stack.status().memoryBytes()).isLessThanOrEqualTo((256 << 10) + (32 << 10));
        assertThat(sent.peekLast().window).isZero();
    }

    @Test
    void aWindowThatReopensIsAnnouncedAtOnce() {
        connection().windowScale(7).reach(TcpState.ESTABLISHED);
        app.paused = true;
        fill(1240, 8);
        forget();
        read();
        TestSegment update = sent.remove();
        assertThat(update.is(TestSegment.ACK)).isTrue();
        assertThat(update.window << 8).isGreaterThan(200_000);
        expectNothing();
    }

    @Test
    void smallReadsDoNotReopenTheWindowBeforeASegmentFits() {
        connection().windowScale(7).reach(TcpState.ESTABLISHED);
        app.paused = true;
        fill(1240, 8);
        forget();
        int read = 0;
        while (sent.isEmpty()) {
            host.stack.at(clock.nowNanos());
            read += opened().read(java.nio.ByteBuffer.allocate(100));
            host.pump();
        }
        assertThat(read).as("MSS, RFC 1122 section 4.2.3.3").isBetween(1240, 1240 + 356);
        assertThat(sent.remove().window << 8).isGreaterThanOrEqualTo(1024);
    }

    @Test
    void aReaderThatKeepsUpCausesNoUpdates() {
        connection().windowScale(7).reach(TcpState.ESTABLISHED);
        for (int i = 0; i < 200; i++) {
            send(segment().data(1240));
        }
        after(100);
        assertThat(sent.size()).as("acknowledgements alone").isLessThanOrEqualTo(16 + 100);
    }

    @Test
    void aFinAtTheEdgeOfAZeroWindowIsTaken() {
        connection().windowScale(7).reach(TcpState.ESTABLISHED);
        app.paused = true;
        fill(1240, 8);
        send(fin());
        assertThat(app.peerFin).isTrue();
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    void whatWasPromisedIsTakenEvenIfTheFieldSaidLess() {
        connection().windowScale(7).reach(TcpState.ESTABLISHED);
        send(segment().data(1));
        TestSegment ack = sent.remove();
        int edge = ack.ack - PEER_ISS + (ack.window << 8);
        app.paused = true;
        send(segment().seq(edge - 100).data(100));
        assertThat(ScriptSegment.blocks(sent.peekLast())).isEqualTo(new int[] {edge - 100, edge});
    }

    @Test
    void theWindowGrowsOnlyForAReaderThatReads() {
        connection().windowScale(7).rtt(10).reach(TcpState.ESTABLISHED);
        app.paused = true;
        fill(1240, 8);
        assertThat(opened().info().receiveLimitBytes()).isEqualTo(256 << 10);
    }
}
