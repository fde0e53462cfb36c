package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.TcpAudit;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpState;

/**
 * What an authenticated peer can do inside its flows: memory, work and answers stay bounded, every kind is counted, the
 * invariants hold after each packet, and a flow beside it goes on. Section numbers are those of RFC 9293 unless another is named.
 */
@Timeout(60)
class HostileFlowTest extends PacketTest {
    private static final long MAX_MEMORY = 1 << 20;

    private TcpConnection neighbour;
    private int neighbourPort;
    private int neighbourIss;
    private int attackerPort;

    @BeforeEach
    void twoFlowsLive() {
        TcpAudit audit = new TcpAudit(host.stack.tcp(), host.egress);
        host.audit(audit::check);
        connection().rtt(20).reach(TcpState.ESTABLISHED);
        neighbourPort = port;
        neighbourIss = iss;
        neighbour = opened();
        app.connection = null;
        app.connected = false;
        connection().rtt(20).windowScale(7).reach(TcpState.ESTABLISHED);
        attackerPort = port;
    }

    @AfterEach
    void theNeighbourIsAlive() {
        forget();
        app.paused = false;
        port = neighbourPort;
        iss = neighbourIss;
        long before = app.received;
        TestSegment s = blank();
        s.flags = TestSegment.ACK;
        s.seq = BASE;
        s.ack = neighbourIss + 1;
        s.data = new byte[100];
        host.receive(s.packet());
        after(30);
        assertThat(app.received - before).as("bytes of the neighbour").isEqualTo(100);
        assertThat(sent).as("its acknowledgement").anyMatch(a -> a.sourcePort == neighbourPort && a.ack == s.seq + 100);
        host.stack.stop();
        opened().close();
        neighbour.close();
        assertThat(host.stack.status().memoryBytes()).isZero();
    }

    private void memoryIsBounded() {
        assertThat(host.stack.status().memoryBytes()).isLessThanOrEqualTo(MAX_MEMORY);
    }

    /** What the stack answered since {@link #forget}, and forgets it. */
    private int answers() {
        int n = sent.size();
        forget();
        return n;
    }

    // --- forged resets and SYNs

