package pt.sunbeam.netstack;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 9293 section 3.8.6.3 and RFC 5681 section 4.2: when an acknowledgement leaves. */
class AckPolicyTest extends PacketTest {
    /** A connection that is past its first sixteen segments, so that acknowledgements may wait. */
    private void establishSettled() {
        connection().reach(TcpState.ESTABLISHED);
        for (int i = 0; i < 16; i++) {
            send(segment().data(100));
        }
        after(100);
        forget();
    }

    @Test
    void aLoneSegmentWaitsForTheDelayedAck() {
        establishSettled();
        send(segment().data(100));
        expectNothing();
        after(25);
        expect(segment().ack(1701));
    }

    @Test
    void everySecondSegmentIsAcknowledged() {
        establishSettled();
        for (int i = 0; i < 10; i++) {
            send(segment().data(100));
            send(segment().data(100));
            expect(segment().ack(peerNext));
        }
        expectNothing();
    }

    @Test
    void oneBatchIsAnsweredByOneAck() {
        establishSettled();
        sendTogether(Stream.generate(() -> segment().data(100)).limit(30).toArray(ScriptSegment[]::new));
        expect(segment().ack(4601));
        expectNothing();
    }

    @Test
    void dataOutOfOrderIsAcknowledgedAtOnce() {
        establishSettled();
        send(segment().seq(1801).data(100));
        expect(segment().ack(1601).sack(1801, 1901));
    }

    @Test
    void aFilledHoleIsAcknowledgedAtOnceWhollyOrPartly() {
        establishSettled();
        send(segment().seq(1801).data(100));
        forget();
        send(segment().seq(1601).data(100));
        expect(segment().ack(1701).sack(1801, 1901));
        send(segment().seq(1701).data(100));
        expect(segment().ack(1901).sack());
    }

    @Test
    void aFinIsAcknowledgedAtOnce() {
        establishSettled();
        send(fin());
        expect(segment().ack(1602));
    }

    @Test
    void anAckOfNothingNewIsNotAcknowledged() {
        establishSettled();
        send(segment());
        send(segment());
        after(1000);
        expectNothing();
    }

    @Test
    void theDelayedAckFollowsTheRoundTripBetween5And25Milliseconds() {
        connection().rtt(60).reach(TcpState.ESTABLISHED);
        for (int i = 0; i < 16; i++) {
            send(segment().data(100));
        }
        forget();
        send(segment().data(100));
        expectAfter(15, segment().ack(1701));
    }

    @Test
    void anAckThatRodeOnDataIsNotRepeated() {
        establishSettled();
        send(segment().data(100));
        write(10);
        expect(segment().ack(1701).data(10));
        send(segment().ack(11));
        after(1000);
        expectNothing();
    }
}
