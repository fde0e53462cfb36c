package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterfaceAddressesTest {
    @ParameterizedTest
    @ValueSource(strings = {"tailscale0", "tun0", "wg0", "wg-mullvad", "utun3", "ztabcdef", "Tailscale"})
    void tunnelsOfVpnsAreKnownByTheirNames(String name) {
        assertThat(InterfaceAddresses.isTunnel(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"eth0", "wlan0", "en0", "lo", "docker0", "ppp0", "br-1"})
    void otherInterfacesAreNoTunnels(String name) {
        assertThat(InterfaceAddresses.isTunnel(name)).isFalse();
    }

    @Test
    void theAddressesOfThisMachineHaveTheirNetworksPrefix() {
        assertThat(InterfaceAddresses.present())
                .anySatisfy(each -> assertThat(each.prefix().bits()).isPositive());
    }
}
