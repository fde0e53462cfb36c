package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/**
 * Segments that leave together as one run, between two stacks in virtual time. A budget of one packet a pull makes every
 * segment leave alone, so that both ways can be compared byte by byte. No foreign bytes.
 */
class SegmentRunTest {
    private static final IpAddress A4 = IpAddress.v4(0x64400001);
    private static final IpAddress B4 = IpAddress.v4(0x64400002);
    private static final IpAddress A6 = IpAddress.v6(0xfd7a115ca1e00000L, 1);
    private static final IpAddress B6 = IpAddress.v6(0xfd7a115ca1e00000L, 2);
    private static final int MTU_BYTES = 1280;
    private static final int AMPLE_BYTES = 4 << 20;
    private static final int V4_DATA_BYTES = 1228;
    private static final int V6_DATA_BYTES = 1208;

    /** The initial window of RFC 6928. */
    private static final int INITIAL_SEGMENTS = 10;

    /** Everything is written in one go, so that what the application does cannot depend on how segments are pulled. */
    private static final class OneWrite implements TcpEvents {
        private final ByteBuffer incoming = ByteBuffer.allocate(32768);
        private final ByteBuffer bytes;
        long received;

        OneWrite(long seed, int length) {
            byte[] b = new byte[length];
            new SplittableRandom(seed).nextBytes(b);
            bytes = ByteBuffer.wrap(b);
        }

        @Override
        public void connected(TcpConnection c) {
            c.write(bytes);
            c.shutdownWrite();
        }

        @Override
        public void readable(TcpConnection c) {
            for (int n = c.read(incoming.clear()); n > 0; n = c.read(incoming.clear())) {
                received += n;
            }
        }
    }

    /**
     * One transfer from {@code a} to {@code b}.
     *
     * @param downBytes what {@code b} sends at the same time
     * @param peerWindowBytes the receive buffer of {@code b}
     */
    private record Transfer(
            CongestionControl control,
            LinkProfile link,
            long seed,
            boolean v6,
            int upBytes,
            int downBytes,
            int peerWindowBytes) {
        static Transfer of(CongestionControl control, LinkProfile link, long seed) {
            int bytes = 40_000 + (int) (seed * 7919 % 85_000);
            return new Transfer(control, link, seed, seed % 2 == 1, bytes, 0, AMPLE_BYTES);
        }

        Transfer withUpBytes(int bytes) {
            return new Transfer(control, link, seed, v6, bytes, downBytes, peerWindowBytes);
        }

        Transfer withDownBytes(int bytes) {
            return new Transfer(control, link, seed, v6, upBytes, bytes, peerWindowBytes);
        }

        Transfer withPeerWindow(int bytes) {
            return new Transfer(control, link, seed, v6, upBytes, downBytes, bytes);
        }

        /** What {@code a} sends, each packet with its time, when a pull may take {@code pullBytes}. */
        List<String> trace(int pullBytes) {
            SimClock clock = new SimClock(Deadline.SECOND);
            TcpConfig tcp = TcpConfig.DEFAULT.withCongestionControl(control);
            TcpConfig peer = tcp.withBuffers(peerWindowBytes, peerWindowBytes, AMPLE_BYTES);
            SimHost a = new SimHost(clock, seed, StackConfig.DEFAULT.withTcp(tcp), A4, A6);
            SimHost b = new SimHost(clock, seed + 1, StackConfig.DEFAULT.withTcp(peer), B4, B6);
            SimLink ab = new SimLink(clock, seed, link, b::receive);
            SimLink ba = new SimLink(clock, seed + 1, link, a::receive);
            List<String> trace = new ArrayList<>();
            a.attach(packet -> {
                trace.add(clock.nowNanos() + " " + Hex.encode(packet));
                ab.send(packet);
            });
            b.attach(ba::send);
            a.setPullBytes(pullBytes);
            OneWrite client = new OneWrite(seed, upBytes);
            StreamPeer server = new StreamPeer(seed, downBytes);
            b.stack.listen(80, c -> server);
            IpEndpoint target = new IpEndpoint(v6 ? B6 : B4, 80);
            a.stack.connect(target, ConnectOptions.DEFAULT, client, clock.nowNanos());
            a.pump();
            clock.runUntil(clock.nowNanos() + Deadline.seconds(300));
            assertThat(server.received).isEqualTo(upBytes);
            assertThat(client.received).isEqualTo(downBytes);
            return trace;
        }

        void leavesAlikeInRunsAndOneByOne() {
            assertThat(trace(64 * MTU_BYTES)).as("%s", this).isEqualTo(trace(MTU_BYTES));
        }
    }

