package pt.sunbeam.sim.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;

/** The model itself: what each kind of NAT lets through (RFC 4787), and what outages do. */
class SimNetworkTest {
    private static final long SECOND = 1_000_000_000L;
    private static final int PORT = 41_641;

    private final SimClock clock = new SimClock(0);
    private final SimNetwork net = new SimNetwork(clock, 1, LinkProfile.delay(10));
    private final List<SimEndpoint> heardByClient = new ArrayList<>();
    private final SimHost client = listening(heardByClient);
    private final List<SimEndpoint> heardByServer = new ArrayList<>();
    private final SimHost server = listening(heardByServer);
    private final List<SimEndpoint> heardByOther = new ArrayList<>();
    private final SimHost other = listening(heardByOther);

    SimNetworkTest() {
        server.attach(net.internet(), "192.0.2.1");
        server.listen(PORT + 1, (source, destination, payload) -> heardByServer.add(source));
        other.attach(net.internet(), "192.0.2.2");
    }

    private SimHost listening(List<SimEndpoint> heard) {
        SimHost host = net.host();
        host.listen(PORT, (source, destination, payload) -> heard.add(source));
        return host;
    }

    private SimNat behind(NatBehaviour behaviour) {
        SimNat nat = net.nat(net.internet(), "198.51.100.1", behaviour);
        client.attach(nat.inside(), "192.168.1.2");
        return nat;
    }

    private SimEndpoint sendTo(String address, int port) {
        int before = heardByServer.size() + heardByOther.size();
        client.send(PORT, new SimEndpoint(address, port), new byte[1]);
        settle();
        assertThat(heardByServer.size() + heardByOther.size()).isEqualTo(before + 1);
        return (address.equals("192.0.2.1") ? heardByServer : heardByOther).getLast();
    }

    private boolean reaches(SimHost from, int sourcePort, SimEndpoint to) {
        int before = heardByClient.size();
        from.send(sourcePort, to, new byte[1]);
        settle();
        return heardByClient.size() > before;
    }

    private void settle() {
        clock.runUntil(clock.nowNanos() + SECOND);
    }

    @Test
    void aMappingThatDoesNotDependOnTheEndpointIsOneForAll() {
        behind(NatBehaviour.PORT_RESTRICTED);
        SimEndpoint seen = sendTo("192.0.2.1", PORT);
        assertThat(sendTo("192.0.2.2", PORT)).isEqualTo(seen);
        assertThat(sendTo("192.0.2.1", PORT + 1)).isEqualTo(seen);
        assertThat(seen.address()).isEqualTo("198.51.100.1");
    }

    @Test
    void aSymmetricNatHasAMappingForEachAddressAndPort() {
        behind(NatBehaviour.SYMMETRIC);
        SimEndpoint seen = sendTo("192.0.2.1", PORT);
        assertThat(sendTo("192.0.2.1", PORT + 1)).isNotEqualTo(seen);
        assertThat(sendTo("192.0.2.2", PORT)).isNotEqualTo(seen);
        assertThat(sendTo("192.0.2.1", PORT)).isEqualTo(seen);
    }

    @Test
    void withoutFilteringEverybodyComesIn() {
        behind(NatBehaviour.ENDPOINT_INDEPENDENT);
        SimEndpoint seen = sendTo("192.0.2.1", PORT);
        assertThat(reaches(other, PORT, seen)).isTrue();
    }

    @Test
    void anAddressRestrictedNatLetsInAnyPortOfAnAddressThatWasSentTo() {
        behind(NatBehaviour.ADDRESS_RESTRICTED);
        SimEndpoint seen = sendTo("192.0.2.1", PORT);
        assertThat(reaches(server, PORT + 1, seen)).isTrue();
        assertThat(reaches(other, PORT, seen)).isFalse();
    }

    @Test
    void aPortRestrictedNatLetsInOnlyTheEndpointThatWasSentTo() {
        behind(NatBehaviour.PORT_RESTRICTED);
        SimEndpoint seen = sendTo("192.0.2.1", PORT);
        assertThat(reaches(server, PORT, seen)).isTrue();
        assertThat(reaches(server, PORT + 1, seen)).isFalse();
        assertThat(net.count(LossReason.FILTERED)).isEqualTo(1);
    }

    @Test
    void aMappingEndsWhenNothingIsSentThroughItForItsLifetime() {
        behind(NatBehaviour.ENDPOINT_INDEPENDENT.withLifetime(10 * SECOND));
        SimEndpoint seen = sendTo("192.0.2.1", PORT);
        clock.runUntil(8 * SECOND);
        assertThat(reaches(other, PORT, seen)).isTrue();
        clock.runUntil(11 * SECOND);
        assertThat(reaches(other, PORT, seen)).isFalse();
        assertThat(sendTo("192.0.2.1", PORT)).isNotEqualTo(seen);
    }

