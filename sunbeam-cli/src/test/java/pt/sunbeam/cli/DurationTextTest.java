package pt.sunbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.TypeConversionException;

class DurationTextTest {
    @Test
    void theFormsPeopleTypeAreRead() {
        assertThat(read("90")).isEqualTo(Duration.ofSeconds(90));
        assertThat(read("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(read("500ms")).isEqualTo(Duration.ofMillis(500));
        assertThat(read("1m30s")).isEqualTo(Duration.ofSeconds(90));
        assertThat(read("2h")).isEqualTo(Duration.ofHours(2));
    }

    @Test
    void anythingElseIsRefused() {
        for (String text : new String[] {"", "soon", "-1s", "1.5s", "1d", "99999999999999999999"}) {
            assertThatThrownBy(() -> read(text)).as(text).isInstanceOf(TypeConversionException.class);
        }
    }

    private static Duration read(String text) {
        return new DurationText().convert(text);
    }
}
