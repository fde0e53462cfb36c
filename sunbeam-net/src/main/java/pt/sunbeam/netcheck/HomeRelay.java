package pt.sunbeam.netcheck;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.time.Deadline;

/**
 * The choice of the home region (Tailscale 1.103, net/netcheck/netcheck.go, addReportHistoryAndSetPreferredDERP). Every change
 * must be told to the server and to all peers; so regions are judged by their best latency of five minutes, and a home is left
 * only for one that is clearly nearer. One thread owns it.
 *
 * <p>Times of connecting and latencies of STUN are never compared with each other.
 */
public final class HomeRelay {
    /** Reports older than this are forgotten. */
    static final long HISTORY_NANOS = Deadline.seconds(305);

    private static final int MAX_HISTORY = 64;

    /** A new home must be nearer by at least this much… */
    private static final long BETTER_BY_NANOS = Deadline.millis(10);

    /** …and by at least a third. */
    private static final double BETTER_FACTOR = 2.0 / 3.0;

    /** A home that has been heard on its connection within this time is reachable, whatever the measurement says. */
    static final long HEARD_NANOS = Deadline.seconds(8);

    private final int fallback;
    private final Deque<NetReport> history = new ArrayDeque<>();

    public HomeRelay(RandomGenerator random) {
        fallback = random.nextInt();
    }

    /**
     * The region to call home, by this report and those before it.
     *
     * @param current the home so far; 0 for none
     * @param currentHeardNanos when the last frame came from it, or {@link Deadline#LONG_AGO}
     * @param candidates regions that may be home, by id
     * @param map for the server's factor on each region's latency
     * @return 0 only when there is no candidate
     */
    public int onReport(
            NetReport report, int current, long currentHeardNanos, SortedSet<Integer> candidates, DerpMap map) {
        remember(report);
        SortedMap<Integer, Long> nowNanos = new TreeMap<>(report.latencyNanos());
        nowNanos.keySet().retainAll(candidates);
        if (nowNanos.isEmpty()) {
            return withoutAnswer(current, candidates);
        }
        SortedMap<Integer, Double> recent = recent(report, map);
        int best = nowNanos.firstKey();
        for (int region : nowNanos.keySet()) {
            best = recent(recent, region) < recent(recent, best) ? region : best;
        }
        boolean heard =
                currentHeardNanos >= report.startedNanos() || report.takenNanos() - currentHeardNanos <= HEARD_NANOS;
        Long measured = nowNanos.get(current);
        if (best == current || !candidates.contains(current) || measured == null && !heard) {
            return best;
        }
        double currentNanos = measured == null ? 0 : measured * map.regionScore(current);
        double bestNanos = recent(recent, best);
        boolean clearlyNearer =
                currentNanos - bestNanos >= BETTER_BY_NANOS && bestNanos <= currentNanos * BETTER_FACTOR;
        return clearlyNearer ? best : current;
    }

    /**
     * The home when nothing is known of any region: the current one, else one that chance picks once for the process. A bad
     * home is better than none.
     */
    public int withoutAnswer(int current, SortedSet<Integer> candidates) {
        if (candidates.isEmpty() || candidates.contains(current)) {
            return candidates.isEmpty() ? 0 : current;
        }
        int skipped = Math.floorMod(fallback, candidates.size());
        return candidates.stream().skip(skipped).findFirst().orElse(0);
    }

    private void remember(NetReport report) {
        history.addLast(report);
        while (history.size() > MAX_HISTORY
                || report.takenNanos() - history.getFirst().takenNanos() > HISTORY_NANOS) {
            history.removeFirst();
        }
    }

    /** Each region's best of the history, weighed by the server's factor. */
    private SortedMap<Integer, Double> recent(NetReport report, DerpMap map) {
        SortedMap<Integer, Double> recent = new TreeMap<>();
        for (NetReport past : history) {
            if (past.udp() == report.udp()) {
                past.latencyNanos()
                        .forEach((region, nanos) -> recent.merge(region, nanos * map.regionScore(region), Math::min));
            }
        }
        return recent;
    }

    private static double recent(Map<Integer, Double> recent, int region) {
        return recent.getOrDefault(region, Double.MAX_VALUE);
    }
}
