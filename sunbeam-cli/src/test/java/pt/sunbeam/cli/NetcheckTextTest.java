package pt.sunbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.NetcheckStatus;
import pt.sunbeam.ipc.NetcheckStatus.Region;
import pt.sunbeam.json.Json;

class NetcheckTextTest {
    private static final List<Region> REGIONS = List.of(
            new Region(1, "fra", "Frankfurt", 9_440, 9_440, -1),
            new Region(900, "", "Home\u001b[31m", 12_000, 12_000, -1),
            new Region(3, "sin", "Singapore", -1, -1, -1));

    private static NetcheckStatus report(boolean ipv6, String globalV6, Boolean osHasIpv6) {
        return new NetcheckStatus(
                12,
                true,
                true,
                "203.0.113.5:41641",
                ipv6,
                globalV6,
                osHasIpv6,
                false,
                List.of("PMP", "PCP"),
                1,
                REGIONS);
    }

    private static NetcheckStatus silent(List<Region> regions) {
        return new NetcheckStatus(0, false, false, "", false, "", null, null, null, 0, regions);
    }

    @Test
    void withoutARelayInTheMapNobodyWasProbed() {
        assertThat(NetcheckText.lines(silent(List.of())))
                .contains("\t* Nearest DERP: none (the server names no relays)");
        assertThat(NetcheckText.lines(silent(List.of(new Region(3, "sin", "Singapore", -1, -1, -1)))))
                .contains("\t* Nearest DERP: unknown (no response to latency probes)");
    }

    @Test
    void aReportHasTheLinesAndTheOrderThatPeopleKnow() {
        assertThat(NetcheckText.lines(report(true, "[2001:db8::5]:41641", true)))
                .containsExactly(
                        "Report (12 s old):",
                        "\t* UDP: true",
                        "\t* IPv4: yes, 203.0.113.5:41641",
                        "\t* IPv6: yes, [2001:db8::5]:41641",
                        "\t* MappingVariesByDestIP: false",
                        "\t* PortMapping: PMP, PCP",
                        "\t* Nearest DERP: Frankfurt",
                        "\t* DERP latency:",
                        "\t\t- fra: 9.4ms   (Frankfurt)",
                        "\t\t- 900: 12.0ms  (Home?[31m)",
                        "\t\t- sin:         (Singapore)");
    }

    @ParameterizedTest(name = "works {0}, OS {1}: {2}")
    @CsvSource({
        "true, true, '(no addr found)'",
        "false, true, 'no, but OS has support'",
        "false, false, 'no, unavailable in OS'",
        "false, , 'no'"
    })
    void ipv6WithoutAnAddressSaysWhy(boolean works, Boolean osHasIpv6, String words) {
        assertThat(NetcheckText.lines(report(works, "", osHasIpv6))).contains("\t* IPv6: " + words);
    }

    @Test
    void whatNobodyFoundIsSaidToBeUnknown() {
        assertThat(NetcheckText.lines(silent(List.of(new Region(1, "fra", "Frankfurt", -1, -1, -1)))))
                .containsExactly(
                        "Report (0 s old):",
                        "\t* UDP: false",
                        "\t* IPv4: (no addr found)",
                        "\t* IPv6: no",
                        "\t* MappingVariesByDestIP: unknown",
                        "\t* PortMapping: not checked",
                        "\t* Nearest DERP: unknown (no response to latency probes)");
    }

    @Test
    void withoutUdpTheTimesAreSaidToBeThoseOfConnections() {
        assertThat(NetcheckText.lines(silent(List.of(new Region(7, "", "", 90_000, -1, -1)))))
                .endsWith(
                        "\t* Nearest DERP: none",
                        "\t* DERP latency: (of TLS connections, as UDP does not work)",
                        "\t\t-   7: 90.0ms  (region 7)");
    }

    @Test
    void forProgramsItIsOneObjectOnOneLine() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        NetcheckStatus report = report(false, "", true);
        NetcheckCommand.print(report, true, new Console(stream, stream, false));
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text).endsWith("}\n").hasLineCount(1);
        assertThat(NetcheckStatus.fromJson(Json.parseObject(text))).isEqualTo(report);
    }

    @Test
    void withoutADaemonItSaysToConnectFirst(@TempDir Path folder) {
        assertThatThrownBy(() -> NetcheckCommand.report(folder.resolve("s"), "local"))
                .isInstanceOfSatisfying(SunbeamException.class, e -> {
                    assertThat(e.code()).isEqualTo(FailureCode.DAEMON_NOT_RUNNING);
                    assertThat(e.advice()).isEqualTo("sunbeam connect");
                })
                .hasMessage("netcheck shows what the daemon measured, and no daemon runs for the context \"local\":"
                        + " connect first");
    }
}
