package pt.sunbeam.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

class ForwardSpecTest {
    @ParameterizedTest
    @CsvSource({
        "5432:db:5432, 127.0.0.1:5432, db:5432",
        "0:db:1, 127.0.0.1:0, db:1",
        "0.0.0.0:80:db.tail.net:8080, 0.0.0.0:80, db.tail.net:8080",
        "localhost:80:db:80, 127.0.0.1:80, db:80",
        "[::1]:80:db:80, [::1]:80, db:80",
        "80:[fd7a::2]:65535, 127.0.0.1:80, [fd7a::2]:65535",
        "[::]:80:[fd7a::2]:443, [::]:80, [fd7a::2]:443",
        "80:100.64.0.2:443, 127.0.0.1:80, 100.64.0.2:443"
    })
    void whatIsReadIsWrittenAndReadAgain(String text, String listen, String target) {
        ForwardSpec spec = ForwardSpec.parse(text);
        assertThat(spec.listenText()).isEqualTo(listen);
        assertThat(spec.targetText()).isEqualTo(target);
        assertThat(ForwardSpec.parse(spec.toString())).isEqualTo(spec);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                "80",
                "80:db",
                "80:db:",
                ":db:80",
                "80::80",
                "80:db:0",
                "80:db:65536",
                "65536:db:80",
                "-1:db:80",
                "x:db:80",
                "80:db:x",
                "1:2:3:4:5",
                "name:80:db:80",
                "80:fd7a::2:80",
                "80:[fd7a::2:80",
                "80:a b:80",
                "80:a/b:80",
                "+80:db:80",
                "80:db:80:",
                "80:[fd7a::2]x:80",
                "80:d]b:80",
                "80:[]:80"
            })
    void aWrongTextIsRefusedWithOneSentence(String text) {
        assertThatThrownBy(() -> ForwardSpec.parse(text))
                .isInstanceOfSatisfying(
                        SunbeamException.class, e -> assertThat(e.code()).isEqualTo(FailureCode.USAGE))
                .hasMessageContaining("\"" + text + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "*:80:db:80, every address of this machine is written 0.0.0.0",
        ":80:db:80, every address of this machine is written 0.0.0.0",
        "::1:80:db:80, an IPv6 address stands in brackets"
    })
    void aLocalAddressThatIsWrittenInAnotherWayIsToldTheRightOne(String text, String hint) {
        assertThatThrownBy(() -> ForwardSpec.parse(text)).hasMessageContaining(hint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a:b", "a:0", "", "a b", "a:1:2"})
    void aWrongClusterHostIsRefusedWithItsOwnForm(String text) {
        assertThatThrownBy(() -> ForwardSpec.toCluster(text))
                .hasMessageStartingWith("the cluster host \"" + text + "\" cannot be understood")
                .isInstanceOfSatisfying(
                        SunbeamException.class,
                        e -> assertThat(e.advice()).startsWith("write it as HOST or HOST:PORT"));
    }

    @ParameterizedTest
    @CsvSource({
        "db, db:6443",
        "db:7000, db:7000",
        "100.64.0.2, 100.64.0.2:6443",
        "fd7a::2, [fd7a::2]:6443",
        "[fd7a::2], [fd7a::2]:6443",
        "[fd7a::2]:7000, [fd7a::2]:7000"
    })
    void aClusterHostHasADefaultPort(String text, String target) {
        ForwardSpec spec = ForwardSpec.toCluster(text);
        assertThat(spec.listenText()).isEqualTo("127.0.0.1:16579");
        assertThat(spec.targetText()).isEqualTo(target);
    }
}
