package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import pt.sunbeam.tailcfg.NetInfo;

class NetReportTest {
    @Test
    void netInfoTellsLatenciesInSecondsByRegionAndFamily() {
        NetReport report =
                Reports.stun(Map.of(1, 20L, 2, 30L), Map.of(1, 15L), 0).withPreferredRegion(1);
        assertThat(report.netInfo())
                .isEqualTo(new NetInfo(
                        null,
                        true,
                        true,
                        true,
                        null,
                        null,
                        false,
                        1,
                        Map.of("1-v4", 0.02, "2-v4", 0.03, "1-v6", 0.015)));
    }

    @Test
    void withoutUdpTheTimesOfConnectingDecideButAreNoLatencies() {
        NetReport report = Reports.stun(Map.of(), Map.of(), 0).withConnectTimes(Reports.nanos(Map.of(3, 90L)), 7);
        assertThat(report.latencyNanos()).containsOnlyKeys(3);
        assertThat(report.takenNanos()).isEqualTo(7);
        assertThat(report.netInfo()).isEqualTo(new NetInfo(null, false, true, false, null, null, false, 0, Map.of()));
    }

    @Test
    void timesOfConnectingNeverHideLatencies() {
        NetReport report = Reports.stun(Map.of(1, 20L), Map.of(), 0).withConnectTimes(Reports.nanos(Map.of(3, 1L)), 7);
        assertThat(report.latencyNanos()).containsOnlyKeys(1);
    }
}
