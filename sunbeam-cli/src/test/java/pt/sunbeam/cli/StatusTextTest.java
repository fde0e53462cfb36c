package pt.sunbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.daemon.DaemonSettings;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.DaemonStatus.ForwardStatus;
import pt.sunbeam.ipc.DaemonStatus.PeerStatus;
import pt.sunbeam.ipc.DaemonStatus.RelayStatus;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.json.JsonObject;

class StatusTextTest {
    private static DaemonStatus status(DaemonState state, List<String> addresses, List<PeerStatus> peers) {
        return new DaemonStatus(
                state,
                1,
                "0",
                "local",
                "https://hs.example.com",
                "me",
                "me-1",
                "me-1.tail.example.com",
                List.of(),
                true,
                1,
                addresses,
                addresses.isEmpty() ? null : new RelayStatus(999, "Lisbon", true),
                peers,
                List.of(new ForwardStatus("127.0.0.1:5432", "db:5432", 2, "refused by db\u001b[31m", "")),
                List.of(),
                new JsonObject());
    }

    @Test
    void aRunningDaemonIsTheSeedsBlockThenPeersAndForwards() {
        List<PeerStatus> peers = List.of(
                new PeerStatus("db", List.of("100.64.0.2"), true, "", "direct 192.0.2.7:41641", 3 << 19, 340, 75),
                new PeerStatus("new", List.of("100.64.0.3"), true, "", "relay Lisbon", 0, 148, -1),
                new PeerStatus(
                        "laptop", List.of("100.64.0.33"), false, "2026-01-01T00:00:00.738709731Z", "-", 0, 0, -1));
        assertThat(StatusText.lines(status(new DaemonState.Running(), List.of("100.64.0.1", "fd7a::1"), peers)))
                .containsExactly(
                        "VPN: running",
                        "  addresses: 100.64.0.1, fd7a::1",
                        "  peers: 3",
                        "  derp home: region 999 (Lisbon)",
                        "  name: me-1 (me-1.tail.example.com)",
                        "db      100.64.0.2   online                                   direct 192.0.2.7:41641"
                                + "  handshake 1m ago  received 1.5 MiB, sent 340 B",
                        "new     100.64.0.3   online                                   relay Lisbon          "
                                + "  no handshake      received 0 B, sent 148 B",
                        "laptop  100.64.0.33  offline, last seen 2026-01-01T00:00:00Z  -",
                        "forward  127.0.0.1:5432  -> db:5432  connections: 2, last failure: refused by db?[31m");
    }

    @Test
    void aReconnectingDaemonSaysWhy() {
        IpcError why = new IpcError(FailureCode.CONTROL_UNREACHABLE, "hs.example.com does not answer", "");
        assertThat(StatusText.lines(status(new DaemonState.Reconnecting(3, why, 0), List.of(), List.of())))
                .startsWith("VPN: reconnecting (attempt 3)", "  last failure: hs.example.com does not answer");
    }

    @Test
    void aFailureComesWithWhatToDoAboutIt() {
        IpcError why = new IpcError(FailureCode.CONTROL_UNTRUSTED, "hs.example.com is not trusted", "name its CA");
        assertThat(StatusText.lines(status(new DaemonState.Reconnecting(3, why, 0), List.of(), List.of())))
                .startsWith(
                        "VPN: reconnecting (attempt 3)",
                        "  last failure: hs.example.com is not trusted",
                        "  next: name its CA");
    }

    @Test
    void aDaemonThatWaitsForAPersonSaysForWhat() {
        assertThat(StatusText.lines(status(new DaemonState.LoginNeeded("https://hs/a"), List.of(), List.of())))
                .startsWith(
                        "VPN: waiting for approval at https://hs/a",
                        "  next: open that URL, or give a key: sunbeam connect --auth-key file:PATH");
    }

    @Test
    void oneVisiblePeerIsNotPlural() {
        PeerStatus only = new PeerStatus("db", List.of("100.64.0.2"), true, "", "-", 0, 0, -1);
        assertThat(StatusText.connected(status(new DaemonState.Running(), List.of("100.64.0.1"), List.of(only))))
                .isEqualTo("Connected (100.64.0.1) — 1 peer visible");
    }

