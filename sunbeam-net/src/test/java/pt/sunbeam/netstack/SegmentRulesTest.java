package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.netstack.TestSegment.ACK;
import static pt.sunbeam.netstack.TestSegment.FIN;
import static pt.sunbeam.netstack.TestSegment.RST;
import static pt.sunbeam.netstack.TestSegment.SYN;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpState;

/** Single segments against one stack, by section of RFC 9293, 5961, 7323, 2018 and 2883. The other host is this test. */
class SegmentRulesTest extends PacketTest {
    @Test
    void theSynOffersMssSackTimestampsAndScale() {
        TestSegment syn = connect();
        assertThat(syn.is(SYN)).isTrue();
        assertThat(Hex.encode(syn.option(2))).isEqualTo("04d8");
        assertThat(syn.option(4)).isEmpty();
        assertThat(syn.option(8)).hasSize(8);
        assertThat(Hex.encode(syn.option(3))).isEqualTo("08");
        assertThat(syn.window).as("a SYN's window is never scaled").isEqualTo(65535);
    }

    @Test
    void inSynSentAWrongAckIsAnsweredWithAResetAndIgnored() {
        connect();
        inject(SYN | ACK, PEER_ISS, iss + 2);
        TestSegment reset = sent.remove();
        assertThat(reset.is(RST)).isTrue();
        assertThat(reset.seq).isEqualTo(iss + 2);
        inject(SYN | ACK, PEER_ISS, iss + 1);
        run(1);
        assertThat(app.connected).isTrue();
    }

    @Test
    void inSynSentOnlyAResetThatAcknowledgesTheSynRefuses() {
        connect();
        inject(RST, 0, 0);
        run(1);
        assertThat(app.failure).isNull();
        inject(RST | ACK, 0, iss + 1);
        run(1);
        assertThat(app.failure).isEqualTo(ConnectFailure.REFUSED);
    }

