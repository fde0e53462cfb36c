package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 2018 section 4 and RFC 2883: the blocks that we send; RFC 9293 section 3.10.7.4, seventh step: what is done with the data. */
class SackOutTest extends PacketTest {
    @Test
    void theFirstBlockIsTheOneThatTheSegmentFellInto() {
        connection().reach(TcpState.ESTABLISHED);
        send(segment().seq(101).data(100));
        expect(segment().ack(1).sack(101, 201));
        send(segment().seq(301).data(100));
        expect(segment().ack(1).sack(301, 401, 101, 201));
        send(segment().seq(501).data(100));
        expect(segment().ack(1).sack(501, 601, 301, 401, 101, 201));
        send(segment().seq(201).data(100));
        expect(segment().ack(1).sack(101, 401, 501, 601));
    }

    @Test
    void thereAreAtMostThreeBlocksAndTheNewestAreAmongThem() {
        connection().timestamps().reach(TcpState.ESTABLISHED);
        for (int i = 1; i <= 6; i++) {
            send(segment().seq(1 + 200 * i).data(100));
        }
        assertThat(ScriptSegment.blocks(sent.peekLast())).isEqualTo(new int[] {1201, 1301, 1001, 1101, 801, 901});
    }

    @Test
    void withoutSackNoBlocksAreSentAndTheAckRepeats() {
        connection().withoutSack().reach(TcpState.ESTABLISHED);
        for (int i = 1; i <= 3; i++) {
            send(segment().seq(1 + 200 * i).data(100));
            expect(segment().ack(1).sack());
        }
    }

    @Test
    void blocksRideOnData() {
        connection().reach(TcpState.ESTABLISHED);
        send(segment().seq(101).data(100));
        forget();
        write(10);
        expect(segment().seq(1).data(10).sack(101, 201));
    }

    @Test
    void aSegmentBelowTheAckIsReportedAsDuplicate() {
        connection().reach(TcpState.ESTABLISHED);
        send(segment().data(500));
        forget();
        send(segment().seq(101).data(100));
        expect(segment().ack(501).sack(101, 201));
    }

    @Test
    void onlyTheOldPartOfAPartlyNewSegmentIsADuplicate() {
        connection().reach(TcpState.ESTABLISHED);
        send(segment().data(100));
        forget();
        send(segment().seq(51).data(100));
        expect(segment().ack(151).sack(51, 101));
    }

    @Test
    void aDuplicateWithinABlockIsReportedBeforeTheBlock() {
        connection().reach(TcpState.ESTABLISHED);
        send(segment().seq(101).data(300));
        forget();
        send(segment().seq(201).data(100));
        expect(segment().ack(1).sack(201, 301, 101, 401));
    }

    @Test
    void aDuplicateIsReportedOnce() {
        connection().reach(TcpState.ESTABLISHED);
        send(segment().data(100));
        send(segment().seq(1).data(100));
        forget();
        send(segment().seq(301).data(100));
        expect(segment().ack(101).sack(301, 401));
    }

    @Test
    void bytesThatCameFirstStayWhereSegmentsOverlap() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(segment().seq(51).data(50));
        byte[] other = new byte[150];
        java.util.Arrays.fill(other, (byte) 0x77);
        for (int i = 0; i < 50; i++) {
            other[i] = streamByte(i);
        }
        for (int i = 100; i < 150; i++) {
            other[i] = streamByte(i);
        }
        send(segment().seq(1).data(other));
        expectRead(0, 150);
    }

    @Test
    void dataBehindAFinThatCameEarlyDoesNotHideTheFin() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(fin().seq(11));
        send(segment().seq(1).data(20));
        assertThat(app.peerFin).isTrue();
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
        expectRead(0, 10);
        send(segment().seq(12).data(10));
        assertThat(opened().readableBytes()).isZero();
    }

    @Test
    void aFinBelowDataThatHasComeIsNoFin() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(segment().seq(21).data(10));
        send(fin().seq(11));
        send(segment().seq(1).data(20));
        expectRead(0, 30);
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        send(fin().seq(31));
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    void theUrgentPointerIsIgnoredAndTheDataStaysInLine() {
        connection().reach(TcpState.ESTABLISHED);
        app.paused = true;
        send(segment().data(10).urgent(5));
        send(segment().data(10).urgent(60_000));
        send(segment().urgent(1));
        expectRead(0, 20);
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void outOfOrderBytesFillAtMostThreeQuartersOfTheBuffer() {
        connection().windowScale(7).reach(TcpState.ESTABLISHED);
        send(segment().data(1));
        for (int at = 1000; at < 260_000; at += 1000) {
            send(segment().seq(at).data(1000));
        }
        assertThat(drops(DropCause.TCP_OUT_OF_ORDER_LIMIT)).isPositive();
        assertThat(host.stack.status().memoryBytes()).isLessThanOrEqualTo((192 << 10) + (32 << 10));
    }
}
