package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.netcheck.OwnEndpoints.Sources;
import pt.sunbeam.tailcfg.EndpointType;
import pt.sunbeam.tailcfg.HostState.Endpoint;
import pt.sunbeam.time.Deadline;

class OwnEndpointsTest {
    private final OwnEndpoints own = new OwnEndpoints();
    private final List<InterfaceAddress> local = new ArrayList<>();
    private List<IpEndpoint> portMapped = List.of();
    private List<IpEndpoint> configured = List.of();
    private NetReport report;
    private boolean fixedPort;
    private int portV4 = 41641;
    private int portV6 = 41641;
    private long nowNanos = Deadline.seconds(9);

    private static List<IpEndpoint> endpoints(String... texts) {
        return Arrays.stream(texts).map(IpEndpoint::parse).toList();
    }

    /** The addresses of a table's cell, parted by spaces; {@code lo:} marks those of the loopback interface. */
    private OwnEndpointsTest local(String prefixes) {
        for (String text : prefixes.split(" ")) {
            boolean loopback = text.startsWith("lo:");
            local.add(new InterfaceAddress(IpPrefix.parse(loopback ? text.substring(3) : text), loopback));
        }
        return this;
    }

    private List<String> list() {
        Sources sources = new Sources(portMapped, report, fixedPort, configured, local, portV4, portV6);
        return own.list(sources, nowNanos).stream()
                .map(each -> each.type().code() + " " + each.address())
                .toList();
    }

    @Test
    void theOrderIsPortMappedStunForwardConfiguredRecentLocal() {
        report = Reports.mapped(endpoints("203.0.113.5:7"), List.of(), true);
        list();
        portMapped = endpoints("203.0.113.1:1");
        report = Reports.mapped(endpoints("203.0.113.5:9"), endpoints("[2001:db8::5]:9"), true);
        fixedPort = true;
        configured = endpoints("198.51.100.1:2");
        local("192.168.1.5/24 2001:db8::5/64");
        assertThat(list())
                .containsExactly(
                        "3 203.0.113.1:1",
                        "2 203.0.113.5:9",
                        "2 [2001:db8::5]:9",
                        "4 203.0.113.5:41641",
                        "5 198.51.100.1:2",
                        "2 203.0.113.5:7",
                        "1 192.168.1.5:41641",
                        "1 [2001:db8::5]:41641");
    }

    @Test
    void anEndpointThatIsFoundTwiceHasItsFirstType() {
        report = Reports.mapped(endpoints("192.168.1.5:41641"), List.of(), false);
        local("192.168.1.5/24");
        assertThat(list()).containsExactly("2 192.168.1.5:41641");
    }

