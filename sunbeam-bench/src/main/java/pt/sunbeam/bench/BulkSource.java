package pt.sunbeam.bench;

import java.nio.ByteBuffer;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** An application of our stack that sends without end. */
public final class BulkSource implements TcpEvents {
    private final ByteBuffer bytes = ByteBuffer.allocate(65536);

    @Override
    public void connected(TcpConnection c) {
        writable(c);
    }

    @Override
    public void writable(TcpConnection c) {
        while (c.write(bytes.clear()) > 0) {
            // as much as fits
        }
    }
}
