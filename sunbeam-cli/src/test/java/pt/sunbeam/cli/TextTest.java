package pt.sunbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextTest {
    @ParameterizedTest
    @CsvSource({"0,0s", "59,59s", "60,1m", "3599,59m", "3600,1h", "86399,23h", "86400,1d", "8640000,100d"})
    void anAgeIsOneNumberInTheLargestUnitThatIsOver(long seconds, String text) {
        assertThat(Text.age(seconds)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "0,0 B",
        "1023,1023 B",
        "1024,1.0 KiB",
        "1258291,1.2 MiB",
        "1073741824,1.0 GiB",
        "1125899906842624,1024.0 TiB"
    })
    void aSizeHasOneDecimalAboveBytes(long count, String text) {
        assertThat(Text.bytes(count)).isEqualTo(text);
    }
}
