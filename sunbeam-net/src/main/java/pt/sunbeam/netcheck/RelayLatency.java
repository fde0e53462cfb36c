package pt.sunbeam.netcheck;

import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.DialTarget;
import pt.sunbeam.transport.Dialer;

/**
 * How far each region is over TCP: what is left to measure where UDP is not used. The relay is asked by HTTPS, and the round trip
 * of that counts; of one that does not answer it, how long connecting took, TLS included, which is several round trips. Regions
 * are asked at the same time, each on a virtual thread of its own; the relays of a region in order, until one can be reached.
 */
public final class RelayLatency {
    private static final Logger LOG = LoggerFactory.getLogger(RelayLatency.class);

    /** A region that cannot be reached by then counts as out of reach. */
    public static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** An answer by HTTPS may take so long. */
    static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);

    /** Relays of a region beyond this many are not asked. */
    static final int MAX_NODES = 2;

    private static final Duration LONGEST = TIMEOUT.plus(ANSWER_TIMEOUT).plusMillis(500);

    private RelayLatency() {}

    /** Nanoseconds by region id; a region out of reach is absent. Blocks, for less than 5 s. */
    public static Map<Integer, Long> measure(Collection<RelayRegion> regions, Dialer dialer, Ticker ticker)
            throws InterruptedException {
        ConcurrentSkipListMap<Integer, Long> measured = new ConcurrentSkipListMap<>();
        CountDownLatch left = new CountDownLatch(regions.size());
        for (RelayRegion region : regions) {
            Thread.ofVirtual().name("relay-latency").start(() -> {
                Long nanos = latencyNanos(region, dialer, ticker);
                if (nanos != null) {
                    measured.put(region.id(), nanos);
                }
                left.countDown();
            });
        }
        left.await(LONGEST.toNanos(), TimeUnit.NANOSECONDS);
        return new TreeMap<>(measured);
    }

    private static @Nullable Long latencyNanos(RelayRegion region, Dialer dialer, Ticker ticker) {
        List<DialTarget> nodes = region.nodes().stream().limit(MAX_NODES).toList();
        for (DialTarget node : nodes) {
            try {
                return latencyNanos(node, TIMEOUT.dividedBy(nodes.size()), dialer, ticker);
            } catch (SunbeamException e) {
                LOG.debug("no latency of {}: {}", node, e.getMessage());
            } catch (InterruptedException | RejectedExecutionException e) {
                LOG.debug("the measurement is over before {} answered", node);
                return null;
            }
        }
        return null;
    }

    private static long latencyNanos(DialTarget node, Duration timeout, Dialer dialer, Ticker ticker)
            throws InterruptedException {
        long startNanos = ticker.nanos();
        Channel channel = dialer.dial(node, timeout);
        try {
            long connectNanos = ticker.nanos() - startNanos;
            Long answerNanos = LatencyCheck.ask(channel, node.hostHeader(), ticker, ANSWER_TIMEOUT);
            return answerNanos == null ? connectNanos : answerNanos;
        } finally {
            channel.close();
        }
    }
}
