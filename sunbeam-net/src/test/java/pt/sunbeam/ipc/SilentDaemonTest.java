package pt.sunbeam.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.failure.SunbeamException;

/** A control socket that takes connections and never answers: a suspended daemon, or a stranger's. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SilentDaemonTest {
    private Path folder;
    private Path socket;
    private ServerSocketChannel silent;

    @BeforeEach
    void listen() throws IOException {
        // Not a @TempDir: the path of a local socket must be short.
        folder = Files.createTempDirectory("silent");
        socket = folder.resolve("s");
        silent = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
    }

    @AfterEach
    void close() throws IOException {
        silent.close();
        Files.deleteIfExists(socket);
        Files.delete(folder);
    }

    @Test
    void aQuestionEndsWithAClearSentence() {
        try (IpcClient client = IpcClient.connect(socket, Duration.ofMillis(50))) {
            assertThat(client).isNotNull();
            assertThatThrownBy(client::status)
                    .isInstanceOf(SunbeamException.class)
                    .hasMessage("the daemon does not answer on its control socket");
        }
    }

    @Test
    void soDoesAStop() {
        try (IpcClient client = IpcClient.connect(socket, Duration.ofMillis(50))) {
            assertThat(client).isNotNull();
            assertThatThrownBy(client::stop)
                    .isInstanceOf(SunbeamException.class)
                    .hasMessage("the daemon does not answer on its control socket");
        }
    }
}