    @Test
    void resetsThatMissByOneAreAnsweredTwiceASecondAndEndNothing() {
        for (int i = 0; i < 20_000; i++) {
            send(rst().seq(2 + i % 60_000));
        }
        assertThat(answers()).isLessThanOrEqualTo(1);
        assertThat(drops(DropCause.TCP_RESET_NOT_EXACT)).isEqualTo(20_000);
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void synsInsideAFlowAreAnsweredTwiceASecondAndOpenNothing() {
        for (int i = 0; i < 20_000; i++) {
            send(syn().seq(i * 1000));
        }
        assertThat(answers()).isLessThanOrEqualTo(1);
        assertThat(host.stack.status().halfOpen()).isZero();
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    // --- window games (section 3.8.6)

    @Test
    void aWindowThatFlapsBetweenZeroAndAllLosesNothing() {
        write(100_000);
        int acked = 1;
        for (int i = 0; i < 2000; i++) {
            send(segment().ack(acked).window(i % 2 == 0 ? 0 : 65535));
            after(3);
            for (TestSegment s : sent) {
                acked = Math.max(acked, Math.min(acked + 300, s.seq - iss + s.data.length));
            }
            forget();
            memoryIsBounded();
        }
        assertThat(acked).isGreaterThan(20_000);
    }

    @Test
    void aWindowOfOneByteIsServedSlowlyAndCheaply() {
        send(segment().ack(1).window(0));
        write(1000);
        answers();
        int packets = 0;
        window = 0;
        for (int i = 0; i < 600; i++) {
            after(1000);
            packets += answers();
            send(segment().ack(1));
        }
        assertThat(packets).as("probes in ten minutes").isLessThan(700);
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void aWindowThatShrinksByteByByteIsFollowedWithoutARightEdgeBeyondIt() {
        for (int w = 500; w >= 0; w--) {
            send(segment().ack(1).window(w));
            write(10);
            after(1);
        }
        memoryIsBounded();
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    // --- out-of-order floods (section 3.10.7.4, seventh step)

    @Test
    void aFloodOfSingleBytesWithHolesIsHeldToARangeLimit() {
        for (int at = 10; at < 200_000; at += 2) {
            send(segment().seq(at).data(1));
        }
        assertThat(drops(DropCause.TCP_OUT_OF_ORDER_LIMIT)).isPositive();
        memoryIsBounded();
        assertThat(answers()).as("one answer each").isLessThanOrEqualTo(100_000);
        app.paused = true;
        for (int at = 1; at < 1000; at += 100) {
            send(segment().seq(at).data(100));
        }
        assertThat(opened().readableBytes()).as("the flow itself can go on").isGreaterThanOrEqualTo(1000);
    }

    @Test
    void randomOverlapsNeverChangeWhatTheStreamSays() {
        java.util.SplittableRandom random = new java.util.SplittableRandom(11);
        app.paused = true;
        for (int i = 0; i < 5000; i++) {
            send(segment().seq(1 + random.nextInt(50_000)).data(1 + random.nextInt(1200)));
            memoryIsBounded();
        }
        for (int at = 1; at <= 50_000; at += 1000) {
            send(segment().seq(at).data(1000));
        }
        assertThat(opened().readableBytes()).isGreaterThanOrEqualTo(50_000);
        expectRead(0, opened().readableBytes());
    }

    @Test
    void finsAllOverTheWindowEndTheStreamOnce() {
        app.paused = true;
        for (int i = 0; i < 500; i++) {
            send(fin().seq(500 - i).data(i % 7));
        }
        assertThat(app.peerFin).isFalse();
        send(segment().seq(1).data(499));
        assertThat(app.peerFin).isTrue();
        expectRead(0, 499);
        memoryIsBounded();
    }

    // --- acknowledgements (RFC 5961 section 5; spec CVE list)

    @Test
    void acksOfWhatWasNeverSentGainNothing() {
        write(20_000);
        forget();
        long cwnd = opened().info().cwndBytes();
        for (int i = 0; i < 10_000; i++) {
            send(segment().ack(20_002 + i));
        }
        assertThat(opened().info().cwndBytes()).isEqualTo(cwnd);
        assertThat(answers()).isLessThanOrEqualTo(1);
        assertThat(drops(DropCause.TCP_UNACCEPTABLE_ACK)).isEqualTo(10_000);
    }

    @Test
    void anAckForEveryByteGrowsTheWindowByTheBytesAndNotByTheAcks() {
        long cwnd = opened().info().cwndBytes();
        write(10 * MSS);
        forget();
        for (int i = 1; i <= 10 * MSS; i++) {
            send(segment().ack(1 + i));
        }
        assertThat(opened().info().cwndBytes()).isLessThanOrEqualTo(cwnd + 10 * MSS);
    }

    @Test
    void aStormOfDuplicateAcksRepeatsAtMostWhatIsInFlight() {
        write(5 * MSS);
        after(20);
        forget();
        for (int i = 0; i < 20_000; i++) {
            send(segment().ack(1));
        }
        assertThat(answers()).isLessThanOrEqualTo(6);
    }

    @Test
    void aStormOfOldSegmentsIsAnsweredOneForOneAndNeverMore() {
        send(segment().data(100));
        forget();
        for (int i = 0; i < 5000; i++) {
            send(segment().seq(1).data(1));
        }
        assertThat(answers()).isLessThanOrEqualTo(5000);
        for (int i = 0; i < 5000; i++) {
            send(segment().seq(-5));
        }
        assertThat(answers()).isLessThanOrEqualTo(1);
    }

    // --- SACK games (RFC 2018; CVE-2019-11477 to 11479)

    @Test
    void blocksFromOutsideTheFlightMarkNothing() {
        write(10 * MSS);
        after(5);
        forget();
        long flight = opened().info().inFlightBytes();
        int[][] blocks = {
            {20 * MSS, 30 * MSS}, {-30_000, -20_000}, {1, 100 * MSS}, {5000, 5000}, {5000, 4000}, {1 << 30, -(1 << 30)}
        };
        for (int i = 0; i < 1000; i++) {
            for (int[] b : blocks) {
                send(segment().ack(1).sack(b));
            }
        }
        assertThat(opened().info().inFlightBytes()).isEqualTo(flight);
    }

    @Test
    void tinyBlocksNeitherSplitNorMarkASegment() {
        write(10 * MSS);
        after(5);
        forget();
        for (int i = 0; i < 10_000; i++) {
            int at = 2 + i % (10 * MSS - 3);
            send(segment().ack(1).sack(at, at + 1));
        }
        assertThat(opened().info().inFlightBytes()).isEqualTo(10 * MSS);
        memoryIsBounded();
        assertThat(answers()).isLessThanOrEqualTo(20);
    }

    @Test
    void blocksThatComeAndGoKeepTheTotalsRight() {
        write(10 * MSS);
        after(5);
        java.util.SplittableRandom random = new java.util.SplittableRandom(12);
        for (int i = 0; i < 3000; i++) {
            int[] edges = new int[6];
            for (int j = 0; j < 6; j++) {
                edges[j] = 1 + random.nextInt(12) * MSS + random.nextInt(3) - 1;
            }
            send(segment().ack(1 + random.nextInt(2)).sack(edges));
            after(random.nextInt(3));
        }
        send(segment().ack(10 * MSS + 1));
        assertThat(opened().info().inFlightBytes()).isZero();
    }

    @Test
    void aDuplicateReportForEverySegmentDoesNotRaiseTheWindow() {
        long cwnd = opened().info().cwndBytes();
        for (int i = 0; i < 1000; i++) {
            send(segment().ack(1).sack(-1000, -500));
        }
        assertThat(opened().info().cwndBytes()).isLessThanOrEqualTo(cwnd);
    }

    // --- strangers

    @Test
    void aPortScanIsAnsweredAtALimitedRateAndOpensNothing() {
        forget();
        for (int i = 1; i < 65_536; i++) {
            TestSegment s = blank();
            s.sourcePort = 4000;
            s.targetPort = i == attackerPort || i == neighbourPort ? 1 : i;
            s.flags = TestSegment.SYN;
            host.receive(s.packet());
        }
        assertThat(answers()).isLessThanOrEqualTo(200);
        assertThat(host.stack.status().halfOpen()).isZero();
        assertThat(drops(DropCause.TCP_NO_CONNECTION)).isEqualTo(65_535);
        assertThat(drops(DropCause.TCP_RESET_RATE_LIMITED)).isGreaterThan(65_000);
    }

    @Test
    void aFloodOfSynsToAServedPortLeavesRoomForTheFlowsThatExist() {
        host.stack.listen(8080, c -> new StreamPeer(3, 0));
        for (int i = 0; i < 20_000; i++) {
            TestSegment s = blank();
            s.sourcePort = 1024 + i;
            s.targetPort = 8080;
            s.flags = TestSegment.SYN;
            host.receive(s.packet());
        }
        assertThat(host.stack.status().halfOpen()).isEqualTo(256);
        memoryIsBounded();
        forget();
        write(100);
        expect(segment().seq(1).data(100));
    }

    @Test
    void echoRequestsAreAnsweredAtALimitedRate() {
        byte[] echo = new byte[64];
        echo[0] = 8;
        pt.sunbeam.bytes.Endian.putShortBe(echo, 2, ~TestSegment.sum(echo, 0, 64, 0));
        host.attach(packet -> sentNanos.add(clock.nowNanos()));
        for (int i = 0; i < 10_000; i++) {
            injectPayload(1, echo);
        }
        assertThat(sentNanos.size()).isLessThanOrEqualTo(100);
        assertThat(drops(DropCause.ICMP_RATE_LIMITED)).isEqualTo(10_000 - sentNanos.size());
        wire();
    }

    @Test
    void icmpErrorsForALiveFlowChangeNothingButTheCounter() {
        write(10 * MSS);
        forget();
        for (int i = 0; i < 5000; i++) {
            icmpError(3, i % 16, 0, 1 + i);
            icmpError(11, 0, 0, -i);
        }
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(opened().info().inFlightBytes()).isLessThanOrEqualTo(10 * MSS);
    }

    @Test
    void tenThousandFlowsThatSayHelloAndNothingElseAreForgotten() {
        host.audit(() -> {});
        host.stack.listen(8080, c -> new StreamPeer(3, 0));
        for (int i = 0; i < 10_000; i++) {
            TestSegment s = blank();
            s.sourcePort = 1024 + i;
            s.targetPort = 8080;
            s.flags = TestSegment.SYN;
            host.receive(s.packet());
            TestSegment answer = sent.peekLast();
            if (answer != null && answer.targetPort == s.sourcePort) {
                s.flags = TestSegment.ACK;
                s.seq = 1;
                s.ack = answer.seq + 1;
                host.receive(s.packet());
            }
            forget();
        }
        assertThat(host.stack.status().connections()).isEqualTo(10_002);
        memoryIsBounded();
        after(310_000);
        assertThat(host.stack.status().connections())
                .as("keepalive has found them silent")
                .isEqualTo(2);
    }

    @Test
    void aPeerThatReportsEverythingAndAcknowledgesNothingIsLeftInTheEnd() {
        write(10 * MSS);
        send(segment().ack(1).sack(1, 1 + 10 * MSS));
        after(700_000);
        assertThat(app.reset).isNotNull();
        memoryIsBounded();
    }
}
