package pt.sunbeam.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;
import pt.sunbeam.daemon.DaemonSettings;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.ipc.IpcError;

/** A whole daemon that is given a server it cannot use: each time it says what, where, why and what to do next. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnreachableServerTest {
    @TempDir
    Path folder;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listenToTheLog() {
        log.start();
        root().addAppender(log);
    }

    @AfterEach
    void leaveTheLog() {
        root().detachAppender(log);
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private RunningDaemon connect(String url) {
        return start("state", settings(url));
    }

    private RunningDaemon start(String state, DaemonSettings settings) {
        return RunningDaemon.start(folder.resolve(state), settings);
    }

    private static DaemonSettings settings(String url) {
        return RunningDaemon.settings(url, TestTailnet.AUTH_KEY, "client");
    }

    private static ServerSocket listener() throws Exception {
        return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @ParameterizedTest
    @CsvSource({
        "ftp://127.0.0.1, its scheme is neither https nor http",
        "http://127.0.0.1:99999, port 99999 does not exist",
        "https://, it is not a URL",
        "two words, it is not a URL",
    })
    void aUrlThatIsNoneEndsTheDaemonAtOnce(String url, String why) throws Exception {
        IpcError failure = connect(url).awaitFailure();
        assertThat(failure.code()).isEqualTo(FailureCode.CONFIG);
        assertThat(failure.message()).isEqualTo("the control URL \"" + url + "\" cannot be used: " + why);
        assertThat(failure.advice()).contains("for example https://");
    }

    @Test
    void whatFollowsTheHostInAWrongUrlIsNotRepeated() throws Exception {
        IpcError failure = connect("http://127.0.0.1/?key=secret").awaitFailure();
        assertThat(failure.code()).isEqualTo(FailureCode.CONFIG);
        assertThat(failure.message())
                .contains("http://127.0.0.1", "it must be scheme, host and port only")
                .doesNotContain("secret");
    }

    @Test
    void aHostWithoutAnAddressIsNamed() throws Exception {
        try (RunningDaemon daemon = connect("https://no-such-host.invalid")) {
            IpcError reason = daemon.awaitReason();
            assertThat(reason.code()).isEqualTo(FailureCode.CONTROL_UNREACHABLE);
            assertThat(reason.message()).contains("no-such-host.invalid");
            assertThat(reason.advice()).isNotEmpty();
        }
    }

    @Test
    void aRefusedPortIsCalledRefused() throws Exception {
        int port;
        try (ServerSocket closed = listener()) {
            port = closed.getLocalPort();
        }
        try (RunningDaemon daemon = connect("http://127.0.0.1:" + port)) {
            IpcError reason = daemon.awaitReason();
            assertThat(reason.code()).isEqualTo(FailureCode.CONTROL_UNREACHABLE);
            assertThat(reason.message()).contains("127.0.0.1:" + port).contains("the connection was refused");
        }
    }

    @Test
    void aServerThatSaysNothingIsGivenUpWithOrWithoutTls() throws Exception {
        try (ServerSocket silent = listener();
                RunningDaemon plain = start("plain", settings("http://127.0.0.1:" + silent.getLocalPort()));
                RunningDaemon tls = start("tls", settings("https://127.0.0.1:" + silent.getLocalPort()))) {
            IpcError reason = plain.awaitReason();
            assertThat(reason.code()).isEqualTo(FailureCode.CONTROL_UNREACHABLE);
            assertThat(reason.message()).contains("did not answer GET /key within 10000 ms");
            IpcError tlsReason = tls.awaitReason();
            assertThat(tlsReason.code()).isEqualTo(FailureCode.CONTROL_UNREACHABLE);
            assertThat(tlsReason.message()).contains("no answer in time");
        }
    }

    @Test
    void aPlainServerBehindAnHttpsUrlIsRecognised() throws Exception {
        try (TestTailnet tailnet = TestTailnet.start();
                RunningDaemon daemon = connect(tailnet.url().replace("http:", "https:"))) {
            IpcError reason = daemon.awaitReason();
            assertThat(reason.code()).isEqualTo(FailureCode.CONTROL_UNREACHABLE);
            assertThat(reason.message()).contains("it does not speak TLS");
            assertThat(reason.advice()).contains("http://");
        }
    }

    @Test
    void aTlsServerBehindAnHttpUrlIsAFailureWithTheServersName() throws Exception {
        TestCertificate certificate = TestCertificate.selfSigned(folder, "ip:127.0.0.1");
        try (TestTailnet tailnet = TestTailnet.start(certificate.server());
                RunningDaemon daemon = connect(tailnet.url().replace("https:", "http:"))) {
            IpcError reason = daemon.awaitReason();
            assertThat(reason.code().exitCode()).isEqualTo(5);
            assertThat(reason.message()).contains(tailnet.url().replace("https:", "http:"));
            assertThat(reason.advice()).isNotEmpty();
        }
    }

    @Test
    void anUnknownAuthorityIsRefusedAndItsFileMakesItTrusted() throws Exception {
        TestCertificate certificate = TestCertificate.selfSigned(folder, "ip:127.0.0.1");
        try (TestTailnet tailnet = TestTailnet.start(certificate.server())) {
            try (RunningDaemon daemon = connect(tailnet.url())) {
                IpcError reason = daemon.awaitReason();
                assertThat(reason.code()).isEqualTo(FailureCode.CONTROL_UNTRUSTED);
                assertThat(reason.message()).contains("signed by an authority this machine does not trust");
                assertThat(reason.advice()).contains("--ca-file");
                assertThat(log.list).isNotEmpty().allMatch(event -> event.getThrowableProxy() == null);
            }
            assertThat(tailnet.control().registrations).isEmpty();
            DaemonSettings trusting = RunningDaemon.trusting(settings(tailnet.url()), certificate.trustFile());
            try (RunningDaemon daemon = start("trusting", trusting)) {
                assertThat(daemon.awaitRunning().relay().connected()).isTrue();
            }
        }
    }

    @Test
    void aCertificateForAnotherNameIsCalledSo() throws Exception {
        TestCertificate certificate = TestCertificate.selfSigned(folder, "dns:elsewhere.test");
        try (TestTailnet tailnet = TestTailnet.start(certificate.server());
                RunningDaemon daemon =
                        start("state", RunningDaemon.trusting(settings(tailnet.url()), certificate.trustFile()))) {
            IpcError reason = daemon.awaitReason();
            assertThat(reason.code()).isEqualTo(FailureCode.CONTROL_UNTRUSTED);
            assertThat(reason.message()).contains("its certificate is for another name");
        }
    }

    @Test
    void anExpiredCertificateIsCalledSo() throws Exception {
        TestCertificate certificate = TestCertificate.expired(folder, "ip:127.0.0.1");
        try (TestTailnet tailnet = TestTailnet.start(certificate.server());
                RunningDaemon daemon =
                        start("state", RunningDaemon.trusting(settings(tailnet.url()), certificate.trustFile()))) {
            IpcError reason = daemon.awaitReason();
            assertThat(reason.code()).isEqualTo(FailureCode.CONTROL_UNTRUSTED);
            assertThat(reason.message()).contains("its certificate has expired");
            assertThat(reason.advice()).contains("clock");
        }
    }

    @Test
    void aCaFileThatIsNoneEndsTheDaemonWithItsPath() throws Exception {
        Path noise = Files.writeString(folder.resolve("noise.pem"), "not a certificate");
        for (Path file : new Path[] {noise, folder.resolve("absent.pem"), folder}) {
            DaemonSettings settings = RunningDaemon.trusting(settings("https://127.0.0.1:1"), file);
            IpcError failure = start("state", settings).awaitFailure();
            assertThat(failure.code()).isEqualTo(FailureCode.CONFIG);
            assertThat(failure.message()).startsWith("the CA file " + file + " cannot be used: ");
        }
    }
}
