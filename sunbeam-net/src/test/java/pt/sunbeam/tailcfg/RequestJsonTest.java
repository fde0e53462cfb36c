package pt.sunbeam.tailcfg;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePublic;

/** Expected text written by hand after tailcfg.go of Tailscale 1.102; whole documents are compared. */
class RequestJsonTest {
    private static final NodePublic NODE = NodePublic.parse("nodekey:" + "1".repeat(64));
    private static final String ZEROS = "0".repeat(64);
    private static final Hostinfo HOST = Hostinfo.of("0.1", "ab", "linux", "", "box", "amd64");
    private static final String HOST_JSON =
            "{\"IPNVersion\":\"0.1\",\"BackendLogID\":\"ab\",\"OS\":\"linux\",\"Hostname\":\"box\",\"GoArch\":\"amd64\"";

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Test
    void aRegistrationHasZeroFormsAndNoExpiry() {
        assertThat(text(ControlJson.encode(
                        RegisterRequest.of(NODE, NodePublic.ZERO, HOST).withAuthKey("k"))))
                .isEqualTo("{\"Version\":115,\"NodeKey\":\"" + NODE + "\",\"OldNodeKey\":\"nodekey:" + ZEROS
                        + "\",\"NLKey\":\"nlpub:" + ZEROS + "\",\"Auth\":{\"AuthKey\":\"k\"},"
                        + "\"Expiry\":\"0001-01-01T00:00:00Z\",\"Followup\":\"\",\"Hostinfo\":" + HOST_JSON + "}}");
    }

    @Test
    void aStreamAndALiteUpdateCarryTheWholeState() {
        DiscoPublic disco = DiscoPublic.parse("discokey:" + "2".repeat(64));
        HostState state = new HostState(
                disco,
                List.of(new HostState.Endpoint(IpEndpoint.parse("192.168.1.5:41641"), EndpointType.LOCAL)),
                HOST.withNetInfo(NetInfo.home(1, true)));
        String common = "\"NodeKey\":\"" + NODE + "\",\"DiscoKey\":\"" + disco + "\",";
        String rest = "\"Endpoints\":[\"192.168.1.5:41641\"],\"EndpointTypes\":[1],\"Hostinfo\":" + HOST_JSON
                + ",\"NetInfo\":{\"WorkingUDP\":true,\"PreferredDERP\":1}}";
        assertThat(text(ControlJson.encode(MapRequest.stream(NODE, state, true))))
                .isEqualTo("{\"Version\":115,\"Compress\":\"zstd\",\"KeepAlive\":true," + common + "\"Stream\":true,"
                        + rest + "}");
        assertThat(text(ControlJson.encode(MapRequest.lite(NODE, state))))
                .isEqualTo("{\"Version\":115," + common + rest + ",\"OmitPeers\":true}");
    }

    @Test
    void netInfoTellsWhatTheRouterSpeaksWhereThatIsKnown() {
        HostState state = new HostState(
                DiscoPublic.parse("discokey:" + "2".repeat(64)),
                List.of(),
                HOST.withNetInfo(NetInfo.home(1, true).withPortMapping(true, false, true)));
        assertThat(text(ControlJson.encode(MapRequest.lite(NODE, state))))
                .contains("\"NetInfo\":{\"WorkingUDP\":true,\"PMP\":true,\"PCP\":false,\"HavePortMap\":true,"
                        + "\"PreferredDERP\":1}");
    }

    @Test
    void aRouterThatIsFoundIsWorthAnUpdate() {
        NetInfo before = NetInfo.home(1, true);
        assertThat(before.withPortMapping(true, false, false).differsMaterially(before))
                .isTrue();
    }

    @Test
    void badJsonIsAValueAndNeverAnException() {
        ControlJson json = ControlJson.forMaps(50);
        for (String bad : List.of(
                "",
                "{",
                "[]",
                "null",
                "{\"PeersRemoved\":[\"x\"]}",
                "[".repeat(500),
                "{\"PeersRemoved\":[" + "1,".repeat(100) + "1]}")) {
            byte[] bytes = bad.getBytes(StandardCharsets.UTF_8);
            assertThat(json.mapResponse(bytes, 0, bytes.length)).as(bad).isInstanceOf(Decoded.Malformed.class);
        }
    }
}
