package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.tailcfg.MapRequest;
import pt.sunbeam.tailcfg.Node;

/** A whole daemon in a tailnet that misbehaves: relays that fail, strange map messages, a node that is deleted, stops. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TroubledTailnetTest {
    @TempDir
    Path folder;

    private TestTailnet tailnet;

    @BeforeEach
    void startTailnet() {
        tailnet = TestTailnet.start();
    }

    @AfterEach
    void stopTailnet() {
        tailnet.close();
    }

    private RunningDaemon connect() {
        return connect(TestTailnet.AUTH_KEY);
    }

    private RunningDaemon connect(String key, String... forwards) {
        return RunningDaemon.start(
                folder.resolve("state"), RunningDaemon.settings(tailnet.url(), key, "client", forwards));
    }

    private NodePublic client() {
        return tailnet.control().nodes().stream()
                .filter(node -> node.shortName().equals("client"))
                .map(Node::key)
                .findFirst()
                .orElseThrow();
    }

    private long streams(NodePublic key) {
        return tailnet.control().mapRequests.stream()
                .filter(request -> request.stream() && request.nodeKey().equals(key))
                .map(MapRequest::nodeKey)
                .count();
    }

    private void inject(String json) {
        tailnet.control().injectBytes(client(), Tailnet.frame(json.getBytes(StandardCharsets.UTF_8), false));
    }

    // ---- relays ----

    @Test
    void aRelayThatRefusesIsTheReasonForNotRunningUntilItTakesUs() throws Exception {
        tailnet.relay().setRefuse(true);
        try (RunningDaemon daemon = connect()) {
            DaemonStatus status = daemon.await(s -> s.state() instanceof DaemonState.RelayConnecting(IpcError error)
                    && !error.message().contains("no answer yet"));
            IpcError error = ((DaemonState.RelayConnecting) status.state()).error();
            assertThat(error.message()).startsWith("the relay is not connected: ");
            assertThat(error.advice()).isNotEmpty();
            assertThat(status.health()).anyMatch(line -> line.startsWith("the relay is not connected: "));
            tailnet.relay().setRefuse(false);
            assertThat(daemon.awaitRunning().relay().connected()).isTrue();
        }
    }

    @Test
    void aRelayThatSaysNothingIsLeftAndTriedAgain() throws Exception {
        tailnet.relay().setSilent(true);
        try (RunningDaemon daemon = connect()) {
            daemon.await(s -> s.state() instanceof DaemonState.RelayConnecting(IpcError error)
                    && !error.message().contains("no answer yet"));
            tailnet.relay().setSilent(false);
            daemon.awaitRunning();
        }
    }

    @Test
    void anIdleNodeIsBackAtItsRelayByItself() throws Exception {
        try (RunningDaemon daemon = connect()) {
            daemon.awaitRunning();
            NodePublic key = client();
            for (int i = 0; i < 3; i++) {
                tailnet.relay().stop();
                daemon.await(s -> s.relay() != null && !s.relay().connected());
                tailnet.relay().start();
                daemon.await(s -> s.relay() != null && s.relay().connected());
                assertThat(tailnet.relay().hasClient(key)).isTrue();
            }
        }
    }

    // ---- map messages ----

    @Test
    void messagesAboutNobodyAndNullListsChangeNothing() throws Exception {
        tailnet.addPeer("web");
        try (RunningDaemon daemon = connect(TestTailnet.AUTH_KEY, "127.0.0.1:0:late:7")) {
            daemon.awaitRunning();
            NodePublic key = client();
            inject("{\"PeersRemoved\":[424242,-1,0]}");
            inject("{\"PeersChangedPatch\":[{\"NodeID\":424242,\"DERPRegion\":7},{\"NodeID\":0}]}");
            inject("{\"OnlineChange\":{\"424242\":true},\"PeerSeenChange\":{\"424243\":false}}");
            inject("{\"Peers\":null,\"PeersChanged\":null,\"PeersRemoved\":null,\"PeersChangedPatch\":null,"
                    + "\"PacketFilter\":null,\"PacketFilters\":null,\"UserProfiles\":null,\"DNSConfig\":null,"
                    + "\"DERPMap\":null,\"Node\":null,\"Health\":null,\"OnlineChange\":null,\"Debug\":null}");
            inject("{\"SomethingFromTheFuture\":{\"a\":[1,2,{\"b\":null}]}}");
            inject("{}");
            tailnet.addPeer("late");
            DaemonStatus status = daemon.await(s -> s.peers().size() == 2);
            assertThat(status.state()).isEqualTo(new DaemonState.Running());
            assertThat(streams(key)).isEqualTo(1);
            echo(daemon);
        }
    }

    @Test
    void aPeerAddedAndRemovedInOneMessageIsGone() throws Exception {
        tailnet.addPeer("web");
        try (RunningDaemon daemon = connect()) {
            daemon.awaitRunning();
            long web = tailnet.control().nodes().stream()
                    .filter(node -> node.shortName().equals("web"))
                    .findFirst()
                    .orElseThrow()
                    .id();
            inject("{\"PeersChangedPatch\":[{\"NodeID\":" + web + ",\"DERPRegion\":901}],\"PeersRemoved\":[" + web
                    + "]}");
            daemon.await(s -> s.peers().isEmpty());
        }
    }

    @Test
    void aBrokenMessageOrAnAbsurdLengthEndsTheSessionAndTheNextOneIsWhole() throws Exception {
        try (RunningDaemon daemon = connect()) {
            daemon.awaitRunning();
            NodePublic key = client();
            byte[] notJson = Tailnet.frame("{\"Peers\":[".getBytes(StandardCharsets.UTF_8), false);
            byte[] fourGigabytes = {-1, -1, -1, -1, 0, 0, 0, 0};
            long before = streams(key);
            for (byte[] bytes : List.of(notJson, fourGigabytes)) {
                tailnet.control().injectBytes(key, bytes);
                IpcError reason = daemon.awaitReason();
                assertThat(reason.code()).isEqualTo(FailureCode.CONTROL_FAILED);
                assertThat(reason.message()).contains(tailnet.url());
                daemon.awaitRunning();
            }
            assertThat(streams(key)).isEqualTo(before + 2);
        }
    }

    private static void echo(RunningDaemon daemon) throws Exception {
        byte[] sent = "there and back".getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.forwardPort(0))) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(sent);
            assertThat(socket.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
        }
    }

    // ---- the node itself ----

    @Test
    void aDeletedNodeRegistersAgainWhileItsKeyIsGood() throws Exception {
        try (RunningDaemon daemon = connect()) {
            List<String> before = daemon.awaitRunning().addresses();
            tailnet.control().delete(client());
            daemon.await(s ->
                    s.state() instanceof DaemonState.Running && !s.addresses().equals(before));
            assertThat(tailnet.control().nodes()).hasSize(1);
        }
    }

    @Test
    void aDeletedNodeWhoseKeyIsUsedUpEndsWithAdvice() throws Exception {
        tailnet.control().addAuthKey("hskey-auth-once", false);
        RunningDaemon daemon = connect("hskey-auth-once");
        daemon.awaitRunning();
        tailnet.control().delete(client());
        IpcError failure = daemon.awaitFailure();
        assertThat(failure.code()).isEqualTo(FailureCode.AUTH_REFUSED);
        assertThat(failure.message()).contains("authkey already used");
        assertThat(failure.advice()).contains("Create a new pre-auth key");
    }

    // ---- starting and stopping ----

    @Test
    void aStopWhileRegisteringEndsAtOnce() throws Exception {
        tailnet.control().faults().registerDelay = Duration.ofSeconds(20);
        assertStopsIn(DaemonState.Registering.class);
    }

    @Test
    void aStopWhileTheRelayIsAwaitedEndsAtOnce() throws Exception {
        tailnet.relay().setSilent(true);
        assertStopsIn(DaemonState.RelayConnecting.class);
    }

    @Test
    void aStopInThePauseBetweenTwoAttemptsEndsAtOnce() throws Exception {
        tailnet.control().stop();
        assertStopsIn(DaemonState.Reconnecting.class);
    }

    private void assertStopsIn(Class<? extends DaemonState> state) throws Exception {
        RunningDaemon daemon = connect();
        daemon.await(s -> state.isInstance(s.state()));
        long startNanos = System.nanoTime();
        daemon.stop();
        assertThat(daemon.awaitExit()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(5));
        assertThat(daemon.folder().socket()).doesNotExist();
    }

    @Test
    void fiveTimesUpAndDownIsOneNodeWithOneAddress() throws Exception {
        List<String> first = List.of();
        for (int i = 0; i < 5; i++) {
            RunningDaemon daemon = connect();
            List<String> addresses = daemon.awaitRunning().addresses();
            first = i == 0 ? addresses : first;
            assertThat(addresses).isEqualTo(first);
            daemon.stop();
            assertThat(daemon.awaitExit()).isZero();
            assertThat(daemon.folder().socket()).doesNotExist();
        }
        assertThat(tailnet.control().nodes()).hasSize(1);
    }

    // ---- secrets ----

    @Test
    void noKeyEverReachesTheLogOrAFileButItsOwn() throws Exception {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger ours = (Logger) LoggerFactory.getLogger("pt.sunbeam");
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        root.addAppender(log);
        ours.setLevel(Level.TRACE);
        String refused = "hskey-auth-secret-that-is-refused";
        try {
            RunningDaemon.start(folder.resolve("refused"), RunningDaemon.settings(tailnet.url(), refused, "refused"))
                    .awaitExit();
            try (RunningDaemon daemon = connect()) {
                daemon.awaitRunning();
                tailnet.control().dropConnections();
                daemon.awaitReason();
                daemon.awaitRunning();
            }
        } finally {
            ours.setLevel(null);
            root.detachAppender(log);
        }
        String said = String.join(
                "\n", log.list.stream().map(TroubledTailnetTest::text).toList());
        assertThat(said).contains("starting: version");
        assertThat(said).doesNotContain(refused).doesNotContain(TestTailnet.AUTH_KEY);
        Matcher secrets = Pattern.compile("\"[a-z-]*-key\"\\s*:\\s*\"(?:privkey:)?([^\"]{32,})\"")
                .matcher(Files.readString(folder.resolve("state").resolve("keys.json")));
        int found = 0;
        while (secrets.find()) {
            assertThat(said).doesNotContain(secrets.group(1));
            found++;
        }
        assertThat(found).isEqualTo(2);
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(file)).doesNotContain(refused).doesNotContain(TestTailnet.AUTH_KEY);
            }
        }
    }

    private static String text(ILoggingEvent event) {
        return event.getFormattedMessage()
                + (event.getThrowableProxy() == null
                        ? ""
                        : event.getThrowableProxy().getMessage());
    }
}
