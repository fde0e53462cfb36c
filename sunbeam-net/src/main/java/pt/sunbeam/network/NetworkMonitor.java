package pt.sunbeam.network;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;

/**
 * Tells a listener when addresses, routes or links of this machine changed, and when the machine slept. On Linux the kernel
 * tells it by netlink; elsewhere, and where native access or the socket is refused, it looks every 5 s. One daemon thread,
 * {@code network-monitor}, waits, reads and tells. It watches the network namespace of the thread that starts it.
 */
public final class NetworkMonitor implements AutoCloseable {
    /** A sleep that is longer is told. Time services step a wall clock by less. */
    static final long SLEEP_NANOS = Deadline.seconds(10);

    /** How often clocks are compared, and so how late a wake-up is noticed when nothing else happens. */
    static final long TICK_NANOS = Deadline.seconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(NetworkMonitor.class);

    private final NetworkListener listener;
    private final Ticker ticker;
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable NetworkSource source;
    private volatile @Nullable NetworkWatch watch;

    private NetworkMonitor(NetworkListener listener, Ticker ticker) {
        this.listener = listener;
        this.ticker = ticker;
        this.thread = Thread.ofPlatform().daemon().name("network-monitor").unstarted(this::run);
    }

    /** Starts to watch; changes from the first reading of {@link #state} on are told. */
    public static NetworkMonitor start(NetworkListener listener) {
        NetworkMonitor monitor = new NetworkMonitor(listener, Ticker.system());
        monitor.thread.start();
        return monitor;
    }

    /**
     * The network as last read, never older than what the listener has heard; null before the first reading, some
     * milliseconds after the start.
     */
    public @Nullable NetworkState state() {
        NetworkWatch current = watch;
        return current == null ? null : current.state();
    }

    /** Whether its thread runs: from the start to the end of {@link #close}. */
    boolean isAlive() {
        return thread.isAlive();
    }

    /** Ends the thread, and returns when it has ended; called by the listener it returns at once. */
    @Override
    public void close() {
        closing = true;
        NetworkSource current = source;
        if (current != null) {
            current.wake();
        }
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        if (!watch(openSource()) && !closing) {
            watch(new PollingSource(ticker));
        }
    }

    private NetworkSource openSource() {
        try {
            return NetlinkSource.open();
        } catch (IOException e) {
            LOG.debug("network changes are polled for: {}", e.getMessage());
            return new PollingSource(ticker);
        }
    }

    /** Watches until {@link #close}; false when the source failed. */
    private boolean watch(NetworkSource from) {
        source = from;
        try {
            NetworkWatch current = begin(from);
            watch = current;
            while (!closing) {
                current.turn();
            }
            return true;
        } catch (IOException e) {
            LOG.debug("network changes cannot be heard of any more: {}", e.getMessage());
            return false;
        } finally {
            from.close();
        }
    }

    /** What another source has read before may be told in other words; a change too many costs little. */
    private NetworkWatch begin(NetworkSource from) {
        NetworkState before = state();
        NetworkState first = before == null ? firstReading(from) : before;
        NetworkWatch next = new NetworkWatch(from, first, listener, ticker);
        if (before != null || first.equals(NetworkState.UNKNOWN)) {
            next.doubt();
        }
        return next;
    }

    /**
     * The network at this moment, read by the calling thread and in its namespace, which takes milliseconds;
     * {@link NetworkState#UNKNOWN} where the system does not tell.
     */
    public static NetworkState present() {
        NetworkSource source;
        try {
            source = NetlinkSource.open();
        } catch (IOException e) {
            source = new PollingSource(Ticker.system());
        }
        try {
            return firstReading(source);
        } finally {
            source.close();
        }
    }

    private static NetworkState firstReading(NetworkSource from) {
        try {
            return from.read();
        } catch (IOException e) {
            LOG.debug("the network's state cannot be read yet: {}", e.getMessage());
            return NetworkState.UNKNOWN;
        }
    }
}
