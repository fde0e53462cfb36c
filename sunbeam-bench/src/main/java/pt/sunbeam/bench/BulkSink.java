package pt.sunbeam.bench;

import java.nio.ByteBuffer;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** An application of our stack that reads whatever comes, and counts it. */
public final class BulkSink implements TcpEvents {
    private final ByteBuffer bytes = ByteBuffer.allocate(65536);
    private long receivedBytes;

    public long receivedBytes() {
        return receivedBytes;
    }

    @Override
    public void readable(TcpConnection c) {
        for (int n = c.read(bytes.clear()); n > 0; n = c.read(bytes.clear())) {
            receivedBytes += n;
        }
    }
}
