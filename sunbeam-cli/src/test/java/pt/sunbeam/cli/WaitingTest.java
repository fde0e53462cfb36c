package pt.sunbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.IpcClient;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.json.Json;
import pt.sunbeam.json.JsonObject;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private String wordsOf(boolean terminal, DaemonState... states) throws Exception {
        PrintStream words = new PrintStream(err, true, StandardCharsets.UTF_8);
        Console console = new Console(words, words, terminal);
        List<String> lines = Stream.of(states).map(WaitingTest::line).toList();
        try (ScriptedDaemon daemon = new ScriptedDaemon(lines)) {
            IpcClient client = IpcClient.connect(daemon.socket);
            try (Waiting waiting = new Waiting(client, "https://hs.test", console, new Progress(console), null)) {
                waiting.untilRunning(new Patience(Duration.ZERO));
            }
        }
        return err.toString(StandardCharsets.UTF_8);
    }

    private static String line(DaemonState state) {
        JsonObject status = new JsonObject();
        state.writeTo(status);
        assertThat(DaemonStatus.fromJson(status)).isNotNull();
        return Json.line(new JsonObject().put("protocol", 1).put("status", status));
    }

    private static DaemonState failed(int attempt, FailureCode code) {
        return new DaemonState.Reconnecting(attempt, new IpcError(code, "no", "name its CA"), 0);
    }

    @Test
    void anUntrustedCertificateIsToldWithWhatToDoAtTheFirstAttemptAndOnce() throws Exception {
        FailureCode untrusted = FailureCode.CONTROL_UNTRUSTED;
        assertThat(wordsOf(false, failed(1, untrusted), failed(2, untrusted), new DaemonState.Running()))
                .isEqualTo("""
                        reconnecting to hs.test (attempt 1): no
                          next: name its CA
                        reconnecting to hs.test (attempt 2): no
                        """);
    }

    @Test
    void onATerminalTheAdviceStandsBelowTheLineItBelongsTo() throws Exception {
        assertThat(wordsOf(true, failed(1, FailureCode.CONTROL_UNTRUSTED), new DaemonState.Running()))
                .endsWith("reconnecting to hs.test (attempt 1): no\n  next: name its CA\n");
    }

    @Test
    void aFailureThatMayPassByItselfIsToldWithoutAdvice() throws Exception {
        assertThat(wordsOf(false, failed(1, FailureCode.CONTROL_UNREACHABLE), new DaemonState.Running()))
                .doesNotContain("next:");
    }
}
