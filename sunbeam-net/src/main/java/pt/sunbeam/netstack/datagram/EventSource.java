package pt.sunbeam.netstack.datagram;

/** A socket that has something to tell. */
public abstract class EventSource {
    /** Kept by {@link EventQueue}. */
    boolean queued;

    /** Tells what has happened since the last time. */
    protected abstract void deliver();
}
