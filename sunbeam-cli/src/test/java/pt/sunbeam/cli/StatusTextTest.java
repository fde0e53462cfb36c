package pt.sunbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.daemon.DaemonSettings;
import pt.sunbeam.failure.FailureCode;
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
                1,
                addresses,
                addresses.isEmpty() ? null : new RelayStatus(999, "Lisbon", true),
                peers,
                List.of(new ForwardStatus("127.0.0.1:5432", "db:5432", 2, "refused by db\u001b[31m")),
                List.of(),
                new JsonObject());
    }

    @Test
    void aRunningDaemonIsTheSeedsBlockThenPeersAndForwards() {
        List<PeerStatus> peers = List.of(
                new PeerStatus("db", List.of("100.64.0.2"), true, "", "direct 192.0.2.7:41641", 3 << 19, 340, 75),
                new PeerStatus("new", List.of("100.64.0.3"), true, "", "relay Lisbon", 0, 148, -1),
                new PeerStatus("laptop", List.of("100.64.0.33"), false, "2026-01-01T00:00:00Z", "-", 0, 0, -1));
        assertThat(StatusText.lines(status(new DaemonState.Running(), List.of("100.64.0.1", "fd7a::1"), peers)))
                .containsExactly(
                        "VPN: running",
                        "  addresses: 100.64.0.1, fd7a::1",
                        "  peers: 3",
                        "  derp home: region 999 (Lisbon)",
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
        assertThat(request("https://else.example.com", "other", true, "5433:db:5432")
                        .differencesFrom(running))
                .containsExactly(
                        "its server is https://hs.example.com, not https://else.example.com",
                        "its host name is me, not other",
                        "it has no forward 127.0.0.1:5433:db:5432",
                        "it has the forward 127.0.0.1:5432 to db:5432");
    }

    private static Request request(String server, String hostname, boolean named, String forward) {
        List<ForwardSpec> forwards = List.of(ForwardSpec.parse(forward));
        return new Request(new DaemonSettings("local", "0", server, "", hostname, List.of(), forwards, true), named);
    }
}
