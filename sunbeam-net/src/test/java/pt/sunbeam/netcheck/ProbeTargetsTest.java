package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpNode;
import pt.sunbeam.tailcfg.DerpRegion;

class ProbeTargetsTest {
    private static final IpAddress V4 = IpAddress.parse("192.0.2.1");
    private static final IpAddress V6 = IpAddress.parse("2001:db8::1");
    private static final Map<String, List<IpAddress>> RESOLVED = Map.of("d.example", List.of(V6, V4));

    private static DerpNode node(String host, String v4, String v6, int stunPort, String testIp) {
        return new DerpNode("n", 7, host, "", v4, v6, stunPort, false, 0, false, testIp, false);
    }

    private static DerpNode node(String v4, int stunPort) {
        return node("", v4, "none", stunPort, "");
    }

    private static List<ProbeRegion> of(DerpNode... nodes) {
        return ProbeTargets.of(map(nodes), RESOLVED);
    }

    private static DerpMap map(DerpNode... nodes) {
        return DerpMap.of(Map.of(7, DerpRegion.of(7, "x", List.of(nodes))));
    }

    private static List<String> servers(DerpNode... nodes) {
        List<String> servers = new ArrayList<>();
        for (ProbeRegion region : of(nodes)) {
            region.v4().forEach(each -> servers.add(each.toString()));
            region.v6().forEach(each -> servers.add(each.toString()));
        }
        return servers;
    }

    @Test
    void aNodeIsAskedAtItsResolvedAddressesOnPort3478() {
        assertThat(servers(node("d.example", "", "", 0, ""))).containsExactly("192.0.2.1:3478", "[2001:db8::1]:3478");
    }

    @Test
    void addressesOfTheMapReplaceResolutionAndNoneSwitchesAFamilyOff() {
        assertThat(servers(node("d.example", "192.0.2.9", "", 5000, "")))
                .containsExactly("192.0.2.9:5000", "[2001:db8::1]:5000");
        assertThat(servers(node("d.example", "none", "", 0, ""))).containsExactly("[2001:db8::1]:3478");
        assertThat(servers(node("d.example", "", "192.0.2.1", 0, "")))
                .as("an address of the other family is no address")
                .containsExactly("192.0.2.1:3478");
    }

    @Test
    void aHostNameThatIsAnAddressNeedsNoResolution() {
        assertThat(servers(node("192.0.2.7", "", "", 0, ""))).containsExactly("192.0.2.7:3478");
        assertThat(ProbeTargets.hostsToResolve(map(node("192.0.2.7", "", "", 0, ""))))
                .isEmpty();
    }

    @Test
    void theAddressForTestsReplacesAllOthers() {
        assertThat(servers(node("d.example", "192.0.2.9", "", 0, "127.0.0.1"))).containsExactly("127.0.0.1:3478");
    }

    @Test
    void nodesWithoutStunOrWithAnImpossiblePortArePassedOver() {
        assertThat(servers(
                        node("192.0.2.1", -1), node("192.0.2.2", -7), node("192.0.2.3", 65536), node("192.0.2.4", 1)))
                .containsExactly("192.0.2.4:1");
    }

    @Test
    void nodesThatCannotBeResolvedAndDuplicatesArePassedOver() {
        assertThat(servers(node("gone.example", "", "", 0, ""), node("192.0.2.1", 0), node("192.0.2.1", 3478)))
                .containsExactly("192.0.2.1:3478");
        assertThat(servers(node("", "", "", 0, ""), node("0.0.0.0", 0), node("224.0.0.1", 0), node("junk", 0)))
                .isEmpty();
    }

    @Test
    void aRegionWithoutAServerOrThatMustNotBeMeasuredIsLeftOut() {
        DerpRegion hidden = new DerpRegion(8, "h", "", false, true, List.of(node("192.0.2.1", 0)));
        DerpRegion empty = DerpRegion.of(9, "e", List.of());
        DerpRegion numberless = DerpRegion.of(0, "z", List.of(node("192.0.2.1", 0)));
        assertThat(ProbeTargets.of(DerpMap.of(Map.of(8, hidden, 9, empty, 10, numberless)), RESOLVED))
                .isEmpty();
    }

    @Test
    void onlyNamesThatAreAskedAreResolved() {
        DerpMap map = map(
                node("both.example", "", "", 0, ""),
                node("half.example", "192.0.2.1", "", 0, ""),
                node("full.example", "192.0.2.1", "none", 0, ""),
                node("test.example", "", "", 0, "127.0.0.1"),
                node("mute.example", "", "", -1, ""));
        assertThat(ProbeTargets.hostsToResolve(map)).containsExactly("both.example", "half.example");
    }

    @Test
    void aMapBeyondTheLimitsIsAskedInPart() {
        Map<Integer, DerpRegion> regions = new LinkedHashMap<>();
        for (int id = 1; id <= 1000; id++) {
            List<DerpNode> nodes = new ArrayList<>();
            for (int i = 1; i <= 100; i++) {
                nodes.add(node("192.0.2." + i, 0));
            }
            regions.put(id, DerpRegion.of(id, "r", nodes));
        }
        List<ProbeRegion> found = ProbeTargets.of(DerpMap.of(regions), Map.of());
        assertThat(found).hasSize(ProbeTargets.MAX_REGIONS);
        assertThat(found).allSatisfy(region -> assertThat(region.v4()).hasSize(ProbeTargets.MAX_NODES));
        assertThat(found.getFirst().v4()).contains(IpEndpoint.parse("192.0.2.1:3478"));
    }
}
