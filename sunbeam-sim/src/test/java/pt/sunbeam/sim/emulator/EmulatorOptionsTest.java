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
        EmulatorOptions o = parse("--delay 25ms --loss 0.01,0");
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
    void everyOptionOfTheHelpIsUnderstood() {
        String all = EmulatorOptions.HELP
                .lines()
                .filter(line -> line.startsWith("  --") && !line.contains("--help"))
                .map(line -> line.strip().split(" +"))
                .map(words -> words[0] + " " + words[1].replace("NAME", "x"))
                .reduce((a, b) -> a + " " + b)
                .orElseThrow();
        EmulatorOptions o = parse(all);
        assertThat(o.left()).isEqualTo("x");
        assertThat(o.seconds()).isEqualTo(60);
        assertThat(o.leftToRight().holds().longestNanos()).isEqualTo(1_000_000_000);
        assertThat(o.leftToRight().loss().badToGood()).isEqualTo(1.0 / 8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --delay 25            | "25" is not a time such as 25ms
            --loss 101%           | "101%" is more than all
            --loss x              | "x" is not a share such as 1%
            --queue 50ms          | --queue needs --rate
            --speed 1             | --speed is not an option; --help lists them
            --delay               | --delay needs a value; --help lists the options
            --burst-loss 1%       | "1%" is not of the form --burst-loss 1%:8
            --burst-loss 1%:0     | a burst is at least one packet, not 0
            --hold 1s:2s:1s       | the longest hold is shorter than the shortest in 1s:2s:1s
            """)
    void whatCannotBeUnderstoodIsToldInOneSentence(String line, String sentence) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(BadOption.class).hasMessage(sentence);
    }
}
