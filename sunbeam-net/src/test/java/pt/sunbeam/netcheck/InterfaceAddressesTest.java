package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;

class InterfaceAddressesTest {
    private static final IpAddress OF_A_TUNNEL = IpAddress.v4(0x0a080001);
    private static final IpAddress V6 = IpAddress.v6(0x20010db800000000L, 7);

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
    void socketsOnEveryAddressAreReachedAtEachWithTheirFamilysPort() {
        InterfaceAddresses addresses = new InterfaceAddresses(List.of(), Set.of(OF_A_TUNNEL, V6), null);
        assertThat(addresses.withPorts(41641, 0)).containsExactly(new IpEndpoint(OF_A_TUNNEL, 41641));
        assertThat(addresses.withPorts(41641, 41642))
                .containsExactlyInAnyOrder(new IpEndpoint(OF_A_TUNNEL, 41641), new IpEndpoint(V6, 41642));
    }

    @Test
    void whereTheSystemDoesNotTellNoSocketIsGivenUp() {
        assertThat(InterfaceAddresses.NONE.mayHave(OF_A_TUNNEL)).isTrue();
    }
}
