package pt.sunbeam.sim.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.sim.LinkProfile;

class EmulatorOptionsTest {
    private static EmulatorOptions parse(String line) {
        return EmulatorOptions.parse(List.of(line.split(" ")));
    }

    @Test
    void oneValueIsForBothDirections() {
        EmulatorOptions o = parse("--delay 25ms --loss 1%");
        assertThat(o.leftToRight()).isEqualTo(LinkProfile.delay(25).withLoss(0.01));
        assertThat(o.rightToLeft()).isEqualTo(o.leftToRight());
    }

    @Test
    void twoValuesAreLeftToRightAndBack() {
        EmulatorOptions o = parse("--delay 25ms --loss 1%,0%");
        assertThat(o.leftToRight().loss()).isEqualTo(LinkProfile.Loss.independent(0.01));
        assertThat(o.rightToLeft().loss()).isEqualTo(LinkProfile.Loss.independent(0));
    }

    @Test
    void aQueueInTimeIsWhatDrainsInItEvenWhenTheRateComesLater() {
        EmulatorOptions o = parse("--queue 50ms --rate 100mbit");
        assertThat(o.leftToRight().rate().queueBytes()).isEqualTo(625_000);
        assertThat(o.leftToRight().rate().bytesPerSecond()).isEqualTo(12_500_000);
    }

    @Test
    void aValueMayFollowAnEqualsSign() {
        assertThat(parse("--delay=10ms --seed=7")).isEqualTo(parse("--delay 10ms --seed 7"));
    }

    @Test
    void everyOptionOfTheHelpIsUnderstood() {
        String all = EmulatorOptions.HELP
                .lines()
                .filter(line -> line.startsWith("  --") && !line.contains("--help"))
                .map(line -> line.strip().split(" +"))
                .map(words -> words[0] + " " + words[1].replace("NAME", words[0].substring(2) + "-x"))
                .reduce((a, b) -> a + " " + b)
                .orElseThrow();
        EmulatorOptions o = parse(all);
        assertThat(o.left()).isEqualTo("left-x");
        assertThat(o.seconds()).isEqualTo(60);
        assertThat(o.leftToRight().holds().longestNanos()).isEqualTo(1_000_000_000);
        assertThat(o.leftToRight().loss().badToGood()).isEqualTo(1.0 / 8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --delay 25            | --delay: "25" is not a time such as 25ms
            --delay -5ms          | --delay: "-5ms" is not a time such as 25ms
            --delay 2000000s      | --delay: "2000000s" is more than an hour
            --delay 1ms,2ms,3ms   | --delay: "1ms,2ms,3ms" has more than two values, one for each direction
            --loss 100%           | --loss: "100%" is not from 0% to below 100%
            --loss 1%,101%        | --loss: "101%" is not from 0% to below 100%
            --loss 0.01           | --loss: "0.01" is not a share such as 1%
            --loss x              | --loss: "x" is not a share such as 1%
            --burst-loss 100%:8   | --burst-loss: "100%" is not from 0% to below 100%
            --burst-loss 1%       | --burst-loss: "1%" is not of the form 1%:8
            --burst-loss 1%:0     | --burst-loss: "0" is less than 1
            --duplicate 101%      | --duplicate: "101%" is more than all
            --rate 0mbit          | --rate: "0mbit" is less than 8bit
            --rate 100            | --rate: "100" is not a rate such as 100mbit
            --queue 50ms          | --queue: needs --rate
            --queue 0 --rate 1mbit   | --queue: "0" is less than 1B
            --queue 0ms --rate 1mbit | --queue: "0ms" is no room for a single byte
            --mtu 67              | --mtu: "67" is not a whole number from 68 to 65535
            --mtu 1400.5          | --mtu: "1400.5" is not a whole number from 68 to 65535
            --device-mtu 1279     | --device-mtu: "1279" is not a whole number from 1280 to 65535
            --seconds 0           | --seconds: "0" is not a whole number from 1 on
            --seconds -1          | --seconds: "-1" is not a whole number from 1 on
            --seed -1             | --seed: "-1" is not a whole number from 0 on
            --ack-keep-one-in 0   | --ack-keep-one-in: "0" is not a whole number from 1 to 2147483647
            --hold 1s:2s:1s       | --hold: the longest hold is shorter than the shortest in 1s:2s:1s
            --left a/b            | --left: "a/b" is no name of letters, digits, "_" and "-"
            --right -x            | --right: "-x" is no name of letters, digits, "_" and "-"
            --left a --right a    | --left and --right are both "a"; the link needs two namespaces
            --left right          | --left and --right are both "right"; the link needs two namespaces
            --speed 1             | --speed: no such option; --help lists them
            --delay               | --delay needs a value; --help lists the options
            foo                   | "foo" is no option: they begin with --; --help lists them
            """)
    void whatCannotBeUnderstoodIsToldInOneSentence(String line, String sentence) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(BadOption.class).hasMessage(sentence);
    }
}
