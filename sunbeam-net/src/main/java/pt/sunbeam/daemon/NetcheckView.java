package pt.sunbeam.daemon;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ipc.NetcheckStatus;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.time.Deadline;

/** A report with the names of the relay map, as the control socket shows it. */
final class NetcheckView {
    private static final long NANOS_PER_MICRO = 1_000;

    private NetcheckView() {}

    /**
     * @param portMapping the protocols by which the router grants ports; null when nobody asked it
     */
    static NetcheckStatus of(NetReport report, @Nullable List<String> portMapping, DerpMap map, long nowNanos) {
        return new NetcheckStatus(
                (nowNanos - report.takenNanos()) / Deadline.SECOND,
                report.udp(),
                report.ipv4(),
                text(report.globalV4()),
                report.ipv6(),
                text(report.globalV6()),
                report.osHasIpv6(),
                report.mappingVariesByDestination(),
                portMapping,
                report.preferredRegion(),
                regions(report, map));
    }

    private static String text(@Nullable IpEndpoint endpoint) {
        return endpoint == null ? "" : endpoint.toString();
    }

    private static List<NetcheckStatus.Region> regions(NetReport report, DerpMap map) {
        List<DerpRegion> sorted = new ArrayList<>(map.allRegions().values());
        Map<Integer, Long> latency = report.latencyNanos();
        sorted.sort(
                Comparator.<DerpRegion>comparingLong(region -> latency.getOrDefault(region.regionId(), Long.MAX_VALUE))
                        .thenComparingInt(DerpRegion::regionId));
        return sorted.stream().map(region -> region(region, report, latency)).toList();
    }

    private static NetcheckStatus.Region region(DerpRegion region, NetReport report, Map<Integer, Long> latency) {
        int id = region.regionId();
        return new NetcheckStatus.Region(
                id,
                region.regionCode(),
                region.regionName(),
                micros(latency.get(id)),
                micros(report.latencyV4Nanos().get(id)),
                micros(report.latencyV6Nanos().get(id)));
    }

    private static long micros(@Nullable Long nanos) {
        return nanos == null ? NetcheckStatus.UNKNOWN : nanos / NANOS_PER_MICRO;
    }
}
