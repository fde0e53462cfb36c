package pt.sunbeam.netstack.tcp;

import org.jspecify.annotations.Nullable;

/** What has happened to one connection and was not told yet, and who is told. */
final class PendingEvents {
    static final int CONNECTED = 1;
    static final int READABLE = 2;
    static final int WRITABLE = 4;
    static final int PEER_FIN = 8;
    static final int CLOSED = 16;
    private static final int RESET = 32;
    private static final int FAILED = 64;

    private final TcpConnection c;
    private @Nullable TcpEvents listener;
    private int happened;
    private ResetCause resetCause = ResetCause.LOCAL_ABORT;
    private ConnectFailure failure = ConnectFailure.TIMED_OUT;

    /** Kept by {@link EventQueue}. */
    boolean queued;

    PendingEvents(TcpConnection c) {
        this.c = c;
    }

    void tell(TcpEvents to) {
        listener = to;
    }

    /** Nobody listens any more. */
    void tellNobody() {
        listener = null;
    }

    void raise(int event) {
        happened |= event;
        if (listener != null) {
            c.layer.eventPending(c);
        }
    }

    void raiseReset(ResetCause cause) {
        resetCause = cause;
        raise(RESET);
    }

    void raiseFailed(ConnectFailure cause) {
        failure = cause;
        raise(FAILED);
    }

    /** Delivers what has happened since the last time, in the order in which it makes sense. */
    void deliver() {
        int events = happened;
        happened = 0;
        for (int event = CONNECTED; event <= FAILED; event <<= 1) {
            if ((events & event) != 0) {
                deliver(event);
            }
        }
    }

    private void deliver(int event) {
        TcpEvents to = listener;
        if (to == null) {
            return;
        }
        switch (event) {
            case CONNECTED -> to.connected(c);
            case READABLE -> to.readable(c);
            case WRITABLE -> to.writable(c);
            case PEER_FIN -> to.peerFin(c);
            case CLOSED -> to.closed(c);
            case RESET -> to.reset(c, resetCause);
            default -> to.connectFailed(c, failure);
        }
    }
}
