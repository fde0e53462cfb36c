package pt.sunbeam.network;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.time.Ticker;

/** One source watched by the monitor's thread: waits, compares clocks, reads after a burst, and tells. */
final class NetworkWatch {
    private static final Logger LOG = LoggerFactory.getLogger(NetworkWatch.class);

    private final NetworkSource source;
    private final NetworkListener listener;
    private final Ticker ticker;
    private final SleepDetector sleep = new SleepDetector(NetworkMonitor.SLEEP_NANOS, NetworkMonitor.TICK_NANOS);
    private final ChangeGatherer gatherer;
    private volatile NetworkState state;
    private long nextTickNanos;

    /** Tells changes from {@code first} on: the source's first reading, or what an earlier source has read. */
    NetworkWatch(NetworkSource source, NetworkState first, NetworkListener listener, Ticker ticker) {
        this.source = source;
        this.listener = listener;
        this.ticker = ticker;
        this.state = first;
        this.gatherer = new ChangeGatherer(first, ticker.nanos());
        this.nextTickNanos = ticker.nanos();
    }

    /** Something may have changed before this watch began. */
    void doubt() {
        gatherer.onSign(ticker.nanos());
    }

    /** The state as last read, never older than what the listener has heard; any thread may ask. */
    NetworkState state() {
        return state;
    }

    /**
     * Waits for the next thing to do, and does it.
     *
     * @throws IOException when the source has failed
     */
    void turn() throws IOException {
        long deadlineNanos = Math.min(nextTickNanos, gatherer.nextDeadlineNanos());
        if (source.await(deadlineNanos - ticker.nanos())) {
            gatherer.onSign(ticker.nanos());
        }
        compareClocks();
        if (gatherer.onTimer(ticker.nanos())) {
            readAndTell();
        }
    }

    private void compareClocks() throws IOException {
        long nowNanos = ticker.nanos();
        nextTickNanos = nowNanos + NetworkMonitor.TICK_NANOS;
        long sleptNanos = sleep.onTick(nowNanos, source.sleeplessNanos());
        if (sleptNanos > 0) {
            gatherer.onSign(nowNanos);
            tell(() -> listener.woke(sleptNanos));
        }
    }

    private void readAndTell() {
        NetworkState read;
        try {
            read = source.read();
        } catch (IOException e) {
            LOG.debug("the network's state cannot be read now: {}", e.getMessage());
            gatherer.onUnreadable(ticker.nanos());
            return;
        }
        state = read;
        NetworkChange change = gatherer.onState(read, ticker.nanos());
        if (!change.isNone()) {
            tell(() -> listener.networkChanged(change));
        }
    }

    /** A listener that fails must not end the watch. */
    private static void tell(Runnable telling) {
        try {
            telling.run();
        } catch (RuntimeException e) {
            LOG.warn("a listener of network changes failed", e);
        }
    }
}
