package pt.sunbeam.bench.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.bench.Path;

class OptionsTest {
    private static Options parse(String line) {
        List<String> words = List.of(line.split(" "));
        return Options.parse(Measurement.named(words.getFirst()), words.subList(1, words.size()));
    }

    @Test
    void cellsAndSendersAreListsWithCommas() {
        Options o = parse("goodput --cells 10/0,50/99.9 --senders our-bbr,kernel-cubic --parallel 2");
        assertThat(o.cells()).containsExactly(Path.of(10, 0), Path.of(50, 99.9));
        assertThat(o.senders()).containsExactly(Sender.OUR_BBR, Sender.KERNEL_CUBIC);
        assertThat(o.parallel()).isEqualTo(2);
    }

    @Test
    void everyMeasurementOfTheHelpIsOne() {
        for (Measurement what : Measurement.values()) {
            assertThat(Options.HELP).contains("  " + what.option() + " ");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            upload                              | upload is not a measurement; --help lists them
            goodput --speed 1                   | "--speed" is not an option; --help lists them
            goodput 5                           | "5" is not an option; --help lists them
            goodput --runs                      | --runs needs a value; --help lists the options
            goodput --runs 0                    | --runs takes a number above 0, not "0"
            goodput --senders ,                 | --senders: "" is not a sender; --help lists them
            goodput --senders reno              | --senders: "reno" is not a sender; --help lists them
            download --senders our-bbr          | download does not use --senders; --help says what does
            download --parallel 2               | download does not use --parallel; --help says what does
            fairness --cells 10/0               | fairness does not use --cells; --help says what does
            bufferbloat --cells 10/0            | bufferbloat does not use --cells; --help says what does
            fairness --senders kernel-bbr       | --senders leaves no pair that fairness compares; --help lists them
            bufferbloat --senders kernel-bbr    | --senders: bufferbloat measures our-cubic and our-bbr, and none of them is named
            """)
    void whatCannotBeMeasuredIsToldInOneSentence(String line, String sentence) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    @ParameterizedTest
    @CsvSource({"10/100", "10/101", "10/-1", "0/1", "10", "10/1/2", "x/1", "10/NaN"})
    void aCellWithoutATransferIsRefused(String cell) {
        assertThatThrownBy(() -> parse("goodput --cells " + cell))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--cells: \"" + cell
                        + "\" is not a cell such as 50/0.1: RTT from 1 to 10000 ms, loss from 0 to below 100 %");
    }
}
