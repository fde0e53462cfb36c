package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpState;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/** Beginnings, ends and stand-stills of connections between two stacks in virtual time. */
class ConnectionLifeTest {
    private static final IpAddress A = IpAddress.v4(0x64400001);
    private static final IpAddress B = IpAddress.v4(0x64400002);
    private static final long START = 1_000_000_000L;

    private final SimClock clock = new SimClock(START);
    private final SimHost a = new SimHost(clock, 1, StackConfig.DEFAULT, A);
    private final SimHost b = new SimHost(clock, 2, StackConfig.DEFAULT, B);
    private final SimLink ab = new SimLink(clock, 3, LinkProfile.delay(10), b::receive);
    private final SimLink ba = new SimLink(clock, 4, LinkProfile.delay(10), a::receive);

    @BeforeEach
    void wire() {
        a.attach(ab::send);
        b.attach(ba::send);
    }

    private StreamPeer connect(long up) {
        return connect(up, false);
    }

    private StreamPeer connect(long up, boolean silent) {
        StreamPeer client = new StreamPeer(7, up);
        client.silent = silent;
        ConnectResult result = a.stack.connect(new IpEndpoint(B, 80), ConnectOptions.DEFAULT, client, clock.nowNanos());
        assertThat(result).isInstanceOf(ConnectResult.Opening.class);
        a.pump();
        return client;
    }

    private StreamPeer serve(long down) {
        StreamPeer server = new StreamPeer(8, down);
        server.silent = true;
        b.stack.listen(80, c -> server);
        return server;
    }

    private void run(long millis) {
        clock.runUntil(clock.nowNanos() + Deadline.millis(millis));
    }

    @Test
    void aClosedPortRefusesWithinOneRoundTrip() {
        StreamPeer client = connect(0);
        run(21);
        assertThat(client.failure).isEqualTo(ConnectFailure.REFUSED);
        assertThat(a.stack.status().connections()).isZero();
    }

    @Test
    void aBlackHoleTimesOutAfterTwentySeconds() {
        ab.setCut(true);
        StreamPeer client = connect(0);
        run(19_900);
        assertThat(client.failure).isNull();
        run(200);
        assertThat(client.failure).isEqualTo(ConnectFailure.TIMED_OUT);
        assertThat(ab.droppedPackets()).as("SYNs at 0, 1, 3, 7 and 15 s").isEqualTo(5);
        assertThat(a.stack.status().connections()).isZero();
    }

    @Test
    void anAddressThatNobodyCarriesFailsAtOnce() {
        a.setRouted(false);
        ConnectResult result =
                a.stack.connect(new IpEndpoint(B, 80), ConnectOptions.DEFAULT, new StreamPeer(1, 0), clock.nowNanos());
        assertThat(result).isEqualTo(new ConnectResult.Failed(ConnectFailure.UNREACHABLE));
    }

    @Test
    void aPeerRemovedDuringTheHandshakeIsGone() {
        ab.setCut(true);
        StreamPeer client = connect(0);
        run(100);
        a.stack.abortAll(a.egress, ResetCause.PEER_GONE);
        assertThat(client.failure).isEqualTo(ConnectFailure.PEER_GONE);
    }

    @Test
    void aVanishedAddressAbortsItsConnections() {
        serve(0);
        StreamPeer client = connect(1_000_000);
        run(100);
        a.stack.setAddresses(java.util.List.of());
        assertThat(client.reset).isEqualTo(ResetCause.ADDRESS_GONE);
        assertThat(a.stack.status().connections()).isZero();
    }

    @Test
    void anAbortReachesThePeer() {
        StreamPeer server = serve(0);
        StreamPeer client = connect(10, true);
        run(100);
        connection(client).abort();
        a.pump();
        run(11);
        assertThat(server.reset).isEqualTo(ResetCause.PEER_RESET);
        assertThat(b.stack.status().connections()).isZero();
    }

    @Test
    void aResetIsHeardWhileDataFlows() {
        StreamPeer server = serve(0);
        connect(50_000_000);
        run(200);
        connection(server).abort();
        b.pump();
        run(100);
        assertThat(a.stack.status().connections()).isZero();
        assertThat(a.stack.status().memoryBytes()).isZero();
        assertThat(b.stack.status().memoryBytes()).isZero();
    }

