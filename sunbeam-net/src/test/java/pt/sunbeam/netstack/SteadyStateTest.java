package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.time.Deadline;

/** One bulk stream between two stacks that exchange batches directly: what it costs when it runs. */
class SteadyStateTest {
    private static final IpAddress A = IpAddress.v4(0x64400001);
    private static final IpAddress B = IpAddress.v4(0x64400002);

    private final Egress[] egress = new Egress[2];
    private final Stack a = new Stack(StackConfig.DEFAULT, new SplittableRandom(1), address -> egress[0]);
    private final Stack b = new Stack(StackConfig.DEFAULT, new SplittableRandom(2), address -> egress[1]);
    private final PacketBatch batch = PacketBatch.ofPackets(48, 1280);
    private final ByteBuffer source = ByteBuffer.allocate(65536);
    private long nowNanos = 1_000_000_000L;
    private long received;
    private long packets;

    private final class Sink implements TcpEvents {
        private final ByteBuffer target = ByteBuffer.allocate(65536);

        @Override
        public void readable(TcpConnection c) {
            for (int n = c.read(target.clear()); n > 0; n = c.read(target.clear())) {
                received += n;
            }
        }
    }

    private final class Source implements TcpEvents {
        @Override
        public void connected(TcpConnection c) {
            writable(c);
        }

        @Override
        public void writable(TcpConnection c) {
            while (c.write(source.clear()) > 0) {
                // as much as fits
            }
        }
    }

    private boolean carry(Stack from, Egress out, Stack to) {
        batch.clear();
        if (!from.isReady(out) || from.pull(out, batch, Integer.MAX_VALUE, nowNanos) == 0) {
            return false;
        }
        packets += batch.count();
        batch.setArrivalNanos(nowNanos);
        to.input(batch, nowNanos);
        return true;
    }

    private void move(long bytes) {
        long end = received + bytes;
        while (received < end) {
            boolean moved = carry(a, egress[0], b);
            moved |= carry(b, egress[1], a);
            nowNanos += moved ? 10_000 : Deadline.MILLI;
            a.advance(nowNanos);
            b.advance(nowNanos);
        }
    }

    @Test
    void aBulkStreamAllocatesNextToNothing() {
        egress[0] = a.newEgress("b", e -> {});
        egress[1] = b.newEgress("a", e -> {});
        a.setAddresses(List.of(A));
        b.setAddresses(List.of(B));
        b.listen(80, c -> new Sink());
        a.connect(new IpEndpoint(B, 80), ConnectOptions.DEFAULT, new Source(), nowNanos);
        move(300_000_000);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long allocated = threads.getCurrentThreadAllocatedBytes();
        long packetsBefore = packets;
        move(1_000_000_000);
        allocated = threads.getCurrentThreadAllocatedBytes() - allocated;
        assertThat(allocated / (packets - packetsBefore)).as("bytes a packet").isLessThan(8);
        assertThat(a.status().counters().segmentsRetransmitted()).isZero();
    }
}
