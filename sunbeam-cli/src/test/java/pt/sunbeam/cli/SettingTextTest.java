package pt.sunbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.config.ConfigKey;

class SettingTextTest {
    @Test
    void aSwitchIsOnOrOffInAnyCase() {
        assertThat(SettingText.onOff(ConfigKey.PORT_MAPPING, "ON")).isEqualTo("on");
        assertThat(SettingText.onOff(ConfigKey.PORT_MAPPING, "off")).isEqualTo("off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://hs.test/path", "https://hs.test/path/", "http://hs.test:8080//a"})
    void aServersUrlHoldsNoPath(String url) {
        assertThatThrownBy(() -> SettingText.server(url)).hasMessageEndingWith("it must hold no path");
    }

    @Test
    void slashesAtTheEndOfAUrlAreNoPath() {
        assertThat(SettingText.server("https://hs.test:8443/")).isEqualTo("https://hs.test:8443");
        assertThat(SettingText.server("https://hs.test//")).isEqualTo("https://hs.test");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "true", "0", "on "})
    void anythingElseIsRefusedWithWhatWouldDo(String text) {
        assertThatThrownBy(() -> SettingText.onOff(ConfigKey.PORT_MAPPING, text))
                .hasMessageContaining("vpn-port-mapping");
    }
}