    private static LinkProfile lossy(long seed) {
        return LinkProfile.delay(5 + seed)
                .withRate(1_250_000 * seed, 32)
                .withLoss(0.01 * (seed % 4))
                .withReordering(0.02, 15);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aRunIsByteForByteWhatItsSegmentsAreOneByOne(long seed) {
        for (CongestionControl control : CongestionControl.values()) {
            Transfer.of(control, lossy(seed), seed).leavesAlikeInRunsAndOneByOne();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void whatIsSelectivelyAcknowledgedMeanwhileIsInEverySegment(long seed) {
        for (CongestionControl control : CongestionControl.values()) {
            Transfer.of(control, lossy(seed).withLoss(0.03), seed)
                    .withDownBytes(100_000)
                    .leavesAlikeInRunsAndOneByOne();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aLastSegmentThatIsFullIsPushed(long seed) {
        int dataBytes = seed % 2 == 1 ? V6_DATA_BYTES : V4_DATA_BYTES;
        for (CongestionControl control : CongestionControl.values()) {
            Transfer.of(control, LinkProfile.delay(10), seed)
                    .withUpBytes((int) seed * INITIAL_SEGMENTS * dataBytes)
                    .leavesAlikeInRunsAndOneByOne();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {5_000, 8_000, 10_000, 12_280, 20_000})
    void aRunKeepsWithinThePeersWindow(int windowBytes) {
        for (CongestionControl control : CongestionControl.values()) {
            Transfer.of(control, LinkProfile.delay(10), 2)
                    .withPeerWindow(windowBytes)
                    .leavesAlikeInRunsAndOneByOne();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theInitialWindowLeavesAsOneRunOfPacketsOfTheFullMtu(boolean v6) {
        Transfer transfer = Transfer.of(CongestionControl.BBR, LinkProfile.delay(10), v6 ? 1 : 2);
        List<byte[]> data = transfer.trace(64 * MTU_BYTES).stream()
                .map(line -> line.substring(line.indexOf(' ') + 1))
                .map(SegmentRunTest::decode)
                .filter(packet -> new TestSegment(packet).data.length > 0)
                .limit(INITIAL_SEGMENTS)
                .toList();
        PacketBatch batch = PacketBatch.ofPackets(INITIAL_SEGMENTS, MTU_BYTES);
        data.forEach(packet -> batch.add(packet, 0, packet.length));
        assertThat(batch.runEnd(0, 64, 65507)).isEqualTo(INITIAL_SEGMENTS);
        assertThat(data).allSatisfy(packet -> {
            assertThat(packet).hasSize(MTU_BYTES);
            TestSegment segment = new TestSegment(packet);
            assertThat(segment.data).hasSize(v6 ? V6_DATA_BYTES : V4_DATA_BYTES);
            int ip = v6 ? 40 : 20;
            assertThat(Arrays.copyOfRange(packet, ip, packet.length))
                    .as("header, checksum and data")
                    .isEqualTo(Arrays.copyOfRange(segment.packet(), ip, packet.length));
        });
    }

    private static byte[] decode(String hex) {
        byte[] bytes = Hex.decode(hex);
        assertThat(bytes).isNotNull();
        return bytes;
    }
}
