package pt.sunbeam.netcheck;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netcheck.ProbePlan.Probe;

/** What the answers of one measurement add up to. */
final class ProbeFindings {
    private final SortedMap<Integer, Long> latencyV4Nanos = new TreeMap<>();
    private final SortedMap<Integer, Long> latencyV6Nanos = new TreeMap<>();

    /** What each server saw, in the order in which they answered. */
    private final Map<IpEndpoint, IpEndpoint> mappedV4 = new LinkedHashMap<>();

    private final Map<IpEndpoint, IpEndpoint> mappedV6 = new LinkedHashMap<>();
    private @Nullable Boolean mappingVaries;

    void add(Probe probe, IpEndpoint mapped, long latencyNanos) {
        latency(probe.v6()).merge(probe.region(), latencyNanos, Math::min);
        boolean first = (probe.v6() ? mappedV6 : mappedV4).putIfAbsent(probe.server(), mapped) == null;
        if (first && !probe.v6()) {
            mappingVaries = compareMappings();
        }
    }

    private SortedMap<Integer, Long> latency(boolean v6) {
        return v6 ? latencyV6Nanos : latencyV4Nanos;
    }

    /** Whether the region has answered over this family. */
    boolean answered(int region, boolean v6) {
        return latency(v6).containsKey(region);
    }

    int regionsAnswered() {
        Set<Integer> regions = new TreeSet<>(latencyV4Nanos.keySet());
        regions.addAll(latencyV6Nanos.keySet());
        return regions.size();
    }

    /** The largest of the answered regions' latencies. */
    long slowestNanos() {
        long slowest = 0;
        for (Map.Entry<Integer, Long> v4 : latencyV4Nanos.entrySet()) {
            slowest = Math.max(
                    slowest, Math.min(v4.getValue(), latencyV6Nanos.getOrDefault(v4.getKey(), Long.MAX_VALUE)));
        }
        for (Map.Entry<Integer, Long> v6 : latencyV6Nanos.entrySet()) {
            slowest = Math.max(
                    slowest, Math.min(v6.getValue(), latencyV4Nanos.getOrDefault(v6.getKey(), Long.MAX_VALUE)));
        }
        return slowest;
    }

    /** Whether an answer to {@code probe} could still tell something: of a silent region, of IPv6, or of the NAT. */
    boolean wouldHelp(Probe probe) {
        boolean known = answered(probe.region(), false) || answered(probe.region(), true);
        return !known || (probe.v6() ? latencyV6Nanos.isEmpty() : tellsOfMapping(probe));
    }

    /** Whether an answer to {@code probe} could tell if the NAT's mapping varies. */
    boolean tellsOfMapping(Probe probe) {
        return !probe.v6() && mappingVaries == null && !mappedV4.containsKey(probe.server());
    }

    /** Two servers at one address that agree prove nothing: a mapping may depend on the address alone. */
    private @Nullable Boolean compareMappings() {
        Set<IpAddress> servers = new HashSet<>();
        mappedV4.keySet().forEach(server -> servers.add(server.address()));
        if (new HashSet<>(mappedV4.values()).size() > 1) {
            return true;
        }
        return servers.size() > 1 ? false : null;
    }

    NetReport report(ProbePlan plan, long startedNanos, long nowNanos) {
        return new NetReport(
                startedNanos,
                nowNanos,
                plan.full(),
                plan.osHasIpv6(),
                endpoints(mappedV4),
                endpoints(mappedV6),
                mappingVaries,
                latencyV4Nanos,
                latencyV6Nanos,
                new TreeMap<>(),
                0);
    }

    /** The endpoint that most servers saw, the earliest among equals; then those that at least two saw. */
    private static List<IpEndpoint> endpoints(Map<IpEndpoint, IpEndpoint> mapped) {
        Map<IpEndpoint, Integer> votes = new LinkedHashMap<>();
        mapped.values().forEach(endpoint -> votes.merge(endpoint, 1, Integer::sum));
        List<Map.Entry<IpEndpoint, Integer>> ranked = new ArrayList<>(votes.entrySet());
        ranked.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
        List<IpEndpoint> endpoints = new ArrayList<>();
        for (Map.Entry<IpEndpoint, Integer> entry : ranked) {
            if (endpoints.isEmpty() || entry.getValue() > 1) {
                endpoints.add(entry.getKey());
            }
        }
        return endpoints;
    }
}