    @Test
    void aReaderThatStopsHoldsTheSenderAndBothMemoriesStayBounded() {
        StreamPeer server = serve(0);
        server.paused = true;
        StreamPeer client = connect(100_000_000);
        run(60_000);
        assertThat(b.stack.status().memoryBytes()).isLessThan(512 << 10);
        long sender = a.stack.status().memoryBytes();
        run(600_000);
        assertThat(a.stack.status().memoryBytes()).isEqualTo(sender).isLessThan(7 << 20);
        assertThat(client.reset)
                .as("probes are answered, so the pause may last")
                .isNull();
        server.paused = false;
        server.drain(connection(server));
        b.pump();
        run(60_000);
        assertThat(server.received).isEqualTo(100_000_000);
        assertThat(server.receivedHash()).isEqualTo(client.sentHash());
    }

    @Test
    void aLostWindowUpdateDoesNotHang() {
        StreamPeer server = serve(0);
        server.paused = true;
        StreamPeer client = connect(2_000_000);
        run(5_000);
        ba.setCut(true);
        server.drain(connection(server));
        server.paused = false;
        b.pump();
        run(50);
        ba.setCut(false);
        run(70_000);
        assertThat(server.received).isEqualTo(2_000_000);
        assertThat(client.sentHash()).isEqualTo(server.receivedHash());
    }

    @Test
    void eachDirectionClosesForItself() {
        StreamPeer server = serve(500_000);
        StreamPeer client = connect(1000);
        run(500);
        assertThat(server.peerFin).isTrue();
        assertThat(server.received).isEqualTo(1000);
        assertThat(connection(client).state()).isEqualTo(TcpState.FIN_WAIT_2);
        run(300_000);
        assertThat(connection(client).state())
                .as("half-closed for five minutes")
                .isEqualTo(TcpState.FIN_WAIT_2);
        server.push(connection(server));
        b.pump();
        run(2_000);
        assertThat(client.received).isEqualTo(500_000);
        assertThat(client.closed).isTrue();
        assertThat(server.closed).isTrue();
        assertThat(a.stack.status().timeWait()).isEqualTo(1);
        assertThat(b.stack.status().timeWait()).isZero();
        run(31_000);
        assertThat(a.stack.status().timeWait()).isZero();
    }

    @Test
    void dataAfterCloseIsAnsweredWithAReset() {
        StreamPeer server = serve(0);
        StreamPeer client = connect(10);
        run(100);
        connection(client).close();
        a.pump();
        run(100);
        connection(server).write(ByteBuffer.wrap(new byte[100]));
        b.pump();
        run(100);
        assertThat(server.reset).isEqualTo(ResetCause.PEER_RESET);
        assertThat(a.stack.status().connections()).isZero();
    }

    @Test
    void closingWithUnreadBytesResets() {
        StreamPeer server = serve(0);
        server.paused = true;
        StreamPeer client = connect(5_000_000);
        run(100);
        connection(server).close();
        b.pump();
        run(100);
        assertThat(client.reset).isEqualTo(ResetCause.PEER_RESET);
    }

    @Test
    void keepaliveFindsADeadPeerAndSparesALivingOne() {
        serve(0);
        StreamPeer client = connect(0);
        StreamPeer idle = new StreamPeer(9, 0);
        run(100);
        run(3_600_000);
        assertThat(client.reset).isNull();
        ab.setCut(true);
        ba.setCut(true);
        run(301_000 + 120_000);
        assertThat(client.reset).isEqualTo(ResetCause.TIMED_OUT);
        assertThat(b.stack.status().connections()).isZero();
    }

    @Test
    void unacknowledgedDataEndsAfterTheUserTimeout() {
        serve(0);
        StreamPeer client = connect(0);
        run(100);
        assertThat(client.connected).isTrue();
        StreamPeer second = connect(50_000_000);
        run(100);
        ab.setCut(true);
        ba.setCut(true);
        run(290_000);
        assertThat(second.reset).isNull();
        run(120_000);
        assertThat(second.reset).isEqualTo(ResetCause.TIMED_OUT);
    }

    @Test
    void aBlackoutOfTenSecondsIsSurvived() {
        StreamPeer server = serve(0);
        StreamPeer client = connect(20_000_000);
        run(300);
        ab.setCut(true);
        ba.setCut(true);
        run(10_000);
        ab.setCut(false);
        ba.setCut(false);
        run(60_000);
        assertThat(server.received).isEqualTo(20_000_000);
        assertThat(client.sentHash()).isEqualTo(server.receivedHash());
    }

