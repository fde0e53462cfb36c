package pt.sunbeam.netstack;

import pt.sunbeam.netstack.tcp.TcpConnection;

/** A {@link StreamPeer} that notes the longest time without a byte in either direction, and may wait before it sends or ends. */
final class WatchedPeer extends StreamPeer {
    /** What has to happen first. */
    enum Waits {
        /** Sends at once, and closes its direction when all is written. */
        FOR_NOTHING,
        /** Sends after the peer has closed its direction. */
        FOR_FIN_BEFORE_SENDING,
        /** Sends at once, and closes its direction when as much has come back. */
        FOR_ECHO_BEFORE_FIN
    }

    final Silence silence = new Silence();
    private final Waits waits;
    private final long bytes;

    WatchedPeer(long seed, long bytes, Waits waits) {
        super(seed, bytes);
        this.bytes = bytes;
        this.waits = waits;
        silent = waits == Waits.FOR_FIN_BEFORE_SENDING;
    }

    @Override
    public void connected(TcpConnection c) {
        silence.begin();
        super.connected(c);
    }

    @Override
    public void readable(TcpConnection c) {
        silence.broken();
        super.readable(c);
        if (waits == Waits.FOR_ECHO_BEFORE_FIN && received == bytes) {
            c.shutdownWrite();
        }
    }

    @Override
    public void writable(TcpConnection c) {
        silence.broken();
        super.writable(c);
    }

    @Override
    void allWritten(TcpConnection c) {
        if (waits != Waits.FOR_ECHO_BEFORE_FIN) {
            super.allWritten(c);
        }
    }

    @Override
    public void peerFin(TcpConnection c) {
        super.peerFin(c);
        if (waits == Waits.FOR_FIN_BEFORE_SENDING) {
            push(c);
        }
    }

    @Override
    public void closed(TcpConnection c) {
        silence.broken();
        super.closed(c);
    }
}
