package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.daemon.PingMaps.map;
import static pt.sunbeam.daemon.PingMaps.node;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.time.Deadline;

class TargetProblemTest {
    private static final long SETTLED = Deadline.seconds(OfflinePeers.SETTLED_SECONDS);
    private static final Node DB = node(2, "db.tail.test.", "100.64.0.2/32");
    private static final Node AWAY = node(3, "away.tail.test.", "100.64.0.3/32")
            .edit()
            .online(false)
            .lastSeen(Instant.parse("2026-01-01T10:00:00.738709731Z"))
            .node();
    private static final String AWAY_SINCE = " is offline, last seen 2026-01-01T10:00:00Z";

    @ParameterizedTest
    @ValueSource(strings = {"db", "DB", "db.tail.test", "100.64.0.2"})
    void aPeerThatMayBeOnlineHasNone(String host) {
        assertThat(TargetProblem.of(map(DB, AWAY), host)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "nope, no peer is called \"nope\"",
        "me, \"me\" is this node itself",
        "100.64.0.1, \"100.64.0.1\" is this node itself",
        "192.168.7.1, no peer carries the address 192.168.7.1"
    })
    void aTargetThatNobodyIsSaysSo(String host, String problem) {
        assertThat(TargetProblem.of(map(DB, AWAY), host)).isEqualTo(problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"away", "100.64.0.3"})
    void anOfflinePeerIsTheServersWordInWholeSeconds(String host) {
        assertThat(TargetProblem.of(map(DB, AWAY), host)).isEqualTo("the server says that " + host + AWAY_SINCE);
    }

    @Test
    void anAddressBehindASubnetRouteIsReachedUnlessAllItsRoutersAreOffline() {
        Node router = withRoute(DB, "192.168.7.0/24");
        Node lost = withRoute(AWAY, "192.168.7.0/24");
        assertThat(TargetProblem.of(map(router, lost), "192.168.7.1")).isEmpty();
        assertThat(TargetProblem.of(map(DB, lost), "192.168.7.1"))
                .isEqualTo("the server says that 192.168.7.1" + AWAY_SINCE);
    }

    @Test
    void aDefaultRouteCarriesNoAddress() {
        assertThat(TargetProblem.of(map(withRoute(DB, "0.0.0.0/0")), "192.0.2.1"))
                .isEqualTo("no peer carries the address 192.0.2.1");
    }

    private static Node withRoute(Node node, String prefix) {
        return node.edit().allowedIps(List.of(IpPrefix.parse(prefix))).node();
    }

    @Test
    void aPeerThatHasBeenOfflineForAWhileIsRefusedByItsAddressAlone() {
        OfflinePeers offline = OfflinePeers.NONE.after(map(DB, AWAY), 0).after(map(DB, AWAY), SETTLED - 1);
        assertThat(offline.refusal(IpAddress.parse("100.64.0.3"), peer -> false, SETTLED - 1))
                .isEmpty();
        assertThat(offline.refusal(IpAddress.parse("100.64.0.3"), peer -> false, SETTLED))
                .isEqualTo("the server says that away" + AWAY_SINCE);
        assertThat(offline.refusal(IpAddress.parse("100.64.0.2"), peer -> false, SETTLED))
                .isEmpty();
    }

    @Test
    void aPeerThatWasBackMeanwhileIsNotRefusedForItsLastAbsence() {
        OfflinePeers offline =
                OfflinePeers.NONE.after(map(AWAY), 0).after(map(DB), 5).after(map(AWAY), SETTLED);
        assertThat(offline.refusal(IpAddress.parse("100.64.0.3"), peer -> false, SETTLED + 1))
                .isEmpty();
    }

    @Test
    void aSessionThatWorksOutweighsTheServersWord() {
        OfflinePeers offline = OfflinePeers.NONE.after(map(AWAY), 0);
        assertThat(offline.refusal(IpAddress.parse("100.64.0.3"), AWAY.key()::equals, SETTLED))
                .isEmpty();
    }
}
