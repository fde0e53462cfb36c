package pt.sunbeam.netstack;

import org.junit.jupiter.api.Test;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.netstack.tcp.TcpState;

/** RFC 8985 section 6.2 where timestamps are in use: what an echo tells of a segment that was sent twice. */
class LossWithTimestampsTest extends PacketTest {
    private static final int RTT = 100;
    private static final int SIZE = MSS - 12;

    @Override
    StackConfig config() {
        return StackConfig.DEFAULT.withTcp(TcpConfig.DEFAULT.withCongestionControl(CongestionControl.CUBIC));
    }

    private static int at(int index) {
        return 1 + index * SIZE;
    }

    /** RFC 7323 section 4.3: while there is a hole, a receiver echoes the segment before it, whatever arrives beyond. */
    @Test
    void aRepeatThatIsLostIsFoundByALaterRepeatAlthoughTheEchoIsOld() {
        connection().timestamps().rtt(RTT).reach(TcpState.ESTABLISHED);
        write(8 * SIZE);
        after(20);
        int oldEcho = lastTsVal;
        int theirs = peerTsClock();
        forget();
        after(RTT - 20);
        send(segment().ack(1).sack(at(1), at(2), at(3), at(8)).timestamps(theirs, oldEcho));
        expect(segment().seq(at(0)).data(SIZE));
        expect(segment().seq(at(2)).data(SIZE));
        after(RTT);
        send(segment().ack(1).sack(at(1), at(8)).timestamps(theirs, oldEcho));
        expect(segment().seq(at(0)).data(SIZE));
    }
}
