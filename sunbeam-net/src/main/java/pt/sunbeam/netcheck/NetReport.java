package pt.sunbeam.netcheck;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.tailcfg.NetInfo;
import pt.sunbeam.time.Deadline;

/**
 * What one measurement found about the network between this machine and the relays. Latencies are by region id, in
 * nanoseconds; a region that did not answer is absent.
 *
 * @param startedNanos when the measurement began
 * @param takenNanos when it ended
 * @param full whether all regions were asked, not only the nearest
 * @param osHasIpv6 whether this machine has IPv6 at all; null when nobody looked
 * @param mappedV4 own IPv4 endpoints as servers saw them: the one that most saw, then others that at least two saw
 * @param mappedV6 the same for IPv6
 * @param mappingVariesByDestination whether two servers saw different IPv4 endpoints; null when fewer than two answered
 * @param latencyV4Nanos round trips of STUN over IPv4, the best of each region
 * @param latencyV6Nanos the same over IPv6
 * @param connectNanos times to a finished TLS handshake, measured only where no server answers STUN
 * @param preferredRegion the home that was chosen with this report; 0 before that, or for none
 */
public record NetReport(
        long startedNanos,
        long takenNanos,
        boolean full,
        @Nullable Boolean osHasIpv6,
        List<IpEndpoint> mappedV4,
        List<IpEndpoint> mappedV6,
        @Nullable Boolean mappingVariesByDestination,
        SortedMap<Integer, Long> latencyV4Nanos,
        SortedMap<Integer, Long> latencyV6Nanos,
        SortedMap<Integer, Long> connectNanos,
        int preferredRegion) {
    public NetReport {
        mappedV4 = List.copyOf(mappedV4);
        mappedV6 = List.copyOf(mappedV6);
        latencyV4Nanos = copy(latencyV4Nanos);
        latencyV6Nanos = copy(latencyV6Nanos);
        connectNanos = copy(connectNanos);
    }

    /** A full report of a machine that only measured TLS connections. */
    public static NetReport ofConnectTimes(long startedNanos, long takenNanos, Map<Integer, Long> connectNanos) {
        return new NetReport(
                startedNanos,
                takenNanos,
                true,
                null,
                List.of(),
                List.of(),
                null,
                Collections.emptySortedMap(),
                Collections.emptySortedMap(),
                new TreeMap<>(connectNanos),
                0);
    }

    /** Whether any server answered over UDP. */
    public boolean udp() {
        return ipv4() || ipv6();
    }

    /** Whether any server answered over IPv4. */
    public boolean ipv4() {
        return !latencyV4Nanos.isEmpty();
    }

    /** Whether any server answered over IPv6. */
    public boolean ipv6() {
        return !latencyV6Nanos.isEmpty();
    }

    /** Where most servers saw this machine over IPv4, or null. */
    public @Nullable IpEndpoint globalV4() {
        return mappedV4.isEmpty() ? null : mappedV4.getFirst();
    }

    /** Where most servers saw this machine over IPv6, or null. */
    public @Nullable IpEndpoint globalV6() {
        return mappedV6.isEmpty() ? null : mappedV6.getFirst();
    }

    /** The smaller of both families' latencies; without UDP, how long connecting takes. */
    public SortedMap<Integer, Long> latencyNanos() {
        if (!udp()) {
            return connectNanos;
        }
        SortedMap<Integer, Long> least = new TreeMap<>(latencyV4Nanos);
        latencyV6Nanos.forEach((region, nanos) -> least.merge(region, nanos, Math::min));
        return least;
    }

    /** The same report with the times of TLS connections, for a network without UDP. */
    public NetReport withConnectTimes(Map<Integer, Long> nanosByRegion, long nowNanos) {
        return new NetReport(
                startedNanos,
                nowNanos,
                full,
                osHasIpv6,
                mappedV4,
                mappedV6,
                mappingVariesByDestination,
                latencyV4Nanos,
                latencyV6Nanos,
                new TreeMap<>(nanosByRegion),
                preferredRegion);
    }

    public NetReport withPreferredRegion(int region) {
        return new NetReport(
                startedNanos,
                takenNanos,
                full,
                osHasIpv6,
                mappedV4,
                mappedV6,
                mappingVariesByDestination,
                latencyV4Nanos,
                latencyV6Nanos,
                connectNanos,
                region);
    }

    /**
     * What the server is told (Tailscale 1.103, net/netcheck and wgengine/magicsock). Connecting takes several round trips, so
     * its times are no latencies and stay out.
     */
    public NetInfo netInfo() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        latencyV4Nanos.forEach((region, nanos) -> seconds.put(region + "-v4", seconds(nanos)));
        latencyV6Nanos.forEach((region, nanos) -> seconds.put(region + "-v6", seconds(nanos)));
        return new NetInfo(
                mappingVariesByDestination, ipv6(), osHasIpv6, udp(), null, null, false, preferredRegion, seconds);
    }

    private static double seconds(long nanos) {
        return nanos / (double) Deadline.SECOND;
    }

    private static SortedMap<Integer, Long> copy(SortedMap<Integer, Long> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
