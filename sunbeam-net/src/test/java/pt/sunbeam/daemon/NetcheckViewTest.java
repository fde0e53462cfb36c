package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ipc.NetcheckStatus;
import pt.sunbeam.ipc.NetcheckStatus.Region;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.time.Deadline;

class NetcheckViewTest {
    private static DerpMap map() {
        Map<Integer, DerpRegion> regions = new LinkedHashMap<>();
        regions.put(3, new DerpRegion(3, "sin", "Singapore", false, false, List.of()));
        regions.put(1, new DerpRegion(1, "fra", "Frankfurt", false, false, List.of()));
        regions.put(2, new DerpRegion(2, "ams", "Amsterdam", false, false, List.of()));
        return DerpMap.of(regions);
    }

    @Test
    void regionsAreSortedByLatencyWithTheNamesOfTheMapAndSilentOnesLast() {
        NetReport report = new NetReport(
                        0,
                        Deadline.seconds(5),
                        true,
                        true,
                        List.of(IpEndpoint.parse("203.0.113.5:1"), IpEndpoint.parse("203.0.113.5:2")),
                        List.of(),
                        true,
                        new TreeMap<>(Map.of(1, Deadline.millis(20), 2, Deadline.millis(12), 9, 1L)),
                        new TreeMap<>(Map.of(2, Deadline.millis(10))),
                        new TreeMap<>(),
                        0)
                .withPreferredRegion(2);
        assertThat(NetcheckView.of(report, List.of(), map(), Deadline.seconds(17)))
                .isEqualTo(new NetcheckStatus(
                        12,
                        true,
                        true,
                        "203.0.113.5:1",
                        true,
                        "",
                        true,
                        true,
                        List.of(),
                        2,
                        List.of(
                                new Region(2, "ams", "Amsterdam", 10_000, 12_000, 10_000),
                                new Region(1, "fra", "Frankfurt", 20_000, 20_000, -1),
                                new Region(3, "sin", "Singapore", -1, -1, -1))));
    }

    @Test
    void withoutUdpALatencyIsTheTimeOfAConnection() {
        NetReport report = NetReport.ofConnectTimes(0, 0, Map.of(3, Deadline.millis(90)));
        NetcheckStatus view = NetcheckView.of(report, null, map(), 0);
        assertThat(view.udp()).isFalse();
        assertThat(view.portMapping()).isNull();
        assertThat(view.regions().getFirst()).isEqualTo(new Region(3, "sin", "Singapore", 90_000, -1, -1));
    }
}
