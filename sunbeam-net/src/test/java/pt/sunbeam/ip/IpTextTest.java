package pt.sunbeam.ip;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts from RFC 4291 section 2.2 and RFC 5952 sections 4 and 5, with its canonical forms. */
class IpTextTest {
    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "100.64.0.154, 100.64.0.154",
        "2001:DB8:0:0:8:800:200C:417A, 2001:db8::8:800:200c:417a",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "::, ::",
        "::1, ::1",
        "fd7a:115c:a1e0::9a, fd7a:115c:a1e0::9a",
        "1::, 1::",
        "::ffff:192.0.2.128, ::ffff:c000:280"
    })
    void anAddressIsReadAndWrittenInItsCanonicalForm(String text, String canonical) {
        assertThat(IpAddress.parse(text)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1.2.3",
                "1.2.3.4.5",
                "256.0.0.1",
                "01.2.3.4",
                "1..2.3",
                "1.2.3.4 ",
                "a.b.c.d",
                ":",
                ":::",
                "1::2::3",
                "12345::",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "1:2:3:4:5:6:7:8::",
                "::1.2.3",
                "fe80::1%eth0",
                "[::1]",
                "::g",
                "1:",
                ":1",
                "localhost"
            })
    void textThatIsNoAddressGivesNone(String text) {
        assertThat(IpAddress.parse(text)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.1.2, true",
        "10.0.0.0/8, 11.0.0.0, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, ::1, false",
        "100.64.0.1/32, 100.64.0.1, true",
        "fd7a:115c:a1e0::/48, fd7a:115c:a1e0:ab12::1, true",
        "fd7a:115c:a1e0::/48, fd7a:115c:a1e1::1, false",
        "2001:db8::/65, 2001:db8:0:0:7fff::, true",
        "2001:db8::/65, 2001:db8:0:0:8000::, false"
    })
    void aPrefixContainsWhatItsBitsSay(String prefix, String address, boolean inside) {
        IpPrefix parsed = IpPrefix.parse(prefix);
        IpAddress other = IpAddress.parse(address);
        assertThat(parsed).isNotNull();
        assertThat(other).isNotNull();
        assertThat(parsed.contains(other)).isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", "/8"})
    void textThatIsNoPrefixGivesNone(String text) {
        assertThat(IpPrefix.parse(text)).isNull();
    }

    @Test
    void endpointsNeedBracketsForIpv6Only() {
        assertThat(IpEndpoint.parse("1.2.3.4:5")).hasToString("1.2.3.4:5");
        assertThat(IpEndpoint.parse("[2001:db8::1]:65535")).hasToString("[2001:db8::1]:65535");
        assertThat(IpEndpoint.parse("2001:db8::1:5")).isNull();
        assertThat(IpEndpoint.parse("[1.2.3.4]:5")).isNull();
        assertThat(IpEndpoint.parse("1.2.3.4:65536")).isNull();
        assertThat(IpEndpoint.parse("1.2.3.4")).isNull();
    }
}
