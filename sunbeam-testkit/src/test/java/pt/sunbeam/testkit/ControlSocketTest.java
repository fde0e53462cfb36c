package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

/** The control socket of a daemon whose server says nothing, against clients that do not keep to its rules. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ControlSocketTest {
    @TempDir
    Path folder;

    private ServerSocket silentServer;
    private RunningDaemon daemon;

    @BeforeEach
    void startDaemon() throws Exception {
        silentServer = new ServerSocket(0);
        daemon = RunningDaemon.start(
                folder.resolve("state"),
                RunningDaemon.settings("http://127.0.0.1:" + silentServer.getLocalPort(), "", "client"));
        assertThat(daemon.await(s -> true)).isNotNull();
    }

    @AfterEach
    void theDaemonStillAnswersAndStops() throws Exception {
        try (IpcClient client = IpcClient.connect(daemon.folder().socket())) {
            DaemonStatus status = client.status();
            assertThat(status.context()).isEqualTo("test");
        }
        daemon.stop();
        assertThat(daemon.awaitExit()).isZero();
        assertThat(daemon.folder().socket()).doesNotExist();
        silentServer.close();
    }

    private SocketChannel client() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(daemon.folder().socket()));
        return channel;
    }

    private static String readAll(SocketChannel channel) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        ByteBuffer in = ByteBuffer.allocate(4096);
        try {
            while (channel.read(in.clear()) >= 0) {
                all.write(in.array(), 0, in.position());
            }
        } catch (IOException e) {
            // The daemon closed while bytes of ours were unread, which the kernel shows as a reset.
            return all.toString(StandardCharsets.UTF_8);
        }
        return all.toString(StandardCharsets.UTF_8);
    }

    private String exchange(String request) throws IOException {
        try (SocketChannel channel = client()) {
            channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
            channel.shutdownOutput();
            return readAll(channel);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"protocol\":1,\"request\":\"make-coffee\"}|unknown request",
                "{\"protocol\":1}|unknown request",
                "{\"protocol\":2,\"request\":\"stop\"}|this daemon speaks protocol 1 of the control socket",
                "{\"request\":\"stop\"}|this daemon speaks protocol 1 of the control socket",
                "stop|the request is not a JSON object",
                "[1,2|the request is not a JSON object",
            })
    void aRequestItDoesNotKnowIsAnsweredWithAnErrorInOneLine(String request, String message) throws Exception {
        String answer = exchange(request + "\n");
        assertThat(answer).endsWith("\n").containsOnlyOnce("\n");
        JsonObject line = Json.parseObject(answer);
        assertThat(line.number("protocol", 0)).isEqualTo(1);
        assertThat(line.object("error").text("message", "")).isEqualTo(message);
    }

    @Test
    void aMegabyteWithoutALineEndIsCutOff() throws Exception {
        try (SocketChannel channel = client()) {
            ByteBuffer noise = ByteBuffer.wrap("x".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII));
            try {
                while (noise.hasRemaining()) {
                    channel.write(noise);
                }
            } catch (IOException e) {
                assertThat(noise.position()).isLessThan(1 << 20);
            }
            assertThat(readAll(channel)).contains("the request is longer than 4096 bytes");
        }
    }

    @Test
    void aClientThatLeavesInTheMiddleOfALineGetsNothing() throws Exception {
        assertThat(exchange("{\"protocol\":1,\"requ")).isEmpty();
    }

    @Test
    void clientsThatSayNothingAreClosedAndHinderNobody() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            silent.add(client());
        }
        assertThat(exchange("{\"protocol\":1,\"request\":\"status\"}\n")).contains("\"schema\":1");
        for (SocketChannel channel : silent) {
            assertThat(readAll(channel)).isEmpty();
            channel.close();
        }
    }

    @Test
    void aCrowdIsTurnedAwayAtTheDoorAndThoseInsideAreClosedInTime() throws Exception {
        AtomicInteger closedAtOnce = new AtomicInteger();
        List<Thread> crowd = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            SocketChannel channel = client();
            long startNanos = System.nanoTime();
            crowd.add(Thread.ofPlatform().start(() -> {
                readAll(channel);
                if (System.nanoTime() - startNanos < 4_000_000_000L) {
                    closedAtOnce.incrementAndGet();
                }
            }));
        }
        for (Thread client : crowd) {
            client.join();
        }
        assertThat(closedAtOnce.get()).isGreaterThanOrEqualTo(36);
    }
}
