package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import pt.sunbeam.control.ControlUrl;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpNode;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.transport.DialTarget;
import pt.sunbeam.transport.TlsIdentity;

class RelayTargetsTest {
    private static final ControlUrl HTTPS = ControlUrl.parse("https://control.example.com");
    private static final ControlUrl HTTP = ControlUrl.parse("http://control.example.com:8080");

    private static DerpNode node(String host, String cert, String v4, String v6, int port, boolean stunOnly) {
        return new DerpNode("n", 7, host, cert, v4, v6, 0, stunOnly, port, false, "", false);
    }

    private static DerpNode node(String host) {
        return node(host, "", "", "", 0, false);
    }

    private static List<DialTarget> targets(ControlUrl control, DerpNode... nodes) {
        DerpMap map = DerpMap.of(Map.of(7, DerpRegion.of(7, "x", List.of(nodes))));
        return RelayTargets.of(map, control).get(7).nodes();
    }

    @Test
    void aRelayIsReachedByTlsOnPort443() {
        assertThat(targets(HTTPS, node("derp.example.com"))).containsExactly(DialTarget.tls("derp.example.com", 443));
    }

    @Test
    void clearTextIsOnlyForTheHostOfAPlainControlServer() {
        DerpNode same = node("Control.Example.com", "", "", "", 8080, false);
        assertThat(targets(HTTP, same).getFirst().tls()).isEqualTo(new TlsIdentity.Plain());
        assertThat(targets(HTTP, node("derp.example.com")).getFirst().tls())
                .isEqualTo(new TlsIdentity.Named("derp.example.com", "derp.example.com"));
        assertThat(targets(HTTPS, same).getFirst().tls()).isInstanceOf(TlsIdentity.Named.class);
    }

    @Test
    void aNameNobodyCanResolveGetsASecondTryAtTheControlServer() {
        assertThat(targets(HTTPS, node("headscale"))).containsExactly(DialTarget.tls("headscale", 443), HTTPS.target());
        assertThat(targets(HTTPS, node("localhost"))).hasSize(1);
        assertThat(targets(HTTPS, node("fd7a::1"))).hasSize(1);
    }

    @Test
    void addressesReplaceResolutionAndNoneSwitchesAFamilyOff() {
        IpAddress v4 = IpAddress.parse("192.0.2.1");
        assertThat(targets(HTTPS, node("d.example", "", "192.0.2.1", "none", 0, false))
                        .getFirst()
                        .addresses())
                .containsExactly(v4);
        assertThat(targets(HTTPS, node("d.example", "", "none", "none", 0, false)))
                .isEmpty();
    }

    @Test
    void aNodeWithoutARelayOrWithAnImpossiblePortIsLeftOut() {
        assertThat(targets(HTTPS, node("d.example", "", "", "", 0, true))).isEmpty();
        assertThat(targets(HTTPS, node("d.example", "", "", "", 65536, false))).isEmpty();
        assertThat(targets(HTTPS, node("d.example", "", "", "", -1, false))).isEmpty();
    }

    @Test
    void aNodeWithoutANameIsLeftOut() {
        assertThat(targets(HTTPS, node("", "", "192.0.2.1", "", 0, false))).isEmpty();
    }

    @Test
    void duplicatesAreDialledOnceAndInOrder() {
        assertThat(targets(
                        HTTPS, node("b.example"), node("headscale"), node("b.example"), node("headscale"), node("a.a")))
                .extracting(DialTarget::host)
                .containsExactly("b.example", "headscale", "control.example.com", "a.a");
    }

    @Test
    void aRegionOfTenThousandNodesIsDialledInPart() {
        DerpNode[] nodes = new DerpNode[10_000];
        for (int i = 0; i < nodes.length; i++) {
            nodes[i] = node("derp" + i + ".example");
        }
        assertThat(targets(HTTPS, nodes)).hasSize(RelayTargets.MAX_NODES);
    }

    @Test
    void aRegionMustHaveANumberAboveZero() {
        DerpMap map = DerpMap.of(Map.of(0, DerpRegion.of(0, "x", List.of(node("derp.example")))));
        assertThat(RelayTargets.of(map, HTTPS)).isEmpty();
    }

    @Test
    void theNameToVerifyMayDifferAndACertificateMayBePinned() {
        String hex = "AB".repeat(32);
        assertThat(targets(HTTPS, node("d.example", "c.example", "", "", 0, false))
                        .getFirst()
                        .tls())
                .isEqualTo(new TlsIdentity.Named("d.example", "c.example"));
        assertThat(targets(HTTPS, node("d.example", "sha256-raw:" + hex, "", "", 0, false))
                        .getFirst()
                        .tls())
                .isEqualTo(new TlsIdentity.Pinned("d.example", "ab".repeat(32)));
    }

    @Test
    void aRegionWithoutRelaysIsThereWithoutTargets() {
        assertThat(targets(HTTPS)).isEmpty();
    }
}