    @Test
    void theForwardedPortIsGuessedOnlyBehindAHardNatWithAFixedPort() {
        report = Reports.mapped(endpoints("203.0.113.5:9"), List.of(), true);
        assertThat(list()).containsExactly("2 203.0.113.5:9");
        fixedPort = true;
        assertThat(list()).contains("4 203.0.113.5:41641");
        own.onNetworkChange();
        report = Reports.mapped(endpoints("203.0.113.5:9"), List.of(), null);
        assertThat(list()).containsExactly("2 203.0.113.5:9");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({
        // IPv4 before IPv6
        "2001:db8::1/64 192.168.1.5/24, 192.168.1.5:41641 [2001:db8::1]:41641",
        // tunnels, IPv6 link-local and what nobody has
        "100.100.1.2/32 fd7a:115c:a1e0::2/128 fe80::1/64 192.168.1.5/24, 192.168.1.5:41641",
        "0.0.0.0/0 224.0.0.1/4 240.0.0.1/4 192.168.1.5/24, 192.168.1.5:41641",
        // at most two IPv6 addresses of a prefix
        "2001:db8::1/64 2001:db8::2/64 2001:db8::3/64 2001:db8:0:1::1/64,"
                + " [2001:db8::1]:41641 [2001:db8::2]:41641 [2001:db8:0:1::1]:41641",
        "10.0.0.1/8 10.0.0.2/8 10.0.0.3/8, 10.0.0.1:41641 10.0.0.2:41641 10.0.0.3:41641",
        // the last resort
        "169.254.1.1/16 fd00::1/64 192.168.1.5/24, 192.168.1.5:41641",
        "169.254.1.1/16 fd00::1/64 2001:db8::1/64, [2001:db8::1]:41641",
        "169.254.1.1/16 fd00::1/64, 169.254.1.1:41641 [fd00::1]:41641",
        // loopback only when nothing else is there
        "lo:127.0.0.1/8 192.168.1.5/24, 192.168.1.5:41641",
        "lo:127.0.0.1/8 lo:10.9.9.9/32 192.168.1.5/24, 192.168.1.5:41641",
        "lo:127.0.0.1/8 lo:::1/128 lo:fe80::1/64, 127.0.0.1:41641 [::1]:41641",
        "lo:127.0.0.1/8 100.100.1.2/32, 127.0.0.1:41641",
        // the same address on two interfaces
        "172.17.0.1/16 172.17.0.1/16, 172.17.0.1:41641"
    })
    void localAddressesPassTheFilters(String addresses, String expected) {
        local(addresses);
        assertThat(list())
                .isEqualTo(Arrays.stream(expected.split(" "))
                        .map(each -> "1 " + each)
                        .toList());
    }

    @Test
    void loopbackIsLeftOutWhenAnyOtherEndpointIsKnown() {
        local("lo:127.0.0.1/8");
        report = Reports.mapped(endpoints("203.0.113.5:9"), List.of(), null);
        assertThat(list()).containsExactly("2 203.0.113.5:9");
    }

    @Test
    void eachFamilyIsToldWithThePortOfItsSocketAndNotWithoutOne() {
        local("192.168.1.5/24 2001:db8::1/64");
        portV6 = 5;
        assertThat(list()).containsExactly("1 192.168.1.5:41641", "1 [2001:db8::1]:5");
        portV6 = 0;
        assertThat(list()).containsExactly("1 192.168.1.5:41641");
        portV4 = 0;
        assertThat(list()).isEmpty();
    }

    @Test
    void whatOthersFoundIsFilteredToo() {
        portMapped = endpoints("100.64.0.9:1", "203.0.113.1:0", "0.0.0.0:1");
        report = Reports.mapped(endpoints("127.0.0.1:9"), endpoints("[fe80::1]:9", "[fd7a:115c:a1e0::9]:1"), null);
        configured = endpoints("224.0.0.1:1");
        assertThat(list()).isEmpty();
    }

    @Test
    void aFoundEndpointIsToldForFiveMinutesAndTenSecondsAfterItWasSeen() {
        report = Reports.mapped(endpoints("203.0.113.5:9"), List.of(), null);
        list();
        nowNanos += Deadline.seconds(100);
        list();
        report = null;
        nowNanos += RecentEndpoints.LIFETIME_NANOS - 1;
        assertThat(list()).containsExactly("2 203.0.113.5:9");
        nowNanos += 1;
        assertThat(list()).isEmpty();
    }

    @Test
    void atMostSixEndpointsOfAnAddressAreRemembered() {
        for (int port = 1; port <= 10; port++) {
            report = Reports.mapped(endpoints("203.0.113.5:" + port), List.of(), null);
            list();
            nowNanos += Deadline.SECOND;
        }
        assertThat(list())
                .containsExactly(
                        "2 203.0.113.5:10",
                        "2 203.0.113.5:9",
                        "2 203.0.113.5:8",
                        "2 203.0.113.5:7",
                        "2 203.0.113.5:6",
                        "2 203.0.113.5:5");
    }

    @Test
    void whatIsRememberedIsBounded() {
        for (int i = 0; i < 500; i++) {
            report = Reports.mapped(endpoints("203.0.113." + i % 250 + ":" + (i + 1)), List.of(), null);
            list();
        }
        report = null;
        assertThat(list()).hasSize(RecentEndpoints.MAX_ENDPOINTS);
    }

    @Test
    void aChangeOfTheNetworkForgetsWhatWasFoundBefore() {
        report = Reports.mapped(endpoints("203.0.113.5:9"), List.of(), null);
        list();
        report = null;
        own.onNetworkChange();
        assertThat(list()).isEmpty();
    }

    @Test
    void localAddressesAreNotRemembered() {
        local("192.168.1.5/24");
        list();
        local.clear();
        assertThat(list()).isEmpty();
    }

    @Test
    void aListIsNeverLongerThanAPeerTakes() {
        for (int i = 0; i < 300; i++) {
            local("10.0." + i / 250 + "." + i % 250 + "/8");
        }
        assertThat(list()).hasSize(OwnEndpoints.MAX_ENDPOINTS);
    }

    @Test
    void anotherOrderIsNoDifferenceAnotherTypeIs() {
        Endpoint a = new Endpoint(IpEndpoint.parse("192.0.2.1:1"), EndpointType.STUN);
        Endpoint b = new Endpoint(IpEndpoint.parse("192.0.2.2:1"), EndpointType.STUN);
        Endpoint typed = new Endpoint(b.address(), EndpointType.LOCAL);
        assertThat(OwnEndpoints.differ(List.of(a, b), List.of(b, a))).isFalse();
        assertThat(OwnEndpoints.differ(List.of(a, b), List.of(a))).isTrue();
        assertThat(OwnEndpoints.differ(List.of(a, b), List.of(a, typed))).isTrue();
    }
}
