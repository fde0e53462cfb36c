package pt.sunbeam.netstack.tcp;

import org.jspecify.annotations.Nullable;

/** Connections that have something to send, first in first out, linked through their own fields. */
final class ReadyList {
    private @Nullable TcpConnection first;
    private @Nullable TcpConnection last;

    boolean isEmpty() {
        return first == null;
    }

    @Nullable
    TcpConnection first() {
        return first;
    }

    void append(TcpConnection c) {
        c.readyList = this;
        c.readyPrevious = last;
        c.readyNext = null;
        if (last == null) {
            first = c;
        } else {
            last.readyNext = c;
        }
        last = c;
    }

    void remove(TcpConnection c) {
        TcpConnection previous = c.readyPrevious;
        TcpConnection next = c.readyNext;
        if (previous == null) {
            first = next;
        } else {
            previous.readyNext = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.readyPrevious = previous;
        }
        c.readyList = null;
        c.readyPrevious = null;
        c.readyNext = null;
    }
}
