package pt.sunbeam.netcheck;

import java.util.Map;
import java.util.SortedSet;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.time.Deadline;

/**
 * The choice of the home region. A home is left only for one that is clearly nearer, because every change must be told to
 * the server and to all peers.
 */
public final class HomeRelay {
    /** Tailscale 1.102, net/netcheck: a new home must be nearer by this much… */
    private static final long BETTER_BY_NANOS = Deadline.millis(10);

    /** …and by a third. */
    private static final double BETTER_FACTOR = 2.0 / 3.0;

    private HomeRelay() {}

    /**
     * The region to call home.
     *
     * @param current the home so far; 0 for none
     * @param candidates regions that may be home, by id
     * @param latencyNanos what was measured; a region out of reach is absent
     * @param map for the server's factor on each region's latency
     * @return 0 only when there is no candidate; without any measurement the current home, else the lowest id
     */
    public static int choose(int current, SortedSet<Integer> candidates, Map<Integer, Long> latencyNanos, DerpMap map) {
        if (candidates.isEmpty()) {
            return 0;
        }
        int best = 0;
        double bestNanos = Double.MAX_VALUE;
        for (int region : candidates) {
            Long measured = latencyNanos.get(region);
            double score = measured == null ? Double.MAX_VALUE : measured * map.regionScore(region);
            if (score < bestNanos) {
                bestNanos = score;
                best = region;
            }
        }
        if (best == 0) {
            return candidates.contains(current) ? current : candidates.first();
        }
        Long now = candidates.contains(current) ? latencyNanos.get(current) : null;
        if (now == null || best == current) {
            return best;
        }
        double nowNanos = now * map.regionScore(current);
        boolean clearlyNearer = bestNanos < nowNanos * BETTER_FACTOR && nowNanos - bestNanos > BETTER_BY_NANOS;
        return clearlyNearer ? best : current;
    }
}
