package pt.sunbeam.daemon;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.netcheck.ProbeRegion;
import pt.sunbeam.netcheck.ProbeTargets;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.transport.NameLookups;

/**
 * Finds out the addresses of a relay map's STUN servers. All names of a map are looked up at once, within one limit, and those
 * that take long hold up no others: what is known after a moment is told first, and all of it at the end. One map is worked on
 * at a time, so that an older one never comes after a newer; of those that come meanwhile the last one is next. Methods may be
 * called from any thread; the work is done on a virtual one, which lives while there is some.
 */
final class StunServers {
    private static final Logger LOG = LoggerFactory.getLogger(StunServers.class);

    /** A name server that is well has answered by then; the home should not wait for one that is not. */
    private static final Duration FIRST = Duration.ofMillis(500);

    /** After the first wait: names that take longer are not there. */
    private static final Duration REST = Duration.ofMillis(2500);

    private final NameLookups names = new NameLookups();
    private final Consumer<List<ProbeRegion>> told;

    /** The map that came last; null while there is no work. */
    private final AtomicReference<@Nullable DerpMap> newest = new AtomicReference<>();

    /** @param told gets the servers to ask from now on; may throw RejectedExecutionException when nobody asks any longer */
    StunServers(Consumer<List<ProbeRegion>> told) {
        this.told = told;
    }

    void find(DerpMap map) {
        if (newest.getAndSet(map) == null) {
            Thread.ofVirtual().name("stun-servers").start(this::run);
        }
    }

    private void run() {
        try {
            for (DerpMap map = newest.get(); map != null; map = after(map)) {
                lookUp(map);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RejectedExecutionException e) {
            LOG.debug("the loop ended while the names of STUN servers were looked up", e);
        }
    }

    private @Nullable DerpMap after(DerpMap done) {
        return newest.compareAndSet(done, null) ? null : newest.get();
    }

    private void lookUp(DerpMap map) throws InterruptedException {
        NameLookups.Batch batch = names.begin(ProbeTargets.hostsToResolve(map));
        boolean complete = batch.await(FIRST);
        List<ProbeRegion> first = ProbeTargets.of(map, batch.found());
        told.accept(first);
        if (!complete && map.equals(newest.get())) {
            batch.await(REST);
            List<ProbeRegion> all = ProbeTargets.of(map, batch.found());
            if (!all.equals(first)) {
                told.accept(all);
            }
        }
        batch.abandon();
    }
}
