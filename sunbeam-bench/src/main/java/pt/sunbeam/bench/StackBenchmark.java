package pt.sunbeam.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the TCP/IP stack alone costs: two stacks in one thread at an MTU of 1280, without sockets and encryption.
 *
 * <p>Run it with {@code ./mvnw -q -ntp -pl sunbeam-bench -am -DskipTests -Djmh=StackBenchmark package}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class StackBenchmark {
    private static final int MEGABITS = 125_000;
    private static final int PACKETS = 1000;
    private static final int IDLE = 10_000;

    private StackPair bulk = new StackPair();
    private StackPair crowded = new StackPair();
    private AckingPeer acked = new AckingPeer();
    private LongPath lossy = new LongPath();

    @Setup(Level.Trial)
    public void open() {
        bulk = new StackPair();
        bulk.openBulk();
        bulk.move(300_000_000);
        acked = new AckingPeer();
        lossy = new LongPath();
        lossy.acknowledge(100_000);
        crowded = new StackPair();
        crowded.openIdle(IDLE);
        if (crowded.connections() != IDLE) {
            throw new IllegalStateException("only " + crowded.connections() + " connections were opened");
        }
        crowded.openBulk();
        crowded.move(300_000_000);
    }

    /** One bulk stream: operations are megabits, so the score is the throughput in Mbit/s. */
    @Benchmark
    @BenchmarkMode(Mode.Throughput)
    @OutputTimeUnit(TimeUnit.SECONDS)
    @OperationsPerInvocation(80)
    public void throughputMegabits() {
        bulk.move(80L * MEGABITS);
    }

    /** One packet, data or acknowledgement, built by one stack and processed by the other. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void packet() {
        bulk.carryPackets(PACKETS);
    }

    /** One acknowledgement of two segments, and the two segments that it releases. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void acknowledgement() {
        acked.acknowledge(PACKETS);
    }

    /** One acknowledgement with holes at a window of about 6 MiB, and all that it took to get it: a segment or two each way. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void acknowledgementOfSixMegabytesWithLoss() {
        lossy.acknowledge(PACKETS);
    }

    /** The same as {@link #packet} beside 10,000 idle connections: they must cost nothing. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void packetBesideTenThousandIdleConnections() {
        crowded.carryPackets(PACKETS);
    }
}
