package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;

/** A whole daemon in the testkit's tailnet. It shows that the parts fit; the wire formats have their proofs elsewhere. */
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FirstLightTest {
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

    private RunningDaemon connect(String... forwards) {
        return RunningDaemon.start(
                folder.resolve("state"),
                RunningDaemon.settings(tailnet.url(), TestTailnet.AUTH_KEY, "client", forwards));
    }

    private static Socket local(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(20_000);
        return socket;
    }

    @Test
    void aProgramReachesAWebServerInsideTheTailnet() throws Exception {
        try (RunningDaemon daemon = connect("127.0.0.1:0:web:80")) {
            DaemonStatus status = daemon.awaitRunning();
            assertThat(status.addresses()).hasSize(2);
            assertThat(status.name()).isEqualTo("client");
            assertThat(status.fullName()).startsWith("client.");
            assertThat(status.peers()).extracting(DaemonStatus.PeerStatus::name).containsExactly("web");
            try (Socket socket = local(daemon.forwardPort(0))) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: web\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("Hello from web inside the tailnet.\n");
            }
            // The relay until a direct path is proved, which takes no time where this host has an address for one.
            assertThat(daemon.await(s -> true).peers().getFirst().path()).matches("relay testkit|direct \\S+");
        }
    }

    @Test
    void aForwardOnEveryIpv4AddressIsNotOpenOnIpv6() throws Exception {
        try (RunningDaemon daemon = connect("0.0.0.0:0:web:80")) {
            assertThat(daemon.awaitRunning().forwards().getFirst().listen()).startsWith("0.0.0.0:");
            int port = daemon.forwardPort(0);
            local(port).close();
            assertThatThrownBy(() -> new Socket("::1", port).close()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void megabytesComeBackUnchangedAndAHalfCloseSurvives() throws Exception {
        byte[] sent = new byte[8 << 20];
        new Random(1).nextBytes(sent);
        try (RunningDaemon daemon = connect("127.0.0.1:0:web:7")) {
            daemon.awaitRunning();
            try (Socket socket = local(daemon.forwardPort(0))) {
                Thread writer = Thread.ofVirtual().start(() -> {
                    try {
                        socket.getOutputStream().write(sent);
                        socket.shutdownOutput();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
                writer.join();
            }
        }
    }

    @Test
    void aRefusedTargetResetsTheLocalConnectionAndTheReasonIsShown() throws Exception {
        try (RunningDaemon daemon = connect("127.0.0.1:0:web:9999", "127.0.0.1:0:nobody:1")) {
            daemon.awaitRunning();
            for (int i = 0; i < 2; i++) {
                try (Socket socket = local(daemon.forwardPort(i));
                        InputStream in = socket.getInputStream()) {
                    assertThatThrownBy(in::read)
                            .isInstanceOf(SocketException.class)
                            .hasMessageContaining("reset");
                }
            }
            DaemonStatus status = daemon.await(s -> true);
            assertThat(status.forwards().get(0).lastFailure()).isEqualTo("web:9999 refused the connection");
            assertThat(status.forwards().get(1).lastFailure()).isEqualTo("no peer is called \"nobody\"");
        }
    }

    @Test
    void aForwardToAPeerThatTheServerCallsOfflineSaysSo() throws Exception {
        try (RunningDaemon daemon = connect("127.0.0.1:0:late:80")) {
            daemon.awaitRunning();
            var late = tailnet.addPeer("late");
            daemon.await(s -> s.forwards().getFirst().problem().isEmpty());
            late.close();
            daemon.await(s -> s.forwards().getFirst().problem().contains("the server says that late is offline"));
        }
    }

    @Test
    void theSocketAnswersBeforeTheServerDoesAndAStopRemovesIt() throws Exception {
        tailnet.control().faults().silent = true;
        RunningDaemon daemon = connect();
        daemon.await(s -> s.state() instanceof DaemonState.Connecting || s.state() instanceof DaemonState.Starting);
        daemon.stop();
        assertThat(daemon.awaitExit()).isZero();
        assertThat(daemon.folder().socket()).doesNotExist();
    }

    @Test
    void aRefusedKeyEndsTheDaemonWithItsReason() throws Exception {
        RunningDaemon daemon = RunningDaemon.start(
                folder.resolve("state"), RunningDaemon.settings(tailnet.url(), "no-such-key", "client"));
        assertThat(daemon.awaitExit()).isEqualTo(3);
        assertThat(daemon.folder().lastFailure()).content().contains("auth_refused");
    }

    @Test
    void everyFileIsTheOwnersAlone() throws Exception {
        try (RunningDaemon daemon = connect()) {
            daemon.awaitRunning();
            try (var files = Files.walk(folder.resolve("state"))) {
                for (Path path : files.toList()) {
                    String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
                    assertThat(mode).as(path.toString()).isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
                }
            }
        }
    }

    @Test
    void aPeerThatJoinsLaterIsReachedAndOneThatIsDeletedIsGone() throws Exception {
        try (RunningDaemon daemon = connect("127.0.0.1:0:late:80")) {
            daemon.awaitRunning();
            var late = tailnet.addPeer("late");
            daemon.await(s -> s.peers().size() == 2);
            try (Socket socket = local(daemon.forwardPort(0))) {
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .contains("Hello from late");
            }
            String address = late.status().addresses().getFirst();
            tailnet.control().nodes().stream()
                    .filter(n -> n.addresses().getFirst().address().toString().equals(address))
                    .forEach(n -> tailnet.control().delete(n.key()));
            daemon.await(s -> s.peers().size() == 1);
        }
    }

    @Test
    void aPeerThatIsClosedTwiceIsClosedOnce() throws Exception {
        var peer = tailnet.addPeer("brief");
        peer.close();
        assertThatNoException().isThrownBy(peer::close);
    }

    @Test
    void aRestartKeepsKeysAndAddress() throws Exception {
        DaemonStatus before;
        try (RunningDaemon daemon = connect()) {
            before = daemon.awaitRunning();
        }
        try (RunningDaemon daemon = connect()) {
            assertThat(daemon.awaitRunning().addresses()).isEqualTo(before.addresses());
        }
        assertThat(tailnet.control().nodes()).hasSize(2);
    }

    @Test
    void flowsSurviveARestartOfTheServerAndOfTheRelay() throws Exception {
        try (RunningDaemon daemon = connect("127.0.0.1:0:web:7")) {
            daemon.awaitRunning();
            try (Socket socket = local(daemon.forwardPort(0))) {
                exchange(socket, "before");
                tailnet.control().stop();
                daemon.await(s -> s.state() instanceof DaemonState.Reconnecting);
                exchange(socket, "while the server is away");
                tailnet.control().restart();
                daemon.awaitRunning();
                exchange(socket, "after");
                tailnet.relay().stop();
                daemon.await(s -> s.relay() != null && !s.relay().connected());
                tailnet.relay().start();
                exchange(socket, "through the relay again");
            }
        }
    }

    private static void exchange(Socket socket, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        socket.getOutputStream().write(bytes);
        assertThat(new String(socket.getInputStream().readNBytes(bytes.length), StandardCharsets.UTF_8))
                .isEqualTo(text);
    }
}
