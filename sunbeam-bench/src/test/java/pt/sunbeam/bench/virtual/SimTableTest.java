package pt.sunbeam.bench.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.bench.Path;

class SimTableTest {
    private static SimTableOptions parse(String line) {
        return SimTableOptions.parse(List.of(line.split(" ")));
    }

    @Test
    void aQuickTableHasOneSeedAndTheCellsThatWereAskedFor() {
        assertThat(parse("--cells 10/0,50/1 --quick"))
                .isEqualTo(new SimTableOptions(5, 1, List.of(Path.of(10, 0), Path.of(50, 1))));
    }

    @Test
    void aTableHasARowForEachCell() {
        String table = SimTable.table(parse("--quick --seconds 1 --cells 10/0"));
        assertThat(table).startsWith("| RTT | loss each way | cubic | bbr |\n").contains("\n| 10 ms | 0 % | ");
        assertThat(table.lines()).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --fast          | "--fast" is not an option; --help lists them
            --seconds       | --seconds needs a value; --help lists the options
            --seconds 0     | --seconds takes a number above 0, not "0"
            --seconds x     | --seconds takes a number above 0, not "x"
            --cells 10/100  | --cells: "10/100" is not a cell such as 50/0.1: RTT from 1 to 10000 ms, loss from 0 to below 100 %
            """)
    void whatCannotBeUnderstoodIsToldInOneSentence(String line, String sentence) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }
}
