package pt.sunbeam.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.json.JsonObject;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NetcheckRequestTest {
    private final AtomicReference<NetcheckStatus> report = new AtomicReference<>();
    private final JsonObject status = new JsonObject();
    private Path folder;
    private IpcServer server;

    @BeforeEach
    void listen() throws IOException {
        // Not a @TempDir: the path of a local socket must be short.
        folder = Files.createTempDirectory("netcheck");
        server = IpcServer.start(folder.resolve("s"), new StatusSource() {
            @Override
            public DaemonStatus status() {
                return DaemonStatus.fromJson(status);
            }

            @Override
            public NetcheckStatus netcheck() {
                return report.get();
            }

            @Override
            public long changes() {
                return 0;
            }

            @Override
            public void awaitChange(long since, long timeoutMillis) {}

            @Override
            public void requestStop() {}
        });
    }

    @AfterEach
    void close() throws IOException {
        server.close();
        Files.delete(folder);
    }

    private NetcheckStatus ask() {
        try (IpcClient client = IpcClient.connect(folder.resolve("s"))) {
            return client.netcheck();
        }
    }

    @Test
    void theLastReportIsTheAnswer() {
        report.set(new NetcheckStatus(1, true, true, "192.0.2.1:1", false, "", null, true, null, 7, List.of()));
        assertThat(ask()).isEqualTo(report.get());
    }

    @Test
    void beforeTheFirstReportTheAnswerIsAClearSentence() {
        new DaemonState.Connecting().writeTo(status);
        assertThatThrownBy(this::ask)
                .isInstanceOf(SunbeamException.class)
                .hasMessage("the daemon has not measured this network yet");
    }

    @Test
    void beforeTheNodeIsApprovedTheAdviceIsWhereToApproveIt() {
        new DaemonState.LoginNeeded("https://hs.test/a").writeTo(status);
        assertThatThrownBy(this::ask)
                .isInstanceOfSatisfying(
                        SunbeamException.class,
                        e -> assertThat(e.advice()).isEqualTo("open https://hs.test/a to approve this node"));
    }
}
