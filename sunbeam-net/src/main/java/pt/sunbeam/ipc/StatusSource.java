package pt.sunbeam.ipc;

import org.jspecify.annotations.Nullable;

/** Where the control socket's server takes its answers from. Called from the server's threads. */
public interface StatusSource {
    /** The picture of this moment. */
    DaemonStatus status();

    /** The last full report about the network, or null before there is one. */
    @Nullable
    NetcheckStatus netcheck();

    /** A number that grows at every change of state. */
    long changes();

    /** Waits until {@link #changes} is larger than {@code since}, at most {@code timeoutMillis}. */
    void awaitChange(long since, long timeoutMillis) throws InterruptedException;

    /** Asks the daemon to stop; returns at once. */
    void requestStop();
}