    @Test
    void onlyAKeyForADaemonThatWaitsForALoginIsNews() {
        DaemonStatus waiting = status(new DaemonState.LoginNeeded("https://hs/a"), List.of(), List.of());
        assertThat(keyed("hskey").hasKeyFor(waiting)).isTrue();
        assertThat(keyed("").hasKeyFor(waiting)).isFalse();
        assertThat(keyed("hskey").hasKeyFor(status(new DaemonState.Running(), List.of(), List.of())))
                .isFalse();
    }

    @Test
    void aRefusedKeyIsToldWithThePlaceItCameFrom() {
        SunbeamException refused = new SunbeamException(FailureCode.AUTH_REFUSED, "refused", "Create a new one");
        assertThat(keyed("hskey").withKeySource(refused).advice())
                .isEqualTo("Create a new one. The key came from SUNBEAM_AUTHKEY");
        SunbeamException other = new SunbeamException(FailureCode.GENERAL, "broken", "");
        assertThat(keyed("hskey").withKeySource(other)).isSameAs(other);
    }

    private static Request keyed(String key) {
        List<ForwardSpec> forwards = List.of(ForwardSpec.parse("5432:db:5432"));
        return new Request(
                new DaemonSettings("local", "0", "https://hs.example.com", key, "me", List.of(), forwards, true),
                false,
                "SUNBEAM_AUTHKEY");
    }

    @Test
    void portsThatTheSystemChoseAreDataAndForwardsThatLeadNowhereAreWarnings() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(new PrintStream(out), new PrintStream(err), false);
        DaemonStatus status = status(new DaemonState.Running(), List.of("100.64.0.1"), List.of());
        Joined.tell(
                DaemonStatus.fromJson(status.toJson()
                        .put("forwards", List.of(forward("127.0.0.1:41235", "db:80", "no peer is called \"db\"")))),
                request("https://hs.example.com", "me", false, "0:db:80"),
                console);
        assertThat(out.toString(StandardCharsets.UTF_8)).endsWith("visible\nforward 127.0.0.1:41235 -> db:80\n");
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualTo("sunbeam: warning: forward 127.0.0.1:41235 to db:80: no peer is called \"db\"\n");
    }

    private static JsonObject forward(String listen, String target, String problem) {
        return new JsonObject().put("listen", listen).put("target", target).put("problem", problem);
    }

    @Test
    void connectedIsTheSeedsLine() {
        assertThat(StatusText.connected(status(new DaemonState.Running(), List.of("100.64.0.1", "fd7a::1"), List.of())))
                .isEqualTo("Connected (100.64.0.1, fd7a::1) — 0 peers visible");
    }

    @Test
    void aRequestNamesHowARunningDaemonDiffers() {
        DaemonStatus running = status(new DaemonState.Running(), List.of("100.64.0.1"), List.of());
        assertThat(request("https://hs.example.com/", "other", false, "5432:db:5432")
                        .differencesFrom(running))
                .isEmpty();
        DaemonSettings others = new DaemonSettings(
                "local",
                "0",
                "https://else.example.com",
                "",
                "other",
                List.of("/etc/ca.pem"),
                List.of(ForwardSpec.parse("5433:db:5432")),
                false);
        assertThat(new Request(others, true, "").differencesFrom(running))
                .containsExactly(
                        "its server is https://hs.example.com, not https://else.example.com",
                        "its host name is me, not other",
                        "its vpn-ca-file is unset, not /etc/ca.pem",
                        "its vpn-port-mapping is on, not off",
                        "it has no forward 127.0.0.1:5433:db:5432",
                        "it has the forward 127.0.0.1:5432 to db:5432");
    }

    @Test
    void whoNamesNoCaFileIsContentWithTheOneOfTheRunningDaemon() {
        DaemonStatus running = DaemonStatus.fromJson(status(new DaemonState.Running(), List.of(), List.of())
                .toJson()
                .put("caFiles", List.of("/etc/ca.pem")));
        assertThat(request("https://hs.example.com", "me", false, "5432:db:5432")
                        .differencesFrom(running))
                .isEmpty();
    }

    private static Request request(String server, String hostname, boolean named, String forward) {
        List<ForwardSpec> forwards = List.of(ForwardSpec.parse(forward));
        return new Request(
                new DaemonSettings("local", "0", server, "", hostname, List.of(), forwards, true), named, "");
    }
}
