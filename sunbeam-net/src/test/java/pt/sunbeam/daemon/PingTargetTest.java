package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static pt.sunbeam.daemon.PingMaps.map;
import static pt.sunbeam.daemon.PingMaps.node;

import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.Node;

class PingTargetTest {
    private static final Node DB = node(2, "db.tail.test.", "fd7a::2/128", "100.64.0.2/32");

    private static SunbeamException refusal(Netmap map, String text) {
        return catchThrowableOfType(SunbeamException.class, () -> PingTarget.find(map, text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"db", "DB", "db.tail.test", "db.tail.test.", "100.64.0.2"})
    void aNameOrTheFirstAddressLeadsToThePeersIpv4Address(String text) {
        PingTarget target = PingTarget.find(map(node(3, "db2.tail.test.", "100.64.0.3/32"), DB), text);
        assertThat(target.node()).isEqualTo(DB);
        assertThat(target.addressText()).isEqualTo("100.64.0.2");
        assertThat(target.name()).isEqualTo("db");
    }

    @Test
    void anAddressThatWasTypedIsTheOneThatIsShown() {
        assertThat(PingTarget.find(map(DB), "fd7a::2").addressText()).isEqualTo("fd7a::2");
    }

    @Test
    void anUnknownNameAndAnUnknownAddressAreUnreachable() {
        SunbeamException name = refusal(map(DB), "d");
        assertThat(name).hasMessage("no peer is called \"d\"");
        assertThat(name.code()).isEqualTo(FailureCode.TARGET_UNREACHABLE);
        assertThat(name.advice()).startsWith("sunbeam status lists");
        assertThat(refusal(map(DB), "192.0.2.1")).hasMessage("no peer has the address 192.0.2.1");
    }

    @Test
    void twoPeersOfOneNameAreToldApartByTheirAddresses() {
        SunbeamException refusal = refusal(map(DB, node(3, "db.other.test.", "100.64.0.3/32")), "db");
        assertThat(refusal).hasMessage("2 peers are called \"db\"");
        assertThat(refusal.advice()).isEqualTo("give the address of one of them: 100.64.0.2, 100.64.0.3");
        assertThat(refusal.code()).isEqualTo(FailureCode.USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"me", "100.64.0.1"})
    void thisNodeItselfIsNoPeer(String text) {
        SunbeamException refusal = refusal(map(DB), text);
        assertThat(refusal).hasMessage("\"" + text + "\" is this node itself");
        assertThat(refusal.code()).isEqualTo(FailureCode.USAGE);
    }

    @Test
    void anOfflinePeerIsUnreachableWithTheTimeAtWhichItWasSeen() {
        Node off = DB.edit()
                .online(false)
                .lastSeen(Instant.parse("2026-01-01T00:00:00Z"))
                .node();
        SunbeamException refusal = refusal(map(off), "db");
        assertThat(refusal).hasMessage("the server says that db is offline, last seen 2026-01-01T00:00:00Z");
        assertThat(refusal.code()).isEqualTo(FailureCode.TARGET_UNREACHABLE);
    }
}
