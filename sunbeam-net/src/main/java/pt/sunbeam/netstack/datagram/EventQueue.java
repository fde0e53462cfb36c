package pt.sunbeam.netstack.datagram;

import java.util.ArrayDeque;

/** Sockets with undelivered events, in the order in which the first one happened. */
public final class EventQueue {
    private final ArrayDeque<EventSource> waiting = new ArrayDeque<>();

    public boolean isEmpty() {
        return waiting.isEmpty();
    }

    public void add(EventSource source) {
        if (!source.queued) {
            source.queued = true;
            waiting.add(source);
        }
    }

    /** Delivers until nothing is left. */
    public void deliver() {
        for (EventSource source = waiting.poll(); source != null; source = waiting.poll()) {
            source.queued = false;
            source.deliver();
        }
    }
}
