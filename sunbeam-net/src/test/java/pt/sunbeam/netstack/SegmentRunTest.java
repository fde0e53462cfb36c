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
    private static final int V4_DATA_BYTES = 1228;
    private static final int V6_DATA_BYTES = 1208;

    /** The initial window of RFC 6928. */
    private static final int INITIAL_SEGMENTS = 10;

    /** Everything is written in one go, so that what the application does cannot depend on how segments are pulled. */
    private static final class OneWrite implements TcpEvents {
        private final ByteBuffer bytes;

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
    }

    private static final class Net {
        final SimClock clock = new SimClock(Deadline.SECOND);
        final List<String> trace = new ArrayList<>();
        final SimHost a;
        final SimHost b;
        final StreamPeer server = new StreamPeer(1, 0);
        final int pullBytes;

        Net(StackConfig config, LinkProfile profile, long seed, int pullBytes) {
            this.pullBytes = pullBytes;
            a = new SimHost(clock, seed, config, A4, A6);
            b = new SimHost(clock, seed + 1, config, B4, B6);
            SimLink ab = new SimLink(clock, seed, profile, b::receive);
            SimLink ba = new SimLink(clock, seed + 1, profile, a::receive);
            a.attach(packet -> {
                trace.add(clock.nowNanos() + " " + Hex.encode(packet));
                ab.send(packet);
            });
            b.attach(ba::send);
        }

        List<String> transfer(IpAddress to, long seed, int bytes) {
            a.setPullBytes(pullBytes);
            b.stack.listen(80, c -> server);
            a.stack.connect(
                    new IpEndpoint(to, 80), ConnectOptions.DEFAULT, new OneWrite(seed, bytes), clock.nowNanos());
            a.pump();
            clock.runUntil(clock.nowNanos() + Deadline.seconds(300));
            assertThat(server.received).isEqualTo(bytes);
            return trace;
        }
    }

    private static List<String> trace(CongestionControl control, LinkProfile profile, long seed, int pullBytes) {
        StackConfig config = StackConfig.DEFAULT.withTcp(TcpConfig.DEFAULT.withCongestionControl(control));
        int bytes = 40_000 + (int) (seed * 7919 % 85_000);
        return new Net(config, profile, seed, pullBytes).transfer(seed % 2 == 0 ? B4 : B6, seed, bytes);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void aRunIsByteForByteWhatItsSegmentsAreOneByOne(long seed) {
        LinkProfile profile = LinkProfile.delay(5 + seed)
                .withRate(1_250_000 * seed, 32)
                .withLoss(0.01 * (seed % 4))
                .withReordering(0.02, 15);
        for (CongestionControl control : CongestionControl.values()) {
            assertThat(trace(control, profile, seed, 64 * 1500))
                    .as("%s, seed %d", control, seed)
                    .isEqualTo(trace(control, profile, seed, MTU_BYTES));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theInitialWindowLeavesAsOneRunOfPacketsOfTheFullMtu(boolean v6) {
        Net net = new Net(StackConfig.DEFAULT, LinkProfile.delay(10), 1, 64 * 1500);
        List<byte[]> data = net.transfer(v6 ? B6 : B4, 1, 100_000).stream()
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
