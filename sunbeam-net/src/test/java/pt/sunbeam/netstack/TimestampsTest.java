package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 7323: timestamps, what is echoed (section 4.3), and protection against wrapped sequence numbers (section 5). */
class TimestampsTest extends PacketTest {
    private int start;

    private void establishWithTimestamps() {
        connection().timestamps().reach(TcpState.ESTABLISHED);
        start = peerTsClock();
        app.paused = true;
    }

    private static int tsVal(TestSegment s) {
        return ByteBuffer.wrap(s.option(8)).getInt(0);
    }

    @Test
    void ourClockTicksInMillisecondsFromARandomOrigin() {
        establishWithTimestamps();
        write(1);
        int first = tsVal(sent.peekLast());
        after(1234);
        write(1);
        assertThat(tsVal(sent.peekLast()) - first).isEqualTo(1234);
    }

    @Test
    void twoConnectionsDoNotShareTheOrigin() {
        int first = tsVal(connect());
        int second = tsVal(connect());
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void everySegmentCarriesThem() {
        establishWithTimestamps();
        write(5000);
        send(segment().data(10));
        shutdown();
        assertThat(sent).allMatch(s -> s.option(8) != null);
    }

    @Test
    void theEchoIsThatOfTheSegmentAtTheLastAck() {
        establishWithTimestamps();
        send(segment().data(10).timestamps(start + 10, lastTsVal));
        expect(segment().ack(11).timestamps(0, start + 10));
        send(segment().seq(21).data(10).timestamps(start + 30, lastTsVal));
        expect(segment().ack(11).timestamps(0, start + 10));
        send(segment().seq(11).data(10).timestamps(start + 20, lastTsVal));
        expect(segment().ack(31).timestamps(0, start + 20));
    }

    @Test
    void ofDelayedAcksTheEarliestSegmentIsEchoed() {
        establishWithTimestamps();
        for (int i = 0; i < 16; i++) {
            send(segment().data(10));
        }
        forget();
        send(segment().data(10).timestamps(start + 50, lastTsVal));
        send(segment().data(10).timestamps(start + 60, lastTsVal));
        expect(segment().ack(181).timestamps(0, start + 50));
    }

    @ParameterizedTest
    @CsvSource({
        "0, true",
        "1, true",
        "-1, true",
        "-2, false",
        "-100000, false",
        "2147483647, true",
        "-2147483647, false"
    })
    void aTimestampThatWentBackMoreThanATickIsOld(int change, boolean taken) {
        establishWithTimestamps();
        send(segment().data(10).timestamps(start + change, lastTsVal));
        assertThat(drops(DropCause.TCP_PAWS)).isEqualTo(taken ? 0 : 1);
        expect(segment().ack(taken ? 11 : 1));
        expectRead(0, taken ? 10 : 0);
    }

    @Test
    void anAckFromThePastIsNotTaken() {
        establishWithTimestamps();
        write(100);
        forget();
        send(segment().ack(101).timestamps(start - 50_000, lastTsVal));
        assertThat(opened().info().inFlightBytes()).isEqualTo(100);
    }

    @Test
    void aSegmentOutsideTheWindowDoesNotMoveTheEcho() {
        establishWithTimestamps();
        send(segment().seq(100_000).data(10).timestamps(start + 1_000_000, lastTsVal));
        forget();
        send(segment().data(10).timestamps(start + 1, lastTsVal));
        expect(segment().ack(11).timestamps(0, start + 1));
        assertThat(drops(DropCause.TCP_PAWS)).isZero();
    }

    @Test
    void aSegmentWithoutTimestampsIsTaken() {
        establishWithTimestamps();
        send(segment().data(10).bare());
        expect(segment().ack(11));
    }

    @Test
    void aResetNeedsNoTimestamp() {
        establishWithTimestamps();
        send(rst().seq(1).timestamps(start - 100_000, 0));
        assertThat(app.reset).isNotNull();
    }

    @Test
    void timestampsThatWereNotNegotiatedMeanNothing() {
        connection().reach(TcpState.ESTABLISHED);
        send(segment().data(10).timestamps(100, 0));
        send(segment().data(10).timestamps(50, 0));
        assertThat(drops(DropCause.TCP_PAWS)).isZero();
        assertThat(app.received).isEqualTo(20);
        assertThat(sent.peekLast().option(8)).isNull();
    }

    @Test
    void aFloodOfOldDuplicatesIsAnsweredOnceInHalfASecond() {
        establishWithTimestamps();
        for (int i = 0; i < 1000; i++) {
            send(segment().seq(1).data(10).timestamps(start - 1000, 0));
        }
        expect(segment().ack(1));
        expectNothing();
        assertThat(drops(DropCause.TCP_PAWS)).isEqualTo(1000);
    }
}
