package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.config.ForwardSpec;

class DaemonSettingsTest {
    private static final DaemonSettings SETTINGS = new DaemonSettings(
            "local",
            "1.0",
            "https://control.example.com",
            "tskey-auth-\"secret\"",
            "me",
            List.of("/etc/ca.pem"),
            List.of(ForwardSpec.parse("80:db:80"), ForwardSpec.parse("[::1]:81:[fd7a::2]:81")),
            true);

    @Test
    void whatIsWrittenIsReadAgainFromOneLine() {
        assertThat(SETTINGS.toSecretText()).doesNotContain("\n");
        assertThat(DaemonSettings.parse(SETTINGS.toSecretText())).isEqualTo(SETTINGS);
    }

    @Test
    void theKeyIsNotShown() {
        assertThat(SETTINGS.toString()).doesNotContain("secret").contains("https://control.example.com");
    }

    @Test
    void anotherTextIsNoSettings() {
        for (String text : List.of("", "{}", "[]", "{\"context\":\"a\"}", "{\"context\":\"a\",\"server\":5}")) {
            assertThat(DaemonSettings.parse(text)).as(text).isNull();
        }
        assertThat(DaemonSettings.parse("{\"context\":\"a\",\"server\":\"b\",\"forwards\":[\"x\"]}"))
                .isNull();
    }
}
