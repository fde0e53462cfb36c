package pt.sunbeam.netstack.drive;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.netstack.tcp.TcpInfo;
import pt.sunbeam.netstack.tcp.TcpState;

/**
 * One TCP socket of a {@link DrivenStack}. Calls never block and only change state: what they cause to be sent is fetched
 * with {@link DrivenStack#output}. {@code nowNanos} is the monotonic time of the call, as everywhere in this package; one that is
 * earlier than that of a call before is an {@link IllegalArgumentException}.
 */
public final class DrivenSocket {
    private static final byte[] NO_BYTES = {};

    private final DrivenStack stack;
    private final Events listener = new Events();
    private List<SocketEvent> events = new ArrayList<>();
    private @Nullable TcpConnection connection;

    DrivenSocket(DrivenStack stack) {
        this.stack = stack;
    }

    TcpEvents opening(@Nullable TcpConnection opened) {
        connection = opened;
        return listener;
    }

    void failed(ConnectFailure failure) {
        events.add(new SocketEvent.Failed(failure));
    }

    /**
     * Takes as many of {@code length} bytes as there is room for; returns how many. 0 when the direction is closed.
     *
     * @throws IllegalArgumentException when the clock goes back, or the bytes are not all within {@code bytes}
     */
    public int write(byte[] bytes, int offset, int length, long nowNanos) {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new IllegalArgumentException(
                    "write: " + length + " bytes from " + offset + " on are not within " + bytes.length);
        }
        stack.turn(nowNanos);
        return connection == null ? 0 : connection.write(ByteBuffer.wrap(bytes, offset, length));
    }

    /**
     * At most {@code maxBytes} of the bytes that have come in order; reading opens the window.
     *
     * @throws IllegalArgumentException when the clock goes back, or {@code maxBytes} is negative
     */
    public byte[] read(int maxBytes, long nowNanos) {
        if (maxBytes < 0) {
            throw new IllegalArgumentException("read: " + maxBytes + " bytes; 0 is the least");
        }
        stack.turn(nowNanos);
        if (connection == null) {
            return NO_BYTES;
        }
        byte[] out = new byte[Math.min(maxBytes, connection.readableBytes())];
        connection.read(ByteBuffer.wrap(out));
        return out;
    }

    /** Closes our direction behind what was written: {@code shutdown(SHUT_WR)}. */
    public void shutdownWrite(long nowNanos) {
        stack.turn(nowNanos);
        if (connection != null) {
            connection.shutdownWrite();
        }
    }

    /** Lets go of the socket; there are no events afterwards. With unread bytes the peer gets a reset. */
    public void close(long nowNanos) {
        stack.turn(nowNanos);
        if (connection != null) {
            connection.close();
        }
    }

    /** Resets the connection; there are no events afterwards. */
    public void abort(long nowNanos) {
        stack.turn(nowNanos);
        if (connection != null) {
            connection.abort();
        }
    }

    /** The state of RFC 9293 section 3.3.2; CLOSED again when TIME-WAIT is over. */
    public TcpState state() {
        return connection == null ? TcpState.CLOSED : connection.state();
    }

    /** The connection's figures, or null when there never was one. */
    public @Nullable TcpInfo info() {
        return connection == null ? null : connection.info();
    }

    /** What has happened since the last call, in order. */
    public List<SocketEvent> takeEvents() {
        List<SocketEvent> taken = events;
        events = new ArrayList<>();
        return taken;
    }

    private final class Events implements TcpEvents {
        @Override
        public void connected(TcpConnection c) {
            events.add(new SocketEvent.Connected());
        }

        @Override
        public void readable(TcpConnection c) {
            events.add(new SocketEvent.BytesCame());
        }

        @Override
        public void writable(TcpConnection c) {
            events.add(new SocketEvent.RoomCame());
        }

        @Override
        public void peerFin(TcpConnection c) {
            events.add(new SocketEvent.PeerFin());
        }

        @Override
        public void closed(TcpConnection c) {
            events.add(new SocketEvent.Closed());
        }

        @Override
        public void reset(TcpConnection c, ResetCause cause) {
            events.add(new SocketEvent.Reset(cause));
        }

        @Override
        public void connectFailed(TcpConnection c, ConnectFailure failure) {
            failed(failure);
        }
    }
}
