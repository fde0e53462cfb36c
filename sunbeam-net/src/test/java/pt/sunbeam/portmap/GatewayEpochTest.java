package pt.sunbeam.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.time.Deadline;

/** RFC 6886 section 3.6 and RFC 6887 section 8.5: an epoch of 1000, then another some seconds later. */
class GatewayEpochTest {
    private static boolean restarted(boolean pcp, long epochSeconds, long laterSeconds) {
        GatewayEpoch epoch = new GatewayEpoch(pcp);
        assertThat(epoch.restarted(1000, -5)).isFalse();
        return epoch.restarted(epochSeconds, -5 + Deadline.seconds(laterSeconds));
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 0, false",
        "998, 0, false",
        "997, 0, true",
        "1700, 800, false",
        "1698, 800, false",
        "1697, 800, true",
        "4294967295, 1, false",
        "0, 10, true",
    })
    void byNatPmpAClockThatFellBehindMoreThanAnEighthStartedAnew(long epoch, long later, boolean restarted) {
        assertThat(restarted(false, epoch, later)).isEqualTo(restarted);
    }

    @ParameterizedTest
    @CsvSource({
        "1000, 0, false",
        "999, 0, false",
        "998, 0, true",
        "1802, 800, false",
        "1748, 800, false",
        "1747, 800, true",
        "1855, 800, false",
        "1856, 800, true",
        "4294967295, 1, true",
        "0, 10, true",
    })
    void byPcpAClockThatIsOffByMoreThanASixteenthStartedAnew(long epoch, long later, boolean restarted) {
        assertThat(restarted(true, epoch, later)).isEqualTo(restarted);
    }
}
