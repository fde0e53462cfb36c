package pt.sunbeam.netstack;

import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** Two connections of ours that carry each other's bytes and ends, so that two programs of the kernel's meet through them. */
final class RelayedConnection {
    final Silence silence = new Silence();
    private final End near = new End();
    private final End far = new End();
    private final Consumer<TcpEvents> opener;
    private final long mostFromFar;
    private volatile long surplus;
    private boolean held;

    /**
     * The far connection is opened by {@code opener}, with who hears of it, once the near one is there.
     *
     * @param mostFromFar what comes from the far side after so many bytes is counted and thrown away
     */
    RelayedConnection(Consumer<TcpEvents> opener, long mostFromFar) {
        this.opener = opener;
        this.mostFromFar = mostFromFar;
    }

    /** Hears of the connection that was opened to us. */
    TcpEvents near() {
        return near;
    }

    /** What comes from the near side stays there, from now on or no longer. */
    void hold(boolean wait) {
        held = wait;
        pump();
    }

    /** True when something of the near side's waits for the end of the hold; on the stack's thread. */
    boolean isHolding() {
        return held && near.connection != null && near.connection.readableBytes() > 0;
    }

    long carriedFromNear() {
        return near.carried;
    }

    long carriedFromFar() {
        return far.carried;
    }

    /** Bytes that came from the far side and were thrown away. */
    long surplusFromFar() {
        return surplus;
    }

    /** True when the far side has acknowledged all that was carried to it; on the stack's thread. */
    boolean isFarServed() {
        TcpConnection c = far.connection;
        return c != null && !near.hasMore() && c.info().unackedBufferedBytes() == 0;
    }

    /** True when both connections have ended with both directions closed. */
    boolean isClosed() {
        return near.closed && far.closed;
    }

    private void pump() {
        TcpConnection here = near.connection;
        TcpConnection there = far.connection;
        if (here != null && there != null) {
            if (!held) {
                near.carry(here, there);
            }
            far.carry(there, here);
        }
    }

    private void abort() {
        for (End end : new End[] {near, far}) {
            if (end.connection != null) {
                end.connection.abort();
            }
        }
    }

    private final class End implements TcpEvents {
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(65536).limit(0);
        private volatile long carried;
        private volatile boolean closed;

        @Nullable
        private TcpConnection connection;

        @Override
        public void connected(TcpConnection c) {
            connection = c;
            silence.begin();
            if (this == near) {
                opener.accept(far);
            }
            pump();
        }

        @Override
        public void readable(TcpConnection c) {
            pump();
        }

        @Override
        public void writable(TcpConnection c) {
            pump();
        }

        @Override
        public void peerFin(TcpConnection c) {
            pump();
        }

        private void carry(TcpConnection from, TcpConnection to) {
            while (bytes.hasRemaining() || refill(from)) {
                int taken = to.write(bytes);
                carried += taken;
                if (taken == 0 && bytes.hasRemaining()) {
                    return;
                }
                silence.broken();
            }
            if (from.isPeerFin() && from.readableBytes() == 0) {
                to.shutdownWrite();
            }
        }

        private boolean hasMore() {
            return bytes.hasRemaining() || connection == null || connection.readableBytes() > 0;
        }

        private boolean refill(TcpConnection from) {
            int count = from.read(bytes.clear());
            bytes.flip();
            if (this == far && count > mostFromFar - carried) {
                bytes.limit((int) (mostFromFar - carried));
                surplus += count - bytes.limit();
            }
            return count > 0;
        }

        @Override
        public void closed(TcpConnection c) {
            closed = true;
            c.close();
        }

        @Override
        public void reset(TcpConnection c, ResetCause cause) {
            abort();
        }

        @Override
        public void connectFailed(TcpConnection c, ConnectFailure failure) {
            abort();
        }
    }
}
