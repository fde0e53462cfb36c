package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Local programs that are faster than the tunnel: they have said all, and goodbye, before the target has answered. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HastyProgramTest {
    private static final int TRIES = 200;

    @TempDir
    Path folder;

    @Test
    void aLargeAnswerToAnEarlyHalfCloseArrivesWhole() throws Exception {
        byte[] sent = new byte[1 << 20];
        new Random(1).nextBytes(sent);
        try (TestTailnet tailnet = TestTailnet.start()) {
            tailnet.addPeer("web");
            try (RunningDaemon daemon = RunningDaemon.start(
                    folder.resolve("state"),
                    RunningDaemon.settings(tailnet.url(), TestTailnet.AUTH_KEY, "client", "127.0.0.1:0:web:7"))) {
                daemon.awaitRunning();
                InetSocketAddress forward =
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), daemon.forwardPort(0));
                for (int i = 0; i < 10; i++) {
                    try (Socket socket = new Socket()) {
                        // A small receive buffer: the daemon must wait for this program again and again.
                        socket.setReceiveBufferSize(4096);
                        socket.setSoTimeout(10_000);
                        socket.connect(forward);
                        socket.getOutputStream().write(sent);
                        socket.shutdownOutput();
                        assertThat(socket.getInputStream().readAllBytes())
                                .as("try %d", i)
                                .isEqualTo(sent);
                    }
                }
            }
        }
    }

    @Test
    void whatWasWrittenBeforeAnEarlyHalfCloseArrives() throws Exception {
        try (TestTailnet tailnet = TestTailnet.start()) {
            tailnet.addPeer("web");
            try (RunningDaemon daemon = RunningDaemon.start(
                    folder.resolve("state"),
                    RunningDaemon.settings(tailnet.url(), TestTailnet.AUTH_KEY, "client", "127.0.0.1:0:web:7"))) {
                daemon.awaitRunning();
                int port = daemon.forwardPort(0);
                for (int i = 0; i < TRIES; i++) {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                        socket.setSoTimeout(10_000);
                        socket.getOutputStream().write("all at once".getBytes(StandardCharsets.US_ASCII));
                        socket.shutdownOutput();
                        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                                .as("try %d", i)
                                .isEqualTo("all at once");
                    }
                }
            }
        }
    }
}
