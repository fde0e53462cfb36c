package pt.sunbeam.bench.virtual;

import pt.sunbeam.bench.BulkSink;
import pt.sunbeam.bench.BulkSource;
import pt.sunbeam.bench.Path;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/** One bulk transfer between two stacks in virtual time. */
final class SimTransfer {
    private static final IpAddress A = IpAddress.v4(0x64400001);
    private static final IpAddress B = IpAddress.v4(0x64400002);
    private static final int PORT = 80;

    private final SimClock clock = new SimClock(Deadline.SECOND);

    private final BulkSource writer = new BulkSource();
    private final BulkSink reader = new BulkSink();

    private SimTransfer() {}

    /** Payload that arrives in {@code seconds} from the opening on, in Mbit/s. */
    static double megabits(Path path, CongestionControl controller, int seconds, long seed) {
        SimTransfer transfer = new SimTransfer();
        transfer.run(path, controller, seconds, seed);
        return transfer.reader.receivedBytes() * 8 / 1e6 / seconds;
    }

    private void run(Path path, CongestionControl controller, int seconds, long seed) {
        StackConfig config = StackConfig.DEFAULT.withTcp(TcpConfig.DEFAULT.withCongestionControl(controller));
        SimHost a = new SimHost(clock, 2 * seed, config, A);
        SimHost b = new SimHost(clock, 2 * seed + 1, config, B);
        SimLink ab = new SimLink(clock, 2 * seed, path.profile(), b::receive);
        SimLink ba = new SimLink(clock, 2 * seed + 1, path.profile(), a::receive);
        a.attach(ab::send);
        b.attach(ba::send);
        b.stack().listen(PORT, c -> reader);
        long start = clock.nowNanos();
        a.stack().connect(new IpEndpoint(B, PORT), ConnectOptions.DEFAULT, writer, start);
        a.pump();
        clock.runUntil(start + Deadline.seconds(seconds));
    }
}
