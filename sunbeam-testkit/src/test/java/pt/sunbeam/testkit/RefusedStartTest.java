package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.IpcError;

/** A whole daemon that must not start: refused keys, damaged files, a taken port, another daemon in its folder. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RefusedStartTest {
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

    private RunningDaemon connect(String key, String... forwards) {
        return RunningDaemon.start(
                folder.resolve("state"), RunningDaemon.settings(tailnet.url(), key, "client", forwards));
    }

    private void assertRefused(String key, String serversWords) throws Exception {
        RunningDaemon daemon = connect(key);
        IpcError failure = daemon.awaitFailure();
        assertThat(daemon.awaitExit()).isEqualTo(3);
        assertThat(failure.code()).isEqualTo(FailureCode.AUTH_REFUSED);
        assertThat(failure.message()).contains(tailnet.url()).endsWith("refused this node: " + serversWords);
        assertThat(failure.message() + failure.advice()).doesNotContain(key);
        assertThat(failure.advice()).contains("Create a new pre-auth key on the server");
        assertThat(daemon.folder().socket()).doesNotExist();
    }

    @Test
    void anUnknownKeyIsRefusedWithAdvice() throws Exception {
        assertRefused("hskey-auth-never-made", "invalid pre auth key");
    }

    @Test
    void anExpiredKeyIsRefusedWithAdvice() throws Exception {
        tailnet.control().addExpiredAuthKey("hskey-auth-too-old");
        assertRefused("hskey-auth-too-old", "authkey expired");
    }

    @Test
    void aKeyThatAnotherNodeUsedIsRefusedWithAdvice() throws Exception {
        tailnet.control().addAuthKey("hskey-auth-once", false);
        try (RunningDaemon first = RunningDaemon.start(
                folder.resolve("first"), RunningDaemon.settings(tailnet.url(), "hskey-auth-once", "first"))) {
            first.awaitRunning();
        }
        assertRefused("hskey-auth-once", "authkey already used");
    }

    @Test
    void aRefusedKeyLeavesTheWayFreeForAGoodOne() throws Exception {
        assertThat(connect("hskey-auth-never-made").awaitExit()).isEqualTo(3);
        try (RunningDaemon daemon = connect(TestTailnet.AUTH_KEY)) {
            daemon.awaitRunning();
            assertThat(daemon.folder().lastFailure()).doesNotExist();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"servers\": {",
                "",
                "[]",
                "{\"servers\": 5}",
                "{\"servers\": {\"SERVER\": \"text\"}}",
                "{\"servers\": {\"SERVER\": {\"machine-key\": \"privkey:00\", \"backend-log-id\": \"00\"}}}",
                "{\"servers\": {\"SERVER\": {\"machine-key\": 7}}}",
            })
    void aDamagedKeyFileStopsTheDaemonAndIsNeverOverwritten(String text) throws Exception {
        String damaged = text.replace("SERVER", tailnet.url());
        Path keys = Files.createDirectories(folder.resolve("state")).resolve("keys.json");
        Files.writeString(keys, damaged);
        IpcError failure = connect(TestTailnet.AUTH_KEY).awaitFailure();
        assertThat(failure.code()).isEqualTo(FailureCode.CONFIG);
        assertThat(failure.message()).startsWith("the key file " + keys + " cannot be used: ");
        assertThat(failure.advice()).contains("move it away");
        assertThat(keys).hasContent(damaged);
    }

    @Test
    void aTakenPortIsOneSentenceAndNoReconnectLoop() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            RunningDaemon daemon = connect(TestTailnet.AUTH_KEY, "127.0.0.1:" + port + ":web:80");
            IpcError failure = daemon.awaitFailure();
            assertThat(daemon.awaitExit()).isEqualTo(1);
            assertThat(failure.code()).isEqualTo(FailureCode.PORT_TAKEN);
            assertThat(failure.message())
                    .isEqualTo("cannot listen on 127.0.0.1:" + port + ": another program listens there");
            assertThat(failure.advice()).contains("-L PORT:web:80");
        }
        assertThat(tailnet.control().registrations).isEmpty();
    }

    @Test
    void anAddressOfAnotherMachineIsNotCalledATakenPort() throws Exception {
        IpcError failure = connect(TestTailnet.AUTH_KEY, "192.0.2.1:0:web:80").awaitFailure();
        assertThat(failure.message()).isEqualTo("cannot listen on 192.0.2.1:0: this machine has no such address");
        assertThat(failure.advice()).contains("leave the address out");
    }

    @Test
    void whenOneOfTwoPortsIsTakenTheOtherIsGivenBack() throws Exception {
        int free;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = probe.getLocalPort();
        }
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RunningDaemon daemon = connect(
                    TestTailnet.AUTH_KEY,
                    "127.0.0.1:" + free + ":web:80",
                    "127.0.0.1:" + taken.getLocalPort() + ":web:80");
            assertThat(daemon.awaitExit()).isEqualTo(1);
            new ServerSocket(free, 1, InetAddress.getLoopbackAddress()).close();
        }
    }

    @Test
    void aSecondDaemonInTheSameFolderEndsAndTheFirstGoesOn() throws Exception {
        try (RunningDaemon first = connect(TestTailnet.AUTH_KEY)) {
            first.awaitRunning();
            RunningDaemon second = connect(TestTailnet.AUTH_KEY);
            assertThatThrownBy(second::awaitExit)
                    .hasCauseInstanceOf(SunbeamException.class)
                    .hasMessageContaining("another daemon of context test is running");
            assertThat(first.folder().socket()).exists();
            assertThat(first.await(s -> true).state()).isEqualTo(new DaemonState.Running());
        }
    }

    @Test
    void aSocketFileThatADeadDaemonLeftIsReplaced() throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("state")).resolve("daemon.sock"), "");
        try (RunningDaemon daemon = connect(TestTailnet.AUTH_KEY)) {
            daemon.awaitRunning();
        }
    }
}
