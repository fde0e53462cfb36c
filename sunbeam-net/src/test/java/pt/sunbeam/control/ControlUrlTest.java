package pt.sunbeam.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import pt.sunbeam.failure.SunbeamException;

/** URLs as RFC 3986 writes them. */
class ControlUrlTest {
    @Test
    void theUsualFormsAreRead() {
        assertThat(ControlUrl.parse("https://hs.example.com")).hasToString("https://hs.example.com");
        assertThat(ControlUrl.parse("hs.example.com/")).isEqualTo(new ControlUrl(true, "hs.example.com", 443, ""));
        assertThat(ControlUrl.parse("http://[2001:db8::1]:8080/vpn/"))
                .isEqualTo(new ControlUrl(false, "2001:db8::1", 8080, "/vpn"));
        assertThat(ControlUrl.parse("http://[::1]:8080").authority()).isEqualTo("[::1]:8080");
        assertThat(ControlUrl.parse("https://h:443").authority()).isEqualTo("h");
        assertThat(ControlUrl.parse("https://h:444").authority()).isEqualTo("h:444");
    }

    @Test
    void whatCannotBeAControlUrlIsExplained() {
        for (String bad :
                new String[] {"ftp://h", "https://", "https://h:99999", "https://h?x", "https://u@h", "h h"}) {
            assertThatThrownBy(() -> ControlUrl.parse(bad)).as(bad).isInstanceOf(SunbeamException.class);
        }
    }
}
