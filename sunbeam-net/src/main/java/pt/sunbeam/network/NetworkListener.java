package pt.sunbeam.network;

/** Hears of changes, on the monitor's thread: an implementation hands them over and returns at once. */
public interface NetworkListener {
    /** The network is not what it was when this was last told. */
    void networkChanged(NetworkChange change);

    /**
     * The machine slept, or this process was stopped: mappings, connections and timers may be stale.
     *
     * @param sleptNanos for about how long
     */
    void woke(long sleptNanos);
}
