package pt.sunbeam.netstack.tcp;

import java.util.ArrayDeque;

/** Connections with undelivered events, in the order in which the first one happened. */
final class EventQueue {
    private final ArrayDeque<TcpConnection> waiting = new ArrayDeque<>();
    private boolean delivering;

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    void add(TcpConnection c) {
        if (!c.events.queued) {
            c.events.queued = true;
            waiting.add(c);
        }
    }

    void deliver() {
        if (delivering) {
            return;
        }
        delivering = true;
        try {
            for (TcpConnection c = waiting.poll(); c != null; c = waiting.poll()) {
                c.events.queued = false;
                c.events.deliver();
            }
        } finally {
            delivering = false;
        }
    }
}
