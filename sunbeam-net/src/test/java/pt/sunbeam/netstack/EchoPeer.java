package pt.sunbeam.netstack;

import java.nio.ByteBuffer;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** An application that sends back what it gets, and closes its direction after the peer has. */
final class EchoPeer implements TcpEvents {
    final Silence silence = new Silence();
    volatile boolean closed;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(32768).limit(0);

    @Override
    public void connected(TcpConnection c) {
        silence.begin();
    }

    @Override
    public void readable(TcpConnection c) {
        silence.broken();
        echo(c);
    }

    @Override
    public void writable(TcpConnection c) {
        silence.broken();
        echo(c);
    }

    @Override
    public void peerFin(TcpConnection c) {
        echo(c);
    }

    private void echo(TcpConnection c) {
        while (!bytes.hasRemaining() || c.write(bytes) > 0) {
            if (!bytes.hasRemaining() && !refill(c)) {
                break;
            }
        }
        if (c.isPeerFin() && c.readableBytes() == 0 && !bytes.hasRemaining()) {
            c.shutdownWrite();
        }
    }

    private boolean refill(TcpConnection c) {
        c.read(bytes.clear());
        return bytes.flip().hasRemaining();
    }

    @Override
    public void closed(TcpConnection c) {
        silence.broken();
        closed = true;
        c.close();
    }
}
