package pt.sunbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pt.sunbeam.testkit.TestTailnet;

/** The seed's transcript, line by line, by the packaged file in the testkit's tailnet. */
class TranscriptIT {
    private static final String V4 = "100\\.\\d+\\.\\d+\\.\\d+";
    private static final String V6 = "fd7a:115c:a1e0:[0-9a-f:]+";

    @TempDir
    Path folder;

    @Test
    void theSeedsLinesAreOnStandardOutput() throws Exception {
        Packaged sunbeam = new Packaged(folder);
        try (TestTailnet tailnet = TestTailnet.start()) {
            tailnet.addPeer("web");
            sunbeam.with("SUNBEAM_AUTHKEY", TestTailnet.AUTH_KEY).with("SUNBEAM_LOGIN_SERVER", tailnet.url());
            Packaged.Result connect = sunbeam.run("connect", "-L", "0:web:80");
            assertThat(connect.err()).doesNotContain("sunbeam:");
            assertThat(connect.out())
                    .matches("==> VPN daemon spawned \\(pid \\d+, logs at \\S+/daemon\\.log\\)\n" + "Connected \\(" + V4
                            + ", " + V6 + "\\) — 1 peer visible\nforward 127\\.0\\.0\\.1:\\d+ -> web:80\n");
            assertThat(connect.code()).isZero();

            Packaged.Result status = sunbeam.run("vpn", "status");
            assertThat(status.out())
                    .matches("VPN: running\n  addresses: " + V4 + ", " + V6 + "\n  peers: 1\n"
                            + "  derp home: region \\d+ \\(\\S+\\)\n  name: \\S+( \\(\\S+\\))?\nweb  " + V4
                            + "  online  .+\n"
                            + "forward  127\\.0\\.0\\.1:\\d+  -> web:80  connections: 0\n");
            assertThat(status.code()).isZero();
            assertThat(sunbeam.run("status", "--json").out()).startsWith("{\"schema\":1,\"state\":\"running\"");

            Packaged.Result ping = sunbeam.run("ping", "-c", "2", "web");
            assertThat(ping.out()).matches("(pong from web \\(" + V4 + "\\) via \\S+ in [0-9.]+ms\n)+");
            assertThat(ping.code()).as(ping.err()).isZero();
            assertThat(sunbeam.run("ping", "--json", "-c", "1", "web").out())
                    .startsWith("{\"event\":\"pong\",\"peer\":\"web\",")
                    .contains("\n{\"event\":\"end\",\"peer\":\"web\",");
            assertThat(sunbeam.run("ping", "nobody").code()).isEqualTo(7);

            Packaged.Result again = sunbeam.run("connect", "-L", "0:web:80");
            assertThat(again.out()).startsWith("Connected (");
            assertThat(again.err()).contains("runs already");
            assertThat(again.code()).isZero();
            assertThat(sunbeam.run("connect", "-L", "0:web:81").code()).isEqualTo(1);

            Packaged.Result disconnect = sunbeam.run("disconnect");
            assertThat(disconnect.out()).isEqualTo("==> Asking VPN daemon to stop...\nDaemon acknowledged shutdown.\n");
            assertThat(disconnect.code()).isZero();
            assertThat(sunbeam.run("vpn", "status").out()).isEqualTo("VPN: not running\n");
            assertThat(Files.readString(sunbeam.state().resolve("daemon.err"))).isEmpty();
            assertThat(Files.readString(sunbeam.state().resolve("daemon.log"))).doesNotContain(TestTailnet.AUTH_KEY);
        }
    }

    @Test
    void aKeyForADaemonThatWaitsForALoginIsUsed() throws Exception {
        Packaged sunbeam = new Packaged(folder);
        try (TestTailnet tailnet = TestTailnet.start()) {
            sunbeam.with("SUNBEAM_LOGIN_SERVER", tailnet.url());
            Packaged.Started waiting = sunbeam.start("connect", "--timeout", "0");
            while (!Files.readString(waiting.err()).contains("To log this node in")) {
                Thread.onSpinWait();
            }
            // Killed, it cannot end its daemon.
            waiting.process().destroyForcibly().waitFor();
            assertThat(sunbeam.run("status").out())
                    .startsWith("VPN: waiting for approval at ")
                    .contains("\n  next: open that URL");
            assertThat(sunbeam.run("netcheck").err()).contains("next: open http");
            Packaged.Result connect =
                    sunbeam.with("SUNBEAM_AUTHKEY", TestTailnet.AUTH_KEY).run("connect");
            assertThat(connect.err()).contains("waits for a login; it is started again with the key");
            assertThat(connect.out()).contains("Connected (");
            assertThat(connect.code()).isZero();
        } finally {
            assertThat(sunbeam.run("disconnect").code()).isZero();
        }
    }

    @Test
    void aForwardToNobodyIsAWarning() throws Exception {
        Packaged sunbeam = new Packaged(folder);
        try (TestTailnet tailnet = TestTailnet.start()) {
            sunbeam.with("SUNBEAM_AUTHKEY", TestTailnet.AUTH_KEY).with("SUNBEAM_LOGIN_SERVER", tailnet.url());
            Packaged.Result connect = sunbeam.run("connect", "-L", "0:nope:7000");
            assertThat(connect.err()).containsPattern("warning: forward \\S+ to nope:7000: no peer is called \"nope\"");
            assertThat(connect.code()).isZero();
            assertThat(sunbeam.run("config", "set", "vpn-port-mapping", "off").err())
                    .contains("a running daemon keeps its settings");
            Packaged.Result differently = sunbeam.run("connect", "-L", "0:nope:7000");
            assertThat(differently.err()).contains("its vpn-port-mapping is on, not off");
            assertThat(differently.code()).isEqualTo(1);
        } finally {
            assertThat(sunbeam.run("disconnect").code()).isZero();
        }
    }

    @Test
    void aRefusedKeyIsThreeAndStatusSaysWhyTheDaemonEnded() throws Exception {
        Packaged sunbeam = new Packaged(folder);
        try (TestTailnet tailnet = TestTailnet.start()) {
            sunbeam.with("SUNBEAM_AUTHKEY", "hskey-auth-wrong-key").with("SUNBEAM_LOGIN_SERVER", tailnet.url());
            Packaged.Result connect = sunbeam.run("connect");
            assertThat(connect.code()).isEqualTo(3);
            assertThat(connect.err()).contains("The key came from SUNBEAM_AUTHKEY");
            Packaged.Result status = sunbeam.run("status");
            assertThat(status.out()).startsWith("VPN: not running\n  last failure: ");
            assertThat(status.code()).isEqualTo(1);
        }
    }
}
