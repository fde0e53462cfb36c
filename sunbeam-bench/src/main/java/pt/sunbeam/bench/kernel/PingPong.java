package pt.sunbeam.bench.kernel;

import java.nio.ByteBuffer;
import java.util.Arrays;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** An application of our stack that sends one byte, waits for its echo, and notes how long that took, again and again. */
final class PingPong implements TcpEvents {
    private final ByteBuffer one = ByteBuffer.allocate(1);
    private long[] nanos = new long[1024];
    private int count;
    private long sentNanos;

    @Override
    public void connected(TcpConnection c) {
        ping(c);
    }

    private void ping(TcpConnection c) {
        sentNanos = System.nanoTime();
        if (c.write(one.clear()) != 1) {
            throw new IllegalStateException("an empty send buffer takes no byte");
        }
    }

    @Override
    public void readable(TcpConnection c) {
        if (c.read(one.clear()) == 1) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = System.nanoTime() - sentNanos;
            ping(c);
        }
    }

    /** The samples since the last call. */
    Samples take() {
        Samples taken = new Samples(nanos, count);
        count = 0;
        return taken;
    }
}
