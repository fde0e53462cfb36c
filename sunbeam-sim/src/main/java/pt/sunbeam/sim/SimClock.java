package pt.sunbeam.sim;

import java.util.PriorityQueue;

/**
 * Virtual time: events in the order of their time, those of one instant in the order in which they were planned. Hours
 * pass in milliseconds, and the same plan gives the same run.
 */
public final class SimClock {
    private record Event(long atNanos, long order, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNanos != other.atNanos ? Long.compare(atNanos, other.atNanos) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long nowNanos;
    private long planned;

    public SimClock(long startNanos) {
        nowNanos = startNanos;
    }

    public long nowNanos() {
        return nowNanos;
    }

    /** Plans {@code action} at {@code atNanos}, at once when that is past. */
    public void at(long atNanos, Runnable action) {
        events.add(new Event(Math.max(atNanos, nowNanos), planned++, action));
    }

    public void after(long delayNanos, Runnable action) {
        at(nowNanos + delayNanos, action);
    }

    /** Time of the next event, or {@link Long#MAX_VALUE}. */
    public long nextEventNanos() {
        Event next = events.peek();
        return next == null ? Long.MAX_VALUE : next.atNanos();
    }

    /** Moves time to {@code untilNanos}, running what is planned until then. */
    public void runUntil(long untilNanos) {
        while (nextEventNanos() <= untilNanos) {
            runNext();
        }
        nowNanos = Math.max(nowNanos, untilNanos);
    }

    /** Runs the next event; false when there is none. */
    public boolean runNext() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        nowNanos = next.atNanos();
        next.action().run();
        return true;
    }
}
