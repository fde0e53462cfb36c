package pt.sunbeam.network;

import static org.assertj.core.api.Assertions.assertThat;
import static pt.sunbeam.network.NetlinkMessagesTest.address;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetlinkTablesTest {
    private static final NetlinkMessage.Link ETH = link(2, "eth0", true, "");
    private static final NetlinkMessage.Link TUN = link(3, "tun0", true, "tun");
    private static final NetlinkMessage.Address ON_ETH =
            new NetlinkMessage.Address(false, 2, address("10.0.0.2"), true);
    private static final NetlinkMessage.Address ON_TUN =
            new NetlinkMessage.Address(false, 3, address("10.8.0.2"), true);

    private static NetlinkMessage.Link link(int index, String name, boolean up, String kind) {
        return new NetlinkMessage.Link(false, index, name, up, false, kind, false);
    }

    private static NetlinkMessage.Route defaultBy(int index, String gateway, long metric) {
        return new NetlinkMessage.Route(false, false, 0, index, address(gateway), metric, true);
    }

    private static NetlinkTables tables(NetlinkMessage... messages) {
        NetlinkTables tables = new NetlinkTables();
        List.of(messages).forEach(tables::add);
        return tables;
    }

    @Test
    void aTunnelBesideTheDefaultRouteDoesNotCount() {
        NetlinkTables tables = tables(ETH, TUN, ON_ETH, ON_TUN, defaultBy(2, "10.0.0.1", 0));
        assertThat(tables.state().interfaces())
                .containsExactly(new InterfaceState("eth0", Set.of(address("10.0.0.2"))));
        assertThat(tables.ignored()).containsExactly(3);
    }

    @Test
    void aTunnelThatCarriesADefaultRouteCounts() {
        NetlinkTables tables = tables(TUN, ON_TUN, defaultBy(3, "10.8.0.1", 0));
        assertThat(tables.state().hasAddress(address("10.8.0.2"))).isTrue();
        assertThat(tables.ignored()).isEmpty();
    }

    @Test
    void ofSeveralDefaultRoutesTheLowestMetricOfALinkThatIsUpCounts() {
        NetlinkMessage.Link down = link(4, "wlan0", false, "");
        NetlinkTables tables = tables(
                ETH, down, defaultBy(2, "10.0.0.9", 600), defaultBy(4, "10.1.0.1", 1), defaultBy(2, "10.0.0.1", 100));
        assertThat(tables.state().defaultV4()).isEqualTo(new DefaultRoute("eth0", address("10.0.0.1")));
        assertThat(tables.state().defaultV6()).isNull();
    }

    @Test
    void linksThatAreDownAndAddressesNobodyCanReachDoNotCount() {
        NetlinkTables tables = tables(
                ETH,
                link(4, "wlan0", false, ""),
                new NetlinkMessage.Address(false, 4, address("10.1.0.2"), true),
                new NetlinkMessage.Address(false, 2, address("fe80::2"), true),
                new NetlinkMessage.Address(false, 2, address("2001:db8::2"), false));
        assertThat(tables.state()).isEqualTo(NetworkState.UNKNOWN);
    }

    @Test
    void routesOfOtherTablesAndAddressesOfUnknownLinksDoNotCount() {
        NetlinkTables tables = tables(
                ON_ETH, defaultBy(2, "10.0.0.1", 0), new NetlinkMessage.Route(false, false, 0, 2, null, 0, false));
        assertThat(tables.state()).isEqualTo(NetworkState.UNKNOWN);
    }
}
