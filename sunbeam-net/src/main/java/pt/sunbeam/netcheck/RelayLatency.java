package pt.sunbeam.netcheck;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.Dialer;

/**
 * How long each region's relay takes to accept a connection, TLS included: what is left to measure where UDP is not used.
 * Regions are dialled at the same time, each on a virtual thread of its own.
 */
public final class RelayLatency {
    /** A region that has not answered by then counts as out of reach. */
    public static final Duration TIMEOUT = Duration.ofSeconds(3);

    private RelayLatency() {}

    /** Nanoseconds by region id; a region out of reach is absent. Blocks, at most a little longer than {@link #TIMEOUT}. */
    public static Map<Integer, Long> measure(Collection<RelayRegion> regions, Dialer dialer, Ticker ticker)
            throws InterruptedException {
        ConcurrentSkipListMap<Integer, Long> measured = new ConcurrentSkipListMap<>();
        CountDownLatch left = new CountDownLatch(regions.size());
        for (RelayRegion region : regions) {
            Thread.ofVirtual().name("relay-latency").start(() -> {
                long startNanos = ticker.nanos();
                if (answers(region, dialer)) {
                    measured.put(region.id(), ticker.nanos() - startNanos);
                }
                left.countDown();
            });
        }
        left.await(TIMEOUT.toMillis() + 500, TimeUnit.MILLISECONDS);
        return new TreeMap<>(measured);
    }

    private static boolean answers(RelayRegion region, Dialer dialer) {
        if (region.nodes().isEmpty()) {
            return false;
        }
        try {
            dialer.dial(region.nodes().getFirst(), TIMEOUT).close();
            return true;
        } catch (SunbeamException e) {
            return false;
        }
    }
}
