package pt.sunbeam.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pt.sunbeam.ip.IpEndpoint;

/** The host of these tests has 192.0.2.7, 2001:db8:7::7, and the broadcast address 192.0.2.255. */
class CandidateFilterTest {
    private final CandidateFilter filter =
            new CandidateFilter(endpoint -> switch (endpoint.address().toString()) {
                case "192.0.2.7", "192.0.2.255", "2001:db8:7::7" -> true;
                default -> false;
            });

    private CandidateVerdict verdict(String endpoint) {
        return filter.verdict(Objects.requireNonNull(IpEndpoint.parse(endpoint), endpoint));
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9:41641",
        "10.0.0.5:1",
        "172.16.3.4:65535",
        "192.168.1.1:41641",
        "169.254.1.2:41641",
        "169.254.169.253:41641",
        "100.63.255.255:41641",
        "100.128.0.0:41641",
        "1.0.0.0:41641",
        "126.255.255.255:41641",
        "128.0.0.0:41641",
        "223.255.255.255:41641",
        "[2001:db8::1]:41641",
        "[fd00::1]:41641",
        "[fd00:ec2::253]:41641",
        "[fd7a:115c:a1df::1]:41641",
        "[fd7a:115c:a1e1::1]:41641",
        "[fec0::1]:41641",
        "[::ffff:203.0.113.9]:41641",
        "[64:ff9b::203.0.113.9]:41641",
        "[2002:cb00:7109::1]:41641"
    })
    void privateAndGlobalAddressesAreAccepted(String endpoint) {
        assertThat(verdict(endpoint)).isEqualTo(CandidateVerdict.ACCEPT);
    }

    @ParameterizedTest
    @CsvSource({
        "203.0.113.9:0, PORT_ZERO",
        "[2001:db8::1]:0, PORT_ZERO",
        "0.0.0.0:41641, UNSPECIFIED",
        "0.1.2.3:41641, UNSPECIFIED",
        "[::]:41641, UNSPECIFIED",
        "127.0.0.1:41641, LOOPBACK",
        "127.255.255.254:41641, LOOPBACK",
        "[::1]:41641, LOOPBACK",
        "224.0.0.1:41641, MULTICAST",
        "239.255.255.255:41641, MULTICAST",
        "[ff02::1]:41641, MULTICAST",
        "255.255.255.255:41641, BROADCAST",
        "[fe80::1]:41641, LINK_LOCAL_V6",
        "[febf::1]:41641, LINK_LOCAL_V6",
        "169.254.169.254:80, METADATA",
        "[fd00:ec2::254]:80, METADATA",
        "100.64.0.0:41641, TAILNET",
        "100.127.255.255:41641, TAILNET",
        "[fd7a:115c:a1e0::1]:41641, TAILNET",
        "192.0.2.7:41641, OWN_HOST",
        "192.0.2.255:41641, OWN_HOST",
        "[2001:db8:7::7]:41641, OWN_HOST"
    })
    void whatCanOnlyBeAMistakeOrATrickIsRefused(String endpoint, CandidateVerdict verdict) {
        assertThat(verdict(endpoint)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({
        "0a01:0203, ACCEPT",
        "0000:0000, UNSPECIFIED",
        "7f00:0001, LOOPBACK",
        "e000:0001, MULTICAST",
        "ffff:ffff, BROADCAST",
        "a9fe:a9fe, METADATA",
        "6440:0001, TAILNET",
        "c000:0207, OWN_HOST"
    })
    void anIpv4AddressWithinAnIpv6AddressIsJudgedAsItself(String v4, CandidateVerdict verdict) {
        assertThat(verdict("[::ffff:" + v4 + "]:41641")).isEqualTo(verdict);
        assertThat(verdict("[64:ff9b::" + v4 + "]:41641")).isEqualTo(verdict);
        assertThat(verdict("[2002:" + v4 + "::1]:41641")).isEqualTo(verdict);
    }

    @Test
    void anIpv4CompatibleAddressIsJudgedAsTheIpv4AddressToo() {
        assertThat(verdict("[::7f00:1]:41641")).isEqualTo(CandidateVerdict.LOOPBACK);
        assertThat(verdict("[::2]:41641")).isEqualTo(CandidateVerdict.UNSPECIFIED);
    }
}
