package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.time.Deadline;

/** Whatever comes in: nothing is thrown, memory stays within the budget and returns to zero. Seeded. */
class HostileInputTest {
    private static final int OURS = 0x64400001;
    private static final int THEIRS = 0x64400002;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void wellFormedNonsenseAroundLiveConnectionsIsSurvived(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimClock clock = new SimClock(Deadline.SECOND);
        StackConfig config = StackConfig.DEFAULT.withMemoryBytes(4 << 20);
        SimHost host = new SimHost(clock, seed, config, IpAddress.v4(OURS));
        TestSegment[] last = {new TestSegment()};
        host.attach(packet -> last[0] = packet[9] == 6 ? new TestSegment(packet) : last[0]);
        StreamPeer app = new StreamPeer(seed, 3_000_000);
        host.stack.listen(80, c -> new StreamPeer(seed, 100_000));
        for (int i = 0; i < 60_000; i++) {
            if (host.stack.status().connections() == 0) {
                app = new StreamPeer(seed, 3_000_000);
                IpEndpoint target = new IpEndpoint(IpAddress.v4(THEIRS), 80);
                host.stack.connect(target, ConnectOptions.DEFAULT, app, clock.nowNanos());
                host.pump();
            }
            host.receive(answer(random, last[0]).packet());
            clock.runUntil(clock.nowNanos() + random.nextLong(Deadline.millis(random.nextInt(100) == 0 ? 2000 : 3)));
            assertThat(host.stack.status().memoryBytes()).isLessThanOrEqualTo(4 << 20);
        }
        host.stack.stop();
        TcpConnection c = app.connection;
        if (c != null) {
            c.close();
        }
        assertThat(host.stack.status().connections()).isZero();
    }

    /** Mostly what a peer would answer to the last segment sent, with fields that are a little or entirely wrong. */
    private static TestSegment answer(SplittableRandom random, TestSegment to) {
        TestSegment s = new TestSegment();
        s.from = IpAddress.v4(THEIRS);
        s.to = IpAddress.v4(OURS);
        s.sourcePort = to.targetPort;
        s.targetPort = random.nextInt(50) == 0 ? 80 : to.sourcePort;
        s.seq = to.ack + blur(random);
        s.ack = to.seq + to.data.length + (to.is(TestSegment.SYN) ? 1 : 0) + blur(random);
        boolean syn = to.is(TestSegment.SYN);
        s.flags = random.nextInt(40) == 0
                ? random.nextInt(64)
                : TestSegment.ACK | (syn ? TestSegment.SYN : 0) | (random.nextInt(200) == 0 ? TestSegment.FIN : 0);
        s.window = random.nextInt(8) == 0 ? random.nextInt(3) : random.nextInt(65536);
        s.options = random.nextInt(3) == 0 ? options(random, to) : new byte[0];
        s.data = new byte[random.nextInt(4) == 0 ? random.nextInt(1200) : 0];
        return s;
    }

    private static int blur(SplittableRandom random) {
        return switch (random.nextInt(12)) {
            case 0 -> random.nextInt();
            case 1, 2 -> random.nextInt(-3000, 3000);
            case 3 -> random.nextInt(-2, 3);
            default -> 0;
        };
    }

    private static byte[] options(SplittableRandom random, TestSegment to) {
        byte[] b = new byte[4 * random.nextInt(11)];
        random.nextBytes(b);
        if (b.length >= 12 && random.nextBoolean()) {
            ByteBuffer.wrap(b)
                    .putInt(0x0101050a)
                    .putInt(to.seq + random.nextInt(-3000, 3000))
                    .putInt(to.seq + random.nextInt(-3000, 3000));
        }
        return b;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void arbitraryBytesAreOnlyCounted(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        SimHost host = new SimHost(new SimClock(0), seed, StackConfig.DEFAULT, IpAddress.v4(0));
        for (int i = 0; i < 100_000; i++) {
            byte[] packet = new byte[1 + random.nextInt(100)];
            random.nextBytes(packet);
            packet[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
            host.receive(packet);
        }
        assertThat(host.stack.status().counters().packetsIn()).isEqualTo(100_000);
        assertThat(host.stack.status().memoryBytes()).isZero();
    }
}
