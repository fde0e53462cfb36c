package pt.sunbeam.netcheck;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Deadline;

/** Reports as tests need them; latencies are in milliseconds by region. */
final class Reports {
    private Reports() {}

    static NetReport stun(Map<Integer, Long> v4Millis, Map<Integer, Long> v6Millis, long takenNanos) {
        return report(v4Millis, v6Millis, List.of(), List.of(), null, takenNanos);
    }

    static NetReport mapped(List<IpEndpoint> v4, List<IpEndpoint> v6, Boolean varies) {
        return report(Map.of(1, 10L), Map.of(), v4, v6, varies, 0);
    }

    static NetReport connects(Map<Integer, Long> millis, long takenNanos) {
        return NetReport.ofConnectTimes(takenNanos, takenNanos, nanos(millis));
    }

    private static NetReport report(
            Map<Integer, Long> v4Millis,
            Map<Integer, Long> v6Millis,
            List<IpEndpoint> mappedV4,
            List<IpEndpoint> mappedV6,
            Boolean varies,
            long takenNanos) {
        return new NetReport(
                takenNanos,
                takenNanos,
                true,
                true,
                mappedV4,
                mappedV6,
                varies,
                nanos(v4Millis),
                nanos(v6Millis),
                new TreeMap<>(),
                0);
    }

    static TreeMap<Integer, Long> nanos(Map<Integer, Long> millis) {
        TreeMap<Integer, Long> nanos = new TreeMap<>();
        millis.forEach((region, each) -> nanos.put(region, Deadline.millis(each)));
        return nanos;
    }
}
