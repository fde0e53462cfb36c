package pt.sunbeam.netcheck;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Deadline;

/**
 * Which servers are asked when, in one measurement (Tailscale 1.103, net/netcheck/netcheck.go, makeProbePlan). A full plan
 * asks every region; an incremental one the nearest of last time and the home, and is what a node can afford every 20 s.
 *
 * @param full whether every region is asked
 * @param osHasIpv6 whether this machine has IPv6
 * @param probes by delay
 */
public record ProbePlan(boolean full, boolean osHasIpv6, List<Probe> probes) {
    /** At the latest so long after the last full report another is due. */
    static final long FULL_INTERVAL_NANOS = Deadline.seconds(300);

    private static final int FULL_TRIES = 3;
    private static final long FULL_RETRY_NANOS = Deadline.millis(100);

    private static final int NEAREST_REGIONS = 3;
    private static final int FASTEST = 2;
    private static final int FASTEST_TRIES = 2;
    private static final int HOME_TRIES = 4;
    private static final long UNKNOWN_LATENCY_NANOS = Deadline.millis(200);
    private static final long LATE_RETRY_NANOS = Deadline.millis(50);

    public ProbePlan {
        probes = probes.stream()
                .sorted(Comparator.comparingLong(Probe::delayNanos))
                .toList();
    }

    /**
     * One request.
     *
     * @param delayNanos from the start of the measurement
     */
    public record Probe(int region, IpEndpoint server, long delayNanos) {
        boolean v6() {
            return server.address().v6();
        }
    }

    /**
     * The plan that is due: full at first, every 5 minutes, and after a report without an answer; else incremental.
     *
     * @param givenUp whether UDP counts as forbidden: then a few servers are asked once, to hear when it no longer is
     * @param v4 whether an IPv4 socket is open
     * @param v6 whether an IPv6 socket is open
     * @param last the last report, or null after a change of the network
     * @param lastFullNanos when the last full report was taken
     * @param home the home region, 0 for none
     */
    public static ProbePlan due(
            List<ProbeRegion> regions,
            boolean givenUp,
            boolean v4,
            boolean v6,
            @Nullable NetReport last,
            long lastFullNanos,
            int home,
            long nowNanos) {
        if (last != null && givenUp) {
            return light(regions, v4, v6, home);
        }
        if (last == null || !last.udp() || nowNanos - lastFullNanos >= FULL_INTERVAL_NANOS) {
            return full(regions, v4, v6);
        }
        return incremental(regions, v4, v6, last, home);
    }

    /** One request a family to the home and the first other regions. */
    static ProbePlan light(List<ProbeRegion> regions, boolean v4, boolean v6, int home) {
        List<Probe> probes = new ArrayList<>();
        regions.stream()
                .sorted(Comparator.comparing(region -> region.id() != home))
                .limit(NEAREST_REGIONS)
                .forEach(region -> {
                    if (v4) {
                        add(probes, region, false, 0, 0);
                    }
                    if (v6) {
                        add(probes, region, true, 0, 0);
                    }
                });
        return new ProbePlan(false, v6, probes);
    }

    /** Three requests to each region and family, 100 ms apart, to its servers in turn. */
    static ProbePlan full(List<ProbeRegion> regions, boolean v4, boolean v6) {
        List<Probe> probes = new ArrayList<>();
        for (ProbeRegion region : regions) {
            for (int i = 0; i < FULL_TRIES; i++) {
                if (v4) {
                    add(probes, region, false, i, i * FULL_RETRY_NANOS);
                }
                if (v6) {
                    add(probes, region, true, i, i * FULL_RETRY_NANOS);
                }
            }
        }
        return new ProbePlan(true, v6, probes);
    }

    /** The three regions that were nearest, and the home; the further away, the fewer requests. */
    static ProbePlan incremental(List<ProbeRegion> regions, boolean v4, boolean v6, NetReport last, int home) {
        List<ProbeRegion> ranked = ranked(regions, last.latencyNanos());
        List<Probe> probes = new ArrayList<>();
        for (int rank = 0; rank < ranked.size(); rank++) {
            ProbeRegion region = ranked.get(rank);
            if (rank < NEAREST_REGIONS || region.id() == home) {
                addIncremental(probes, region, rank, region.id() == home, v4, v6, last);
            }
        }
        return new ProbePlan(false, v6, probes);
    }

    private static List<ProbeRegion> ranked(List<ProbeRegion> regions, SortedMap<Integer, Long> latencyNanos) {
        return regions.stream()
                .sorted(Comparator.comparingLong(region -> latencyNanos.getOrDefault(region.id(), Long.MAX_VALUE)))
                .toList();
    }

    private static void addIncremental(
            List<Probe> probes, ProbeRegion region, int rank, boolean home, boolean v4, boolean v6, NetReport last) {
        boolean fastest = rank < FASTEST;
        boolean alternate = !fastest && v4 && v6 && last.ipv4() && last.ipv6();
        int tries = home ? HOME_TRIES : fastest ? FASTEST_TRIES : 1;
        for (int i = 0; i < tries; i++) {
            long delayNanos = retryNanos(i, last.latencyNanos().get(region.id()));
            if (v4 && (!alternate || rank % 2 == 0)) {
                add(probes, region, false, i, delayNanos);
            }
            // Where IPv6 did not work, one request to the nearest finds out when it does.
            boolean worth6 = last.ipv6() || fastest && i == 0 || !v4;
            if (v6 && worth6 && (!alternate || rank % 2 == 1)) {
                add(probes, region, true, i, delayNanos);
            }
        }
    }

    private static long retryNanos(int retry, @Nullable Long lastLatencyNanos) {
        long stepNanos = lastLatencyNanos == null ? UNKNOWN_LATENCY_NANOS : lastLatencyNanos * 120 / 100;
        return retry * stepNanos + (retry >= 2 ? retry * LATE_RETRY_NANOS : 0);
    }

    private static void add(List<Probe> probes, ProbeRegion region, boolean v6, int retry, long delayNanos) {
        List<IpEndpoint> servers = region.servers(v6);
        if (!servers.isEmpty()) {
            probes.add(new Probe(region.id(), servers.get(retry % servers.size()), delayNanos));
        }
    }
}
