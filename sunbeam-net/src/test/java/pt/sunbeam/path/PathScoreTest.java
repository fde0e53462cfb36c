package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first two rows are worked by hand from the rule in Tailscale 1.103, wgengine/magicsock/endpoint.go, betterAddr. */
class PathScoreTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.5:1, 10000, 203.0.113.9:1, 10000, true",
        "[2001:db8::5]:1, 12000, 203.0.113.9:1, 10000, false",
        "203.0.113.9:1, 10000, 10.0.0.5:1, 10000, false",
        "203.0.113.9:1, 5000, 203.0.113.9:1, 10000, false",
        "203.0.113.8:1, 9900, 203.0.113.9:1, 10000, false",
        "203.0.113.8:1, 9800, 203.0.113.9:1, 10000, true",
        "203.0.113.8:1, 10000, 203.0.113.9:1, 10000, false",
        "[2001:db8::5]:1, 10000, 203.0.113.9:1, 10000, true",
        "[fd00::5]:1, 10000, 192.168.1.1:1, 10000, true",
        "172.16.0.1:1, 12000, 203.0.113.9:1, 10000, true",
        "172.32.0.1:1, 12000, 203.0.113.9:1, 10000, false",
        "169.254.1.1:1, 10000, 10.0.0.5:1, 10000, true",
        "127.0.0.1:1, 10000, 169.254.1.1:1, 10000, true",
        "203.0.113.8:1, 0, 203.0.113.9:1, 0, false",
        "203.0.113.8:1, 0, 203.0.113.9:1, 10000, true"
    })
    void theBetterPathIsTheQuickerOneWithPointsForNearness(
            String a, long aMicros, String b, long bMicros, boolean better) {
        assertThat(PathScore.better(PathHarness.endpoint(a), aMicros * 1000, PathHarness.endpoint(b), bMicros * 1000))
                .isEqualTo(better);
    }
}
