package pt.sunbeam.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.network.NetlinkMessage.Reason;

/** Datagrams that a kernel sent (netlink.hex says where they come from), and what becomes of them when they are damaged. */
class NetlinkMessagesTest {
    private static final IpAddress OURS_V4 = address("192.0.2.7");
    private static final IpAddress OURS_V6 = address("2001:db8::7");

    static IpAddress address(String text) {
        return Objects.requireNonNull(IpAddress.parse(text), text);
    }

    /** The datagrams of that name. */
    static List<byte[]> captured(String name) {
        try (InputStream in = NetlinkMessagesTest.class.getResourceAsStream("netlink.hex")) {
            List<byte[]> found = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .map(line -> HexFormat.of().parseHex(line.substring(name.length() + 1)))
                    .toList();
            assertThat(found).as(name).isNotEmpty();
            return found;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static List<NetlinkMessage> decode(byte[] datagram) {
        List<NetlinkMessage> out = new ArrayList<>();
        NetlinkMessages.decode(datagram, datagram.length, out::add);
        return out;
    }

    private static List<NetlinkMessage> decodeCaptured(String name) {
        return decode(captured(name).getFirst());
    }

    @Test
    void aLinkIsUpOnlyWhenItRuns() {
        assertThat(decodeCaptured("linkAdded"))
                .containsExactly(new NetlinkMessage.Link(false, 2, "eth8", false, false, "veth", false));
        assertThat(decodeCaptured("linkUp"))
                .containsExactly(new NetlinkMessage.Link(false, 3, "eth7", true, false, "veth", false));
        assertThat(decodeCaptured("linkDown"))
                .containsExactly(new NetlinkMessage.Link(false, 3, "eth7", false, false, "veth", false));
        assertThat(decodeCaptured("linkRemoved"))
                .containsExactly(new NetlinkMessage.Link(true, 3, "eth7", false, false, "veth", false));
    }

    @Test
    void loopbackAndTunnelsAreToldApart() {
        assertThat(decodeCaptured("loopbackUp"))
                .containsExactly(new NetlinkMessage.Link(false, 1, "lo", true, true, "", false));
        assertThat(decodeCaptured("tunAdded"))
                .containsExactly(new NetlinkMessage.Link(false, 4, "tun7", false, false, "tun", false));
    }

    @Test
    void anAddressComesAndGoes() {
        assertThat(decodeCaptured("addressAdded")).containsExactly(new NetlinkMessage.Address(false, 3, OURS_V4, true));
        assertThat(decodeCaptured("addressRemoved"))
                .containsExactly(new NetlinkMessage.Address(true, 3, OURS_V4, true));
    }

    @Test
    void anAddressIsReadyAfterDuplicateAddressDetection() {
        assertThat(decodeCaptured("addressTentative"))
                .containsExactly(new NetlinkMessage.Address(false, 3, OURS_V6, false));
        assertThat(decodeCaptured("addressReady")).containsExactly(new NetlinkMessage.Address(false, 3, OURS_V6, true));
    }

    @Test
    void defaultRoutesHaveGatewayAndMetric() {
        assertThat(decodeCaptured("defaultRouteV4"))
                .containsExactly(new NetlinkMessage.Route(false, false, 0, 3, address("192.0.2.1"), 0, true));
        assertThat(decodeCaptured("defaultRouteV6"))
                .containsExactly(new NetlinkMessage.Route(false, true, 0, 3, address("fe80::1"), 77, true));
    }

    @Test
    void ofSeveralNextHopsTheFirstCounts() {
        assertThat(decodeCaptured("twoNextHops"))
                .containsExactly(new NetlinkMessage.Route(false, false, 0, 3, address("192.0.2.3"), 500, true));
    }

    @Test
    void onlyWhatCanChangeTheStateIsASign() {
        ChangeFilter filter = new ChangeFilter();
        filter.ignore(Set.of(1, 4));
        for (String sign : List.of(
                "linkUp",
                "linkDown",
                "linkRemoved",
                "addressAdded",
                "addressRemoved",
                "addressReady",
                "defaultRouteV4")) {
            assertThat(decodeCaptured(sign)).as(sign).allMatch(filter::isSign);
        }
        for (String noise : List.of("subnetRoute", "tunAdded", "loopbackUp", "addressLinkLocal")) {
            assertThat(decodeCaptured(noise)).as(noise).noneMatch(filter::isSign);
        }
        assertThat(filter.isSign(new NetlinkMessage.Link(false, 3, "wlan0", true, false, "", true)))
                .as("a scan")
                .isFalse();
        assertThat(filter.isSign(new NetlinkMessage.Overrun())).isTrue();
    }

    @Test
    void dumpsMakeTheState() {
        NetlinkTables tables = new NetlinkTables();
        for (String dump : List.of("dump_links", "dump_addresses", "dump_routes")) {
            List<byte[]> datagrams = captured(dump);
            datagrams.forEach(d -> decode(d).forEach(tables::add));
            assertThat(decode(datagrams.getLast())).contains(new NetlinkMessage.End(0));
        }
        assertThat(tables.state())
                .isEqualTo(new NetworkState(
                        Set.of(new InterfaceState("eth7", Set.of(OURS_V4, OURS_V6))),
                        new DefaultRoute("eth7", address("192.0.2.1")),
                        new DefaultRoute("eth7", address("fe80::1"))));
        assertThat(tables.state().hasAddress(OURS_V4)).isTrue();
        assertThat(tables.ignored()).containsExactlyInAnyOrder(1, 4);
    }

    @Test
    void everyShorterDatagramIsRefusedOrEmpty() {
        byte[] whole = captured("twoNextHops").getFirst();
        for (int n = 1; n < whole.length; n++) {
            assertThat(decode(Arrays.copyOf(whole, n))).containsExactly(new NetlinkMessage.Refused(Reason.BAD_LENGTH));
        }
        assertThat(decode(new byte[0])).isEmpty();
    }

    @Test
    void anAttributeThatLeavesItsMessageIsRefused() {
        for (String name : List.of("linkUp", "addressAdded", "defaultRouteV4")) {
            byte[] b = captured(name).getFirst();
            int attribute = 16 + (name.equals("linkUp") ? 16 : name.equals("addressAdded") ? 8 : 12);
            b[attribute] = (byte) 0xff;
            b[attribute + 1] = (byte) 0xff;
            assertThat(decode(b)).as(name).containsExactly(new NetlinkMessage.Refused(Reason.BAD_ATTRIBUTE));
            b[attribute] = 3;
            b[attribute + 1] = 0;
            assertThat(decode(b)).as(name).containsExactly(new NetlinkMessage.Refused(Reason.BAD_ATTRIBUTE));
        }
    }

    @Test
    void aPrefixLongerThanAnAddressIsRefused() {
        byte[] b = captured("defaultRouteV4").getFirst();
        b[17] = 33;
        assertThat(decode(b)).containsExactly(new NetlinkMessage.Refused(Reason.BAD_ADDRESS));
    }

    @Test
    void anAddressMessageWithoutAnAddressIsRefused() {
        byte[] b = Arrays.copyOf(captured("addressAdded").getFirst(), 24);
        b[0] = 24;
        assertThat(decode(b)).containsExactly(new NetlinkMessage.Refused(Reason.BAD_ADDRESS));
    }

    @Test
    void aRefusalOfADumpCarriesItsErrorNumber() {
        byte[] refusal = HexFormat.of().parseHex("14000000020000000100000000000000" + "ffffffff");
        assertThat(decode(refusal)).containsExactly(new NetlinkMessage.End(1));
        refusal[0] = 16;
        assertThat(decode(Arrays.copyOf(refusal, 16))).containsExactly(new NetlinkMessage.Refused(Reason.SHORT_BODY));
    }
}
