package pt.sunbeam.netstack;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** An application that sends so many random bytes, closes its direction, and hashes what it receives. */
class StreamPeer implements TcpEvents {
    private final SplittableRandom random;
    private final CRC32 sentHash = new CRC32();
    private final CRC32 receivedHash = new CRC32();
    private final ByteBuffer outgoing = ByteBuffer.allocate(8192).limit(0);
    private final ByteBuffer incoming = ByteBuffer.allocateDirect(32768);
    private long left;
    boolean paused;
    boolean silent;
    long received;
    boolean connected;
    boolean peerFin;
    boolean closed;

    @Nullable
    ResetCause reset;

    @Nullable
    ConnectFailure failure;

    @Nullable
    TcpConnection connection;

    StreamPeer(long seed, long bytes) {
        random = new SplittableRandom(seed);
        left = bytes;
    }

    long sentHash() {
        return sentHash.getValue();
    }

    long receivedHash() {
        return receivedHash.getValue();
    }

    @Override
    public void connected(TcpConnection c) {
        connection = c;
        connected = true;
        if (!silent) {
            push(c);
        }
    }

    void push(TcpConnection c) {
        while (left > 0 || outgoing.hasRemaining()) {
            if (!outgoing.hasRemaining()) {
                fill();
            }
            if (c.write(outgoing) == 0) {
                return;
            }
        }
        allWritten(c);
    }

    /** Everything is written; closes the direction. */
    void allWritten(TcpConnection c) {
        c.shutdownWrite();
    }

    private void fill() {
        int n = (int) Math.min(left, 1 + random.nextInt(outgoing.capacity()));
        random.nextBytes(outgoing.array());
        outgoing.clear().limit(n);
        sentHash.update(outgoing.array(), 0, n);
        left -= n;
    }

    @Override
    public void writable(TcpConnection c) {
        push(c);
    }

    @Override
    public void readable(TcpConnection c) {
        if (!paused) {
            drain(c);
        }
    }

    void drain(TcpConnection c) {
        int n = c.read(incoming.clear());
        while (n > 0) {
            received += n;
            receivedHash.update(incoming.flip());
            n = c.read(incoming.clear());
        }
    }

    @Override
    public void peerFin(TcpConnection c) {
        peerFin = true;
    }

    @Override
    public void closed(TcpConnection c) {
        closed = true;
        if (!paused) {
            c.close();
        }
    }

    @Override
    public void reset(TcpConnection c, ResetCause cause) {
        reset = cause;
    }

    @Override
    public void connectFailed(TcpConnection c, ConnectFailure cause) {
        failure = cause;
    }
}