    @Test
    void aRelayThatHoldsPacketsForASecondCostsNoWindow() {
        StreamPeer server = serve(0);
        LinkProfile relay = LinkProfile.delay(20).withRate(5_000_000, 2000);
        ab.setProfile(relay);
        StreamPeer client = connect(100_000_000);
        run(3_000);
        long before = connection(client).info().cwndBytes();
        ab.holdUntil(clock.nowNanos() + Deadline.millis(800));
        run(3_000);
        assertThat(connection(client).info().cwndBytes()).isGreaterThan(before / 2);
        run(40_000);
        assertThat(server.received).isEqualTo(100_000_000);
    }

    @Test
    void theWindowLimitOfAnEgressLetsALongLineBeFilledAllTheSame() {
        StreamPeer server = serve(0);
        b.egress.setReceiveWindowLimitBytes(28 * 1280);
        ab.setProfile(LinkProfile.delay(50).withRate(5_000_000, 200));
        ba.setProfile(LinkProfile.delay(50));
        connect(20_000_000);
        run(6_500);
        assertThat(server.received).as("in 6.5 s at 5 MB/s").isEqualTo(20_000_000);
    }

    @Test
    void aPathThatReturnsAfterALongBlackoutIsUsedAtOnceWhenThatIsKnown() {
        StreamPeer server = serve(0);
        ab.setProfile(LinkProfile.delay(20));
        ba.setProfile(LinkProfile.delay(20));
        connect(50_000_000);
        run(300);
        ab.blackout(Deadline.seconds(40));
        run(40_100);
        long before = server.received;
        a.stack.pathReturned(a.egress, clock.nowNanos());
        a.pump();
        run(200);
        assertThat(server.received).isGreaterThan(before);
    }

    @Test
    void theWindowLimitOfAnEgressKeepsAShortQueueFromOverflowing() {
        StreamPeer server = serve(0);
        b.egress.setReceiveWindowLimitBytes(60 * 1280);
        ab.setProfile(LinkProfile.delay(20).withRate(2_000_000, 70));
        connect(5_000_000);
        run(10_000);
        assertThat(server.received).isEqualTo(5_000_000);
        assertThat(ab.droppedPackets()).isZero();
    }

    @Test
    void aThousandOpensAtOnceDoNotOverflowAShortQueue() {
        AtomicInteger accepted = new AtomicInteger();
        b.stack.listen(80, c -> {
            accepted.incrementAndGet();
            return new StreamPeer(2, 0);
        });
        ab.setProfile(LinkProfile.delay(5).withRate(20_000_000, 100));
        for (int i = 0; i < 1_000; i++) {
            connect(0);
        }
        run(5_000);
        assertThat(ab.droppedPackets()).isZero();
        assertThat(accepted).hasValue(1_000);
    }

    @Test
    void opensToASilentTargetHoldUpOthersForOneTimeOutAtTheMost() {
        AtomicInteger accepted = new AtomicInteger();
        b.stack.listen(80, c -> {
            accepted.incrementAndGet();
            return new StreamPeer(2, 0);
        });
        ab.setCut(true);
        for (int i = 0; i < 100; i++) {
            connect(0);
        }
        run(100);
        ab.setCut(false);
        run(4_500);
        assertThat(accepted).hasValue(100);
    }

    @Test
    void aHundredThousandShortConnectionsToOneTargetAllSucceedAndLeaveNothing() {
        b.stack.listen(80, c -> new StreamPeer(2, 0) {
            @Override
            public void peerFin(TcpConnection closing) {
                closing.close();
            }
        });
        // Over 1300 a second to one target: more than the system's usual port range holds for TIME-WAIT's half minute.
        for (int i = 0; i < 100_000; i += 4) {
            for (int j = 0; j < 4; j++) {
                connect(100);
            }
            run(3);
        }
        run(40_000);
        for (SimHost host : new SimHost[] {a, b}) {
            assertThat(host.stack.status().connections()).isZero();
            assertThat(host.stack.status().timeWait()).isZero();
            assertThat(host.stack.status().halfOpen()).isZero();
            assertThat(host.stack.status().memoryBytes()).isZero();
            assertThat(host.stack.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
        }
    }

    private static TcpConnection connection(StreamPeer peer) {
        TcpConnection c = peer.connection;
        assertThat(c).isNotNull();
        return c;
    }
}
