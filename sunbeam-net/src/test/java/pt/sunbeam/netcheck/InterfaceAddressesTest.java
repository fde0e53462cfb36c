package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;

class InterfaceAddressesTest {
    private static final IpAddress OF_A_TUNNEL = IpAddress.v4(0x0a080001);

    @Test
    void theAddressesOfThisMachineHaveTheirNetworksPrefix() {
        assertThat(InterfaceAddresses.present().usable())
                .anySatisfy(each -> assertThat(each.prefix().bits()).isPositive());
    }

    @Test
    void aSocketMayBeBoundToAddressesThatPeersAreNotTold() {
        InterfaceAddresses addresses = new InterfaceAddresses(List.of(), Set.of(OF_A_TUNNEL), null);
        assertThat(addresses.mayHave(OF_A_TUNNEL)).isTrue();
        assertThat(addresses.mayHave(IpAddress.LOOPBACK_V4)).isFalse();
        assertThat(InterfaceAddresses.present().mayHave(IpAddress.LOOPBACK_V4)).isTrue();
    }

    @Test
    void whereTheSystemDoesNotTellNoSocketIsGivenUp() {
        assertThat(InterfaceAddresses.NONE.mayHave(OF_A_TUNNEL)).isTrue();
    }
}