    @Test
    void simultaneousOpenConnects() {
        connect();
        inject(SYN, PEER_ISS, 0);
        run(1);
        TestSegment synAck = sent.remove();
        assertThat(synAck.is(SYN | ACK)).isTrue();
        assertThat(synAck.seq).isEqualTo(iss);
        assertThat(synAck.ack).isEqualTo(PEER_ISS + 1);
        inject(ACK, PEER_ISS + 1, iss + 1);
        run(1);
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void aResetMustHitTheNextSequenceNumberExactly() {
        establish();
        inject(RST, PEER_ISS + 5, 0);
        run(1);
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
        assertThat(sent.remove().is(ACK)).as("RFC 5961 challenge").isTrue();
        inject(RST, PEER_ISS + 6, 0);
        run(1);
        assertThat(sent).as("one challenge in half a second").isEmpty();
        inject(RST, PEER_ISS + 1, 0);
        run(1);
        assertThat(app.reset).isEqualTo(ResetCause.PEER_RESET);
    }

    @Test
    void aSynOnAnOpenConnectionIsChallenged() {
        establish();
        inject(SYN, PEER_ISS + 1, 0);
        run(1);
        assertThat(sent.remove().is(ACK)).isTrue();
        assertThat(state()).isEqualTo(TcpState.ESTABLISHED);
    }

    @Test
    void anAckOfWhatWasNeverSentIsChallengedAndItsDataIgnored() {
        establish();
        inject(ACK, PEER_ISS + 1, iss + 100, (byte) 1);
        run(1);
        assertThat(sent.remove().ack).isEqualTo(PEER_ISS + 1);
        assertThat(drops(DropCause.TCP_UNACCEPTABLE_ACK)).isEqualTo(1);
        assertThat(app.received).isZero();
    }

    @Test
    void outOfOrderDataIsReportedNewestFirstAndDeliveredWhenTheHoleIsFilled() {
        establish();
        int base = PEER_ISS + 1;
        inject(ACK, base + 10, iss + 1, new byte[10]);
        assertThat(sacks(sent.removeLast())).isEqualTo(block(base + 10, base + 20));
        inject(ACK, base + 40, iss + 1, new byte[10]);
        assertThat(sacks(sent.removeLast())).isEqualTo(block(base + 40, base + 50) + block(base + 10, base + 20));
        inject(ACK, base + 20, iss + 1, new byte[5]);
        assertThat(sacks(sent.removeLast())).isEqualTo(block(base + 10, base + 25) + block(base + 40, base + 50));
        inject(ACK, base, iss + 1, new byte[10]);
        TestSegment ack = sent.removeLast();
        assertThat(ack.ack).isEqualTo(base + 25);
        assertThat(sacks(ack)).isEqualTo(block(base + 40, base + 50));
        inject(ACK, base + 25, iss + 1, new byte[15]);
        ack = sent.removeLast();
        assertThat(ack.ack).isEqualTo(base + 50);
        assertThat(ack.option(5)).isNull();
        assertThat(app.received).isEqualTo(50);
    }

    @Test
    void duplicateDataIsReportedFirst() {
        establish();
        int base = PEER_ISS + 1;
        inject(ACK, base, iss + 1, new byte[20]);
        inject(ACK, base, iss + 1, new byte[20]);
        TestSegment ack = sent.removeLast();
        assertThat(ack.ack).isEqualTo(base + 20);
        assertThat(sacks(ack)).isEqualTo(block(base, base + 20));
        assertThat(app.received).isEqualTo(20);
    }

    @Test
    void aFinThatComesEarlyWaitsForTheDataBeforeIt() {
        establish();
        int base = PEER_ISS + 1;
        inject(ACK | FIN, base + 10, iss + 1, new byte[10]);
        assertThat(app.peerFin).isFalse();
        inject(ACK, base, iss + 1, new byte[10]);
        assertThat(app.peerFin).isTrue();
        assertThat(sent.removeLast().ack).isEqualTo(base + 21);
        assertThat(state()).isEqualTo(TcpState.CLOSE_WAIT);
    }

    @Test
    void anOlderTimestampIsDroppedAndAcknowledged() {
        establish("020405000402080a00010000000000000000".substring(0, 32) + "00000000");
        int base = PEER_ISS + 1;
        options = Hex.decode("0101080a0000fffe00000000");
        inject(ACK, base, iss + 1, new byte[10]);
        assertThat(drops(DropCause.TCP_PAWS)).isEqualTo(1);
        assertThat(app.received).isZero();
        assertThat(sent.removeLast().ack).isEqualTo(base);
        options = Hex.decode("0101080a0001000100000000");
        inject(ACK, base, iss + 1, new byte[10]);
        assertThat(app.received).isEqualTo(10);
    }

    @Test
    void theRightEdgeOfTheWindowNeverMovesLeft() {
        establish("0204050004020101" + "01030307");
        app.paused = true;
        int base = PEER_ISS + 1;
        long edge = 0;
        for (int i = 0; i < 400; i++) {
            inject(ACK, base + i * 997, iss + 1, new byte[997]);
            run(30);
            TestSegment ack = sent.removeLast();
            long right = Integer.toUnsignedLong(ack.ack - base) + ((long) ack.window << 8);
            assertThat(right).as("but for the rounding of the field").isGreaterThan(edge - 256);
            edge = Math.max(edge, right);
        }
        assertThat(edge).isLessThanOrEqualTo(256 << 10);
        assertThat(sent).isEmpty();
        host.stack.input(emptyBatch(), clock.nowNanos());
        app.drain(app.connection);
        host.pump();
        assertThat(sent.removeLast().window << 8)
                .as("told at once, not by the next probe")
                .isGreaterThan(200_000);
    }

    @Test
    void aTinyMssIsRaised() {
        establish("02040001");
        app.connection.write(ByteBuffer.allocate(1000));
        host.pump();
        assertThat(sent.remove().data).hasSize(88);
    }

    @Test
    void theThirdDuplicateAckRepeatsTheFirstSegmentWithoutSack() {
        establish("02040500");
        app.connection.write(ByteBuffer.allocate(8 * 1240));
        host.pump();
        assertThat(sent).hasSize(8);
        sent.clear();
        for (int i = 0; i < 3; i++) {
            inject(ACK, PEER_ISS + 1, iss + 1);
        }
        assertThat(sent.remove().seq).isEqualTo(iss + 1);
    }

    @Test
    void sackOfThreeSegmentsRepeatsTheHole() {
        establish();
        app.connection.write(ByteBuffer.allocate(8 * 1240));
        host.pump();
        run(20);
        sent.clear();
        options = Hex.decode("0101050a" + block(iss + 1 + 1240, iss + 1 + 4 * 1240));
        inject(ACK, PEER_ISS + 1, iss + 1);
        assertThat(sent.remove().seq).isEqualTo(iss + 1);
    }

    @Test
    void aLostTailIsProbedBeforeTheTimeout() {
        establish();
        app.connection.write(ByteBuffer.allocate(3 * 1240));
        host.pump();
        sent.clear();
        run(20);
        assertThat(sent).hasSize(1);
        assertThat(sent.remove().seq).isEqualTo(iss + 1 + 2 * 1240);
    }

    @Test
    void aSegmentForNobodyIsAnsweredAsRfc9293Says() {
        port = 4;
        inject(ACK, 77, 1234);
        TestSegment reset = sent.remove();
        assertThat(reset.is(RST)).isTrue();
        assertThat(reset.seq).isEqualTo(1234);
        inject(SYN, 77, 0, (byte) 1);
        reset = sent.remove();
        assertThat(reset.is(RST | ACK)).isTrue();
        assertThat(reset.seq).isZero();
        assertThat(reset.ack).isEqualTo(79);
        inject(RST, 77, 0);
        assertThat(sent).isEmpty();
        for (int i = 0; i < 500; i++) {
            inject(ACK, 77, 1234);
        }
        assertThat(sent.size()).isLessThanOrEqualTo(200);
    }

    @Test
    void brokenPacketsAreCountedByCause() {
        establish();
        TestSegment s = new TestSegment();
        s.from = IpAddress.v4(THEIRS);
        s.to = IpAddress.v4(OURS);
        byte[] badTcp = s.packet();
        badTcp[36] ^= 1;
        host.receive(badTcp);
        byte[] badIp = s.packet();
        badIp[10] ^= 1;
        host.receive(badIp);
        s.to = IpAddress.v4(OURS + 7);
        host.receive(s.packet());
        s.to = IpAddress.v4(OURS);
        s.from = IpAddress.v4(OURS);
        host.receive(s.packet());
        host.receive(new byte[] {0x45, 0});
        host.receive(new byte[] {0x15, 0});
        for (DropCause cause : new DropCause[] {
            DropCause.TCP_BAD_CHECKSUM,
            DropCause.IP_BAD_CHECKSUM,
            DropCause.IP_NOT_OURS,
            DropCause.IP_BAD_SOURCE,
            DropCause.IP_TRUNCATED,
            DropCause.IP_BAD_VERSION
        }) {
            assertThat(drops(cause)).as(cause.name()).isEqualTo(1);
        }
        assertThat(sent).isEmpty();
    }

    private static pt.sunbeam.bytes.PacketBatch emptyBatch() {
        return pt.sunbeam.bytes.PacketBatch.ofPackets(1, 1280);
    }

    private static String sacks(TestSegment s) {
        return Hex.encode(s.option(5));
    }

    private static String block(int start, int end) {
        return String.format("%08x%08x", start, end);
    }
}
