package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.daemon.DaemonSettings;
import pt.sunbeam.daemon.EmbeddedNode;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;

/**
 * The node in a tailnet of other people's programs, a real coordination server, relay and peer: what our own testkit cannot
 * prove. {@code docs/testing.md} says where the tailnet comes from.
 */
@Timeout(value = 240, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RealTailnetIT {
    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(60);
    private static final int SOCKET_TIMEOUT_MILLIS = 30_000;
    private static final int BODY_BYTES = 256 << 10;
    private static final IpPrefix TAILNET_V4 = IpPrefix.parse("100.64.0.0/10");

    @TempDir
    Path folder;

    private RealTailnet tailnet;

    @BeforeEach
    void findTailnet() {
        tailnet = RealTailnet.require();
    }

    @Test
    void aNodeRegistersAndReceivesTheNetmap() throws Exception {
        try (EmbeddedNode node =
                new EmbeddedNode(tailnet.url(), tailnet.authKey(), "it-register", List.of(), tailnet.trust())) {
            DaemonStatus status = node.awaitRunning(JOIN_TIMEOUT);
            assertThat(status.state()).isEqualTo(new DaemonState.Running());
            assertThat(status.addresses()).isNotEmpty();
            assertThat(TAILNET_V4.contains(IpAddress.parse(status.addresses().getFirst())))
                    .isTrue();
            assertThat(status.peers()).isNotEmpty();
            assertThat(status.relay()).isNotNull();
            assertThat(status.relay().connected()).isTrue();
        }
    }

    @Test
    void theForwardAcceptsConnections() throws Exception {
        String target = tailnet.peer().map(IpEndpoint::toString).orElse("100.64.0.1:1");
        try (RunningDaemon daemon = connect("it-listener", target)) {
            daemon.awaitRunning();
            try (Socket socket = local(daemon)) {
                assertThat(socket.isConnected()).isTrue();
            }
        }
    }

    @Test
    void aDaemonComesUpStopsCleanlyAndLeavesNoSocket() throws Exception {
        try (RunningDaemon daemon = connect("it-lifecycle", "100.64.0.1:1")) {
            assertThat(daemon.folder().lastFailure()).doesNotExist();
            daemon.awaitRunning();
            assertThat(daemon.folder().socket()).exists();
            daemon.stop();
            assertThat(daemon.awaitExit()).isZero();
            assertThat(daemon.folder().socket()).doesNotExist();
            assertThat(daemon.folder().lastFailure()).doesNotExist();
        }
    }

    @Test
    void bytesReachThePeersEchoServiceAndComeBack() throws Exception {
        IpEndpoint echo = tailnet.requirePeer();
        byte[] body = new byte[BODY_BYTES];
        new Random(7).nextBytes(body);
        try (RunningDaemon daemon = connect("it-tunnel", echo.toString())) {
            daemon.awaitRunning();
            try (Socket socket = local(daemon)) {
                Thread writer = Thread.ofVirtual().start(() -> write(socket, body));
                assertThat(socket.getInputStream().readNBytes(body.length)).isEqualTo(body);
                writer.join();
            }
        }
    }

    private RunningDaemon connect(String hostname, String target) {
        DaemonSettings settings = new DaemonSettings(
                "test",
                "0",
                tailnet.url(),
                tailnet.authKey(),
                hostname,
                tailnet.caFiles().stream().map(Path::toString).toList(),
                List.of(ForwardSpec.parse("127.0.0.1:0:" + target)),
                false);
        return RunningDaemon.start(folder.resolve("state"), settings);
    }

    private static Socket local(RunningDaemon daemon) throws Exception {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.forwardPort(0));
        socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
        return socket;
    }

    private static void write(Socket socket, byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
