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

    private static LinkProfile leftToRight(EmulatorOptions o) {
        return o.link().leftToRight().profile();
    }

    private static LinkProfile rightToLeft(EmulatorOptions o) {
        return o.link().rightToLeft().profile();
    }

    private static LinkState both(LinkProfile profile) {
        return LinkState.of(profile, profile);
    }

    @Test
    void oneValueIsForBothDirections() {
        EmulatorOptions o = parse("--delay 25ms --loss 1%");
        assertThat(leftToRight(o)).isEqualTo(LinkProfile.delay(25).withLoss(0.01));
        assertThat(rightToLeft(o)).isEqualTo(leftToRight(o));
    }

    @Test
    void twoValuesAreLeftToRightAndBack() {
        EmulatorOptions o = parse("--delay 25ms --loss 1%,0%");
        assertThat(leftToRight(o).loss()).isEqualTo(LinkProfile.Loss.independent(0.01));
        assertThat(rightToLeft(o).loss()).isEqualTo(LinkProfile.Loss.independent(0));
    }

    @Test
    void aQueueInTimeIsWhatDrainsInItEvenWhenTheRateComesLater() {
        EmulatorOptions o = parse("--queue 50ms --rate 100mbit");
        assertThat(leftToRight(o).rate().queueBytes()).isEqualTo(625_000);
        assertThat(leftToRight(o).rate().bytesPerSecond()).isEqualTo(12_500_000);
    }

    @Test
    void aValueMayFollowAnEqualsSign() {
        assertThat(parse("--delay=10ms --seed=7")).isEqualTo(parse("--delay 10ms --seed 7"));
    }

    @Test
    void changesComeInTheOrderOfTheirTimesAndKeepWhatTheyDoNotName() {
        EmulatorOptions o = parse("--at 10s:mtu=1200 --delay 5ms --at=0.5s:delay=50ms --at 10s:loss=1%");
        LinkProfile slow = LinkProfile.delay(50);
        assertThat(o.link()).isEqualTo(both(LinkProfile.delay(5)));
        assertThat(o.changes())
                .containsExactly(
                        new LinkChange(500_000_000, both(slow)),
                        new LinkChange(10_000_000_000L, both(slow.withMtu(1200))),
                        new LinkChange(10_000_000_000L, both(slow.withMtu(1200).withLoss(0.01))));
    }

    @Test
    void aChangeTakesTwoValuesAndSeveralSettings() {
        EmulatorOptions o = parse("--at 12s:queue=50ms,rate=10mbit,20mbit,loss=1%,0%,burst-loss=2%:4,delay=1ms,2ms");
        LinkState then = o.changes().getFirst().link();
        LinkProfile.Loss bursts = LinkProfile.Loss.bursts(0.02, 4);
        assertThat(then)
                .isEqualTo(LinkState.of(
                        LinkProfile.delay(1)
                                .withRateAndQueueBytes(1_250_000, 62_500)
                                .with(bursts),
                        LinkProfile.delay(2)
                                .withRateAndQueueBytes(2_500_000, 125_000)
                                .with(bursts)));
    }

    @Test
    void aBlackoutIsSwitchedForOneDirectionOrBoth() {
        EmulatorOptions o = parse("--blackout off,on --at 5s:blackout=on --at 8s:blackout=on,off");
        assertThat(o.link().leftToRight().blackout()).isFalse();
        assertThat(o.link().rightToLeft().blackout()).isTrue();
        assertThat(o.changes())
                .extracting(change -> change.link().leftToRight().blackout())
                .containsExactly(true, true);
        assertThat(o.changes())
                .extracting(change -> change.link().rightToLeft().blackout())
                .containsExactly(true, false);
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
        assertThat(leftToRight(o).holds().longestNanos()).isEqualTo(1_000_000_000);
        assertThat(leftToRight(o).loss().badToGood()).isEqualTo(1.0 / 8);
        assertThat(o.changes()).hasSize(1);
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
            --blackout yes        | --blackout: "yes" is neither on nor off
            --blackout on,on,on   | --blackout: "on,on,on" has more than two values, one for each direction
            --at 5s               | --at: "5s" is not of the form 5s:delay=50ms
            --at 5s:              | --at: "5s:" is not of the form 5s:delay=50ms
            --at delay=5ms        | --at: "delay=5ms" is not of the form 5s:delay=50ms
            --at 5:delay=5ms      | --at: "5" is not a time such as 25ms
            --at 2h:delay=5ms     | --at: "2h" is not a time such as 25ms
            --at 5s:delay=5       | --at 5s:delay: "5" is not a time such as 25ms
            --at 5s:10ms,delay=1s | --at: "10ms" is not of the form delay=50ms
            --at 5s:loss=100%     | --at 5s:loss: "100%" is not from 0% to below 100%
            --at 5s:loss=1%,2%,3% | --at 5s:loss: "1%,2%,3%" has more than two values, one for each direction
            --at 5s:queue=50ms    | --at 5s:queue: needs --rate
            --at 5s:blackout=     | --at 5s:blackout: "" is neither on nor off
            --at 5s:speed=1       | --at 5s:speed: no such option; --help lists them
            --at 5s:--loss=1%     | --at 5s:--loss: no such option; --help lists them
            --at 5s:seed=2        | --at: "seed" does not change in mid-run; what describes the link does
            --at 5s:mtu=1200 --seconds 5 | --at: a change comes when --seconds 5 is over
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
