package pt.sunbeam.network;

import java.io.IOException;

/** Where the monitor hears of changes and reads the state. One thread uses it; {@link #wake} may be called by any. */
interface NetworkSource {
    /**
     * Waits.
     *
     * @param timeoutNanos for how long at most; 0 or less does not wait
     * @return true when something may have changed; false when the time is over or {@link #wake} was called
     * @throws IOException when it cannot hear of changes any more
     */
    boolean await(long timeoutNanos) throws IOException;

    NetworkState read() throws IOException;

    /** A clock in nanoseconds that goes on while the machine sleeps, from an arbitrary origin. */
    long sleeplessNanos() throws IOException;

    /** Ends a wait, now or the next one. */
    void wake();

    /** Only by the thread that waits. */
    void close();
}
