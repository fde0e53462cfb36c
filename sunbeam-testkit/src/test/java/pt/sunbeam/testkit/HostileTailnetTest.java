package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpNode;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.tailcfg.Node;

/** A whole daemon whose server and relays mean ill, or have bad luck: it stays in the tailnet, or says why it cannot. */
@Timeout(value = 90, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileTailnetTest {
    private static final int OTHER_REGION = 901;

    @TempDir
    Path folder;

    private TestTailnet tailnet;

    @BeforeEach
    void startTailnet() throws Exception {
        tailnet = TestTailnet.start();
        tailnet.addPeer("web");
    }

    @AfterEach
    void stopTailnet() {
        tailnet.close();
    }

    private RunningDaemon connect() {
        return RunningDaemon.start(
                folder.resolve("state"),
                RunningDaemon.settings(tailnet.url(), TestTailnet.AUTH_KEY, "client", "127.0.0.1:0:web:7"));
    }

    private static DerpNode relay(int region, String host, int port) {
        return new DerpNode(region + "a", region, host, "", "", "none", -1, false, port, false, "", false);
    }

    private static DerpRegion region(int id, DerpNode... nodes) {
        return DerpRegion.of(id, "r" + id, List.of(nodes));
    }

    private NodePublic client() {
        return tailnet.control().nodes().stream()
                .filter(node -> node.shortName().equals("client"))
                .map(Node::key)
                .findFirst()
                .orElseThrow();
    }

    private void inject(String json) {
        tailnet.control().injectBytes(client(), Tailnet.frame(json.getBytes(StandardCharsets.UTF_8), false));
    }

    private static void echo(RunningDaemon daemon) throws Exception {
        byte[] sent = "there and back".getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.forwardPort(0))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(sent);
            assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
        }
    }

    @Test
    void aHomeRelayThatStaysDeadIsLeftForAnotherRegion() throws Exception {
        try (RelayServer other = new RelayServer(NodePrivate.generate(new SecureRandom()), null).start()) {
            tailnet.control()
                    .derpMap(DerpMap.of(Map.of(
                            TestTailnet.REGION,
                            region(
                                    TestTailnet.REGION,
                                    relay(
                                            TestTailnet.REGION,
                                            "127.0.0.1",
                                            tailnet.relay().port())),
                            OTHER_REGION,
                            region(OTHER_REGION, relay(OTHER_REGION, "127.0.0.1", other.port())))));
            try (RunningDaemon daemon = connect()) {
                DaemonStatus before =
                        daemon.await(s -> s.relay() != null && s.relay().connected());
                int home = before.relay().region();
                (home == OTHER_REGION ? other : tailnet.relay()).stop();
                daemon.await(s -> s.relay() != null
                        && s.relay().region() != home
                        && s.relay().connected());
                echo(daemon);
            }
        }
    }

    @Test
    void anAbsurdRelayMapDoesNotHideTheOneRelayThatAnswers() throws Exception {
        try (RunningDaemon daemon = connect()) {
            daemon.awaitRunning();
            Map<Integer, DerpRegion> regions = new HashMap<>();
            for (int id = 1; id <= 1000; id++) {
                DerpNode node = switch (id % 8) {
                    case 0 -> relay(id, "", 0);
                    case 1 -> relay(id, "no such name", 0);
                    case 2 -> relay(id, "under_score.invalid", -5);
                    case 3 -> relay(id, "127.0.0.1", 70_000);
                    case 4 -> relay(id, "a..b.", 1);
                    case 5 -> relay(id, "x".repeat(300) + ".invalid", 443);
                    case 6 -> relay(id, "\u0000\n", 443);
                    default -> relay(id, "127.0.0.1", 1);
                };
                regions.put(id, id % 9 == 0 ? region(id) : region(id, node));
            }
            regions.put(
                    TestTailnet.REGION,
                    region(
                            TestTailnet.REGION,
                            relay(
                                    TestTailnet.REGION,
                                    "127.0.0.1",
                                    tailnet.relay().port())));
            tailnet.control().derpMap(DerpMap.of(regions));
            daemon.await(s -> s.relay() != null
                    && s.relay().region() == TestTailnet.REGION
                    && s.relay().connected());
            echo(daemon);
        }
    }

    @Test
    void nullMembersAndWrongIdsInARelayMapAreSurvived() throws Exception {
        try (RunningDaemon daemon = connect()) {
            daemon.awaitRunning();
            inject("{\"DERPMap\":{\"Regions\":{\"900\":null,\"0\":{\"RegionID\":0,\"Nodes\":[null]},"
                    + "\"-7\":{\"RegionID\":-7,\"Nodes\":[{}]},\"5\":{\"Nodes\":null}}}}");
            inject("{\"DERPMap\":{\"HomeParams\":{\"RegionScore\":{\"900\":-1e300,\"901\":null}}}}");
            tailnet.control()
                    .derpMap(DerpMap.of(Map.of(
                            TestTailnet.REGION,
                            region(
                                    TestTailnet.REGION,
                                    relay(
                                            TestTailnet.REGION,
                                            "127.0.0.1",
                                            tailnet.relay().port())))));
            daemon.await(s -> s.state() instanceof DaemonState.Running
                    && s.relay() != null
                    && s.relay().connected());
            echo(daemon);
        }
    }

    @Test
    void peersThatClaimEachOthersAndOurAddressesLeaveTheirRightfulOwnersWhenTheyGo() throws Exception {
        try (RunningDaemon daemon = connect()) {
            String own = daemon.awaitRunning().addresses().getFirst();
            String web = daemon.await(s -> s.peers().size() == 1)
                    .peers()
                    .getFirst()
                    .addresses()
                    .getFirst();
            String zero = "nodekey:" + "0".repeat(64);
            inject("{\"PeersChanged\":[" + peer(7001, "nodekey:" + "ab".repeat(32), own) + ","
                    + peer(7002, "nodekey:" + "cd".repeat(32), web) + "," + peer(7003, zero, "0.0.0.0") + ","
                    + peer(7004, "nodekey:" + "cd".repeat(32), web) + "," + peer(7005, client().toString(), own)
                    + "]}");
            daemon.await(s -> s.peers().size() == 6);
            inject("{\"PeersRemoved\":[7001,7002,7003,7004,7005]}");
            daemon.await(s -> s.peers().size() == 1);
            echo(daemon);
        }
    }

    private static String peer(int id, String key, String address) {
        return "{\"ID\":" + id + ",\"Name\":\"web.tail.test.\",\"Key\":\"" + key + "\",\"Addresses\":[\"" + address
                + "/32\"],\"AllowedIPs\":[\"" + address + "/32\",\"0.0.0.0/0\",\"::/0\",\"0.0.0.0/1\"]}";
    }

    @Test
    void aFloodOfChangesIsFollowedToItsEnd() throws Exception {
        try (RunningDaemon daemon = connect()) {
            daemon.awaitRunning();
            StringBuilder many = new StringBuilder("{\"PeersChanged\":[");
            for (int i = 0; i < 5_000; i++) {
                String key = "nodekey:" + String.format("%08x", i + 1).repeat(8);
                many.append(i == 0 ? "" : ",")
                        .append("{\"ID\":")
                        .append(10_000 + i)
                        .append(",\"Name\":\"p")
                        .append(i)
                        .append(".tail.test.\",\"Key\":\"")
                        .append(key)
                        .append("\",\"Addresses\":[\"100.100.")
                        .append(i >> 8)
                        .append('.')
                        .append(i & 255)
                        .append("/32\"],\"AllowedIPs\":[\"100.100.")
                        .append(i >> 8)
                        .append('.')
                        .append(i & 255)
                        .append("/32\"]}");
            }
            inject(many.append("]}").toString());
            daemon.await(s -> s.peers().size() == 5_001);
            for (int i = 0; i < 3_000; i++) {
                inject("{\"OnlineChange\":{\"" + (10_000 + i) + "\":true}}");
            }
            daemon.await(s -> s.peers().stream()
                            .filter(p -> p.name().startsWith("p") && Boolean.TRUE.equals(p.online()))
                            .count()
                    == 3_000);
            echo(daemon);
        }
    }
}
