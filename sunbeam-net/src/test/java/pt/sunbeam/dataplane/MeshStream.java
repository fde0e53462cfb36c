package pt.sunbeam.dataplane;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** An application that writes seeded bytes when it is told to, and hashes what it receives. */
final class MeshStream implements TcpEvents {
    private final SplittableRandom random;
    private final CRC32 sentHash = new CRC32();
    private final CRC32 receivedHash = new CRC32();
    private final ByteBuffer outgoing = ByteBuffer.allocate(4096).limit(0);
    private final ByteBuffer incoming = ByteBuffer.allocate(32768);
    private long left;
    private boolean finishing;
    long sent;
    long received;
    boolean connected;
    boolean peerFin;

    @Nullable
    ResetCause reset;

    @Nullable
    ConnectFailure failure;

    @Nullable
    TcpConnection connection;

    MeshStream(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Will send so many bytes as soon as it can, and then a FIN. */
    MeshStream sending(long bytes) {
        left += bytes;
        finishing = true;
        return this;
    }

    void opening(ConnectResult result) {
        switch (result) {
            case ConnectResult.Opening(TcpConnection c) -> connection = c;
            case ConnectResult.Failed(ConnectFailure cause) -> failure = cause;
        }
    }

    /** Writes so many bytes more, as far as there is room now and later. */
    void send(long bytes) {
        left += bytes;
        push();
    }

    boolean hasAllOf(MeshStream other) {
        return received == other.sent && other.left == 0 && receivedHash.getValue() == other.sentHash.getValue();
    }

    private void push() {
        TcpConnection c = connection;
        while (c != null && (left > 0 || outgoing.hasRemaining())) {
            if (!outgoing.hasRemaining()) {
                fill();
            }
            int taken = c.write(outgoing);
            sent += taken;
            if (taken == 0) {
                return;
            }
        }
        if (c != null && finishing) {
            c.shutdownWrite();
        }
    }

    private void fill() {
        int n = (int) Math.min(left, outgoing.capacity());
        random.nextBytes(outgoing.array());
        outgoing.clear().limit(n);
        sentHash.update(outgoing.array(), 0, n);
        left -= n;
    }

    @Override
    public void connected(TcpConnection c) {
        connection = c;
        connected = true;
        push();
    }

    @Override
    public void writable(TcpConnection c) {
        push();
    }

    @Override
    public void readable(TcpConnection c) {
        for (int n = c.read(incoming.clear()); n > 0; n = c.read(incoming.clear())) {
            received += n;
            receivedHash.update(incoming.flip());
        }
    }

    @Override
    public void peerFin(TcpConnection c) {
        peerFin = true;
    }

    @Override
    public void closed(TcpConnection c) {
        c.close();
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