    @Test
    void whereUdpIsBlockedNothingLeaves() {
        behind(NatBehaviour.UDP_BLOCKED);
        client.send(PORT, new SimEndpoint("192.0.2.1", PORT), new byte[1]);
        settle();
        assertThat(heardByServer).isEmpty();
        assertThat(net.count(LossReason.BLOCKED)).isEqualTo(1);
    }

    @Test
    void behindTwoNatsTheOuterOnesAddressIsSeen() {
        SimNat outer = net.nat(net.internet(), "198.51.100.9", NatBehaviour.PORT_RESTRICTED);
        SimNat inner = net.nat(outer.inside(), "10.0.0.2", NatBehaviour.PORT_RESTRICTED);
        client.attach(inner.inside(), "192.168.1.2");
        SimEndpoint seen = sendTo("192.0.2.1", PORT);
        assertThat(seen.address()).isEqualTo("198.51.100.9");
        assertThat(reaches(server, PORT, seen)).isTrue();
    }

    @Test
    void onlyANatThatHairpinsTurnsADatagramBackInside() {
        SimNat nat = behind(NatBehaviour.ENDPOINT_INDEPENDENT);
        SimEndpoint seen = sendTo("192.0.2.1", PORT);
        SimHost neighbour = listening(new ArrayList<>());
        neighbour.attach(nat.inside(), "192.168.1.3");
        assertThat(reaches(neighbour, PORT, seen)).isFalse();
        nat.setBehaviour(NatBehaviour.ENDPOINT_INDEPENDENT.withHairpinning());
        assertThat(reaches(neighbour, PORT, seen)).isTrue();
        assertThat(heardByClient.getLast().address()).isEqualTo("198.51.100.1");
        assertThat(reaches(neighbour, PORT, new SimEndpoint("192.168.1.2", PORT)))
                .isTrue();
    }

    @Test
    void aNatWithAnotherAddressOrWithoutItsMappingsIsSeenElsewhere() {
        SimNat nat = behind(NatBehaviour.ENDPOINT_INDEPENDENT);
        SimEndpoint seen = sendTo("192.0.2.1", PORT);
        nat.forgetMappings();
        assertThat(reaches(server, PORT, seen)).isFalse();
        nat.setAddress("198.51.100.77");
        assertThat(sendTo("192.0.2.1", PORT).address()).isEqualTo("198.51.100.77");
    }

    @Test
    void aBlackoutCutsTwoAddressesOffFromEachOtherAlone() {
        behind(NatBehaviour.ENDPOINT_INDEPENDENT);
        SimEndpoint seen = sendTo("192.0.2.1", PORT);
        net.setBlackout("192.0.2.1", "198.51.100.1", true);
        assertThat(reaches(server, PORT, seen)).isFalse();
        assertThat(reaches(other, PORT, seen)).isTrue();
        net.setBlackout("198.51.100.1", "192.0.2.1", false);
        assertThat(reaches(server, PORT, seen)).isTrue();
    }

    @Test
    void whatIsUnderWayToAnAddressThatIsGoneIsLost() {
        client.attach(net.internet(), "198.51.100.1");
        server.send(PORT, new SimEndpoint("198.51.100.1", PORT), new byte[1]);
        client.attach(net.internet(), "198.51.100.2");
        settle();
        assertThat(heardByClient).isEmpty();
        assertThat(client.addresses()).containsExactly("198.51.100.2");
    }

    @Test
    void withoutAnAddressOfTheFamilyTheSystemRefusesToSend() {
        client.attach(net.internet(), "2001:db8::1");
        assertThat(client.send(PORT, new SimEndpoint("192.0.2.1", PORT), new byte[1]))
                .isFalse();
    }

    @Test
    void theClockOfASuspendedHostStandsStillAndWhatWasPlannedComesAfterIt() {
        List<Long> fired = new ArrayList<>();
        client.at(5 * SECOND, () -> fired.add(client.nowNanos()));
        clock.runUntil(2 * SECOND);
        client.suspend();
        clock.runUntil(600 * SECOND);
        assertThat(client.nowNanos()).isEqualTo(2 * SECOND);
        client.resume(true);
        clock.runUntil(602 * SECOND);
        assertThat(fired).isEmpty();
        clock.runUntil(604 * SECOND);
        assertThat(fired).containsExactly(5 * SECOND);
    }

    @Test
    void aClockThatJumpsAfterASuspendBringsAllAtOnceThatWasPlannedMeanwhile() {
        List<Long> fired = new ArrayList<>();
        client.at(5 * SECOND, () -> fired.add(client.nowNanos()));
        client.at(700 * SECOND, () -> fired.add(client.nowNanos()));
        client.suspend();
        clock.runUntil(600 * SECOND);
        client.resume(false);
        clock.runUntil(800 * SECOND);
        assertThat(fired).containsExactly(600 * SECOND, 700 * SECOND);
    }
}
