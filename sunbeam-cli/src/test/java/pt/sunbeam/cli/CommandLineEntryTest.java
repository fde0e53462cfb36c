package pt.sunbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandLineEntryTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... args) {
        return CommandLineEntry.run(args, new Console(stream(out), stream(err), false));
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @Test
    void aVerbThatStandsAtTheRootIsNamedWithItsFullCommand() {
        assertThat(run("vpn", "ping", "db")).isEqualTo(2);
        assertThat(err())
                .isEqualTo("sunbeam: there is no verb \"ping\"\n"
                        + "  next: did you mean sunbeam ping? sunbeam vpn --help\n");
    }

    @Test
    void thereIsNoHelpOfAVerbThatThereIsNot() {
        assertThat(run("vpn", "ping", "--help")).isEqualTo(2);
        assertThat(err()).contains("did you mean sunbeam ping?");
    }

    @Test
    void helpBeforeAVerbIsThatVerbsHelp() {
        assertThat(run("-h", "status")).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("Usage: sunbeam status");
    }

    @ParameterizedTest
    @CsvSource({
        "ping, sunbeam ping needs PEER",
        "config set vpn-url, sunbeam config set needs VALUE",
        "ping db -c x, -c: \"x\" is not a number",
        "connect -L, -L needs [BIND:]PORT:HOST:PORT",
        "ping db --timeout soon, --timeout: \"soon\" is not a duration such as 60s"
    })
    void aMistakeIsToldInTheWordsOfTheHelp(String line, String sentence) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err()).startsWith("sunbeam: " + sentence);
    }

    @Test
    void aNameThatOnlyBeginsAlikeIsNotSuggested() {
        run("ping", "db", "--count", "2");
        assertThat(err()).doesNotContain("did you mean");
        run("connect", "--time", "2");
        assertThat(err()).contains("did you mean --timeout?");
    }
}
