package pt.sunbeam.ip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 4291 section 2.5.5.2. */
class MappedAddressTest {
    private static IpAddress address(String text) {
        return Objects.requireNonNull(IpAddress.parse(text));
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0, ::ffff:0:0", "192.0.2.128, ::ffff:c000:280", "255.255.255.255, ::ffff:ffff:ffff"})
    void anIpv4AddressHasAnIpv6Form(String v4, String mapped) {
        assertThat(address(v4).mapped()).isEqualTo(address(mapped));
        assertThat(address(mapped).unmapped()).isEqualTo(address(v4));
    }

    @ParameterizedTest
    @ValueSource(strings = {"::", "::c000:280", "::fffe:c000:280", "::1:ffff:c000:280", "1::ffff:c000:280"})
    void anyOtherIpv6AddressStaysWhatItIs(String v6) {
        assertThat(address(v6).mapped()).isEqualTo(address(v6));
        assertThat(address(v6).unmapped()).isEqualTo(address(v6));
    }
}
