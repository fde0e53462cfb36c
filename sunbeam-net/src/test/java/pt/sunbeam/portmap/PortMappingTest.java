package pt.sunbeam.portmap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.time.Deadline;

class PortMappingTest {
    private static final Gateway HOME = gateway("192.168.77.1", "192.168.77.2/24");
    private static final int PORT = 41641;

    private final List<byte[]> sent = new ArrayList<>();
    private final long startNanos = Deadline.seconds(50);
    private long nowNanos = startNanos;
    private int changes;

    private final PortMapping mapping = new PortMapping(new Random(1), new PortMapping.Sink() {
        @Override
        public void sendToGateway(byte[] request) {
            sent.add(request);
        }

        @Override
        public void mappingChanged() {
            changes++;
        }
    });

    private static Gateway gateway(String address, String own) {
        return new Gateway(IpAddress.parse(address), IpPrefix.parse(own));
    }

    private void start() {
        mapping.start(HOME, PORT, nowNanos);
    }

    private void answer(byte[] bytes) {
        mapping.onResponse(bytes, 0, bytes.length, HOME.endpoint(), nowNanos);
    }

    /** Lets time pass, with every timer at its own instant. */
    private void passMillis(long millis) {
        long untilNanos = nowNanos + Deadline.millis(millis);
        while (mapping.nextDeadlineNanos() <= untilNanos) {
            nowNanos = Math.max(nowNanos, mapping.nextDeadlineNanos());
            mapping.onTimer(nowNanos);
        }
        nowNanos = untilNanos;
    }

    private void passSeconds(long seconds) {
        passMillis(1000 * seconds);
    }

    /** The gateway's clock: it has been up for 1000 s at the start. */
    private int epoch() {
        return (int) ((nowNanos - startNanos) / Deadline.SECOND) + 1000;
    }

    private byte[] natPmpAddress(String address) {
        byte[] b = new byte[12];
        b[1] = (byte) 0x80;
        Endian.putIntBe(b, 4, epoch());
        IpAddress.parse(address).write(b, 8);
        return b;
    }

    private byte[] natPmpGrant(int externalPort, int lifetimeSeconds) {
        byte[] b = new byte[16];
        b[1] = (byte) 0x81;
        Endian.putIntBe(b, 4, epoch());
        Endian.putShortBe(b, 8, PORT);
        Endian.putShortBe(b, 10, externalPort);
        Endian.putIntBe(b, 12, lifetimeSeconds);
        return b;
    }

    private static byte[] natPmpFailure(int opcode, NatPmp.Result result) {
        byte[] b = new byte[8];
        b[1] = (byte) (0x80 | opcode);
        b[3] = (byte) result.ordinal();
        Endian.putIntBe(b, 4, 1000);
        return b;
    }

    private byte[] pcp(int opcode, Pcp.Result result, int epoch, int lifetimeSeconds) {
        byte[] b = new byte[24];
        b[0] = 2;
        b[1] = (byte) (0x80 | opcode);
        b[3] = (byte) result.ordinal();
        Endian.putIntBe(b, 4, lifetimeSeconds);
        Endian.putIntBe(b, 8, epoch);
        return b;
    }

    private byte[] announcement() {
        return pcp(Pcp.ANNOUNCE, Pcp.Result.SUCCESS, epoch(), 0);
    }

    /** Repeats nonce, protocol and internal port of the last request, as a server does. */
    private byte[] pcpGrant(String external, int lifetimeSeconds) {
        byte[] b = Arrays.copyOf(pcp(Pcp.MAP, Pcp.Result.SUCCESS, epoch(), lifetimeSeconds), 60);
        System.arraycopy(lastMapRequest(), 24, b, 24, 18);
        IpEndpoint endpoint = IpEndpoint.parse(external);
        Endian.putShortBe(b, 42, endpoint.port());
        endpoint.address().mapped().write(b, 44);
        return b;
    }

    private byte[] lastMapRequest() {
        return sent.stream()
                .filter(PortMappingTest::isPcpMap)
                .reduce((a, b) -> b)
                .orElseThrow();
    }

    private static boolean isPcpMap(byte[] request) {
        return request[0] == 2 && request[1] == Pcp.MAP;
    }

    private static boolean isNatPmpMap(byte[] request) {
        return request[0] == 0 && request[1] == NatPmp.MAP_UDP;
    }

    private void holdByPcp() {
        start();
        answer(announcement());
        answer(pcpGrant("11.0.0.1:4242", 7200));
        sent.clear();
    }

    private void holdByNatPmp() {
        start();
        answer(natPmpAddress("11.0.0.1"));
        passMillis(250);
        answer(natPmpGrant(4242, 7200));
        sent.clear();
    }

    private long refused(PortMappingRefusal reason) {
        return mapping.counters().refused(reason);
    }

    private static IpEndpoint endpoint(String text) {
        return IpEndpoint.parse(text);
    }

    // ---- finding the gateway ----

    @Test
    void theGatewayIsAskedByBothProtocolsAtOnce() {
        start();
        assertThat(sent)
                .containsExactly(
                        NatPmp.externalAddressRequest(),
                        Pcp.announceRequest(HOME.own().address()));
        assertThat(mapping.services()).isNull();
    }

    @Test
    void whereBothAnswerTheMappingIsAskedForByPcp() {
        start();
        answer(natPmpAddress("11.0.0.1"));
        answer(announcement());
        assertThat(sent).filteredOn(PortMappingTest::isPcpMap).hasSize(1);
        passMillis(10_000);
        assertThat(sent).filteredOn(PortMappingTest::isPcpMap).hasSize(PortMappingTiming.TRIES);
        assertThat(mapping.services()).isEqualTo(new MappingServices(true, true, false));
    }

    @Test
    void natPmpAloneIsUsedWhenPcpHasHadItsTime() {
        start();
        answer(natPmpAddress("11.0.0.1"));
        passMillis(249);
        assertThat(sent).noneMatch(PortMappingTest::isNatPmpMap);
        passMillis(1);
        assertThat(sent).last().isEqualTo(NatPmp.mapRequest(PORT, 0, 7200));
        answer(natPmpGrant(4242, 7200));
        assertThat(mapping.external()).isEqualTo(endpoint("11.0.0.1:4242"));
        assertThat(mapping.services()).isEqualTo(new MappingServices(true, false, true));
    }

    @Test
    void aServerThatSaysItSpeaksOnlyNatPmpIsNotWaitedFor() {
        start();
        answer(natPmpAddress("11.0.0.1"));
        answer(natPmpFailure(0, NatPmp.Result.UNSUPPORTED_VERSION));
        assertThat(sent).last().isEqualTo(NatPmp.mapRequest(PORT, 0, 7200));
    }

    @Test
    void theOrderOfTheseTwoAnswersDoesNotMatter() {
        start();
        answer(natPmpFailure(0, NatPmp.Result.UNSUPPORTED_VERSION));
        answer(natPmpAddress("11.0.0.1"));
        assertThat(sent).last().isEqualTo(NatPmp.mapRequest(PORT, 0, 7200));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOT_AUTHORIZED", "ADDRESS_MISMATCH", "UNSUPP_OPCODE"})
    void aPcpServerThatGrantsNothingDoesNotStandInTheWayOfNatPmp(Pcp.Result result) {
        start();
        answer(pcp(Pcp.ANNOUNCE, result, 1000, 0));
        answer(natPmpAddress("11.0.0.1"));
        answer(natPmpGrant(4242, 7200));
        assertThat(mapping.external()).isEqualTo(endpoint("11.0.0.1:4242"));
        assertThat(mapping.services()).isEqualTo(new MappingServices(true, false, true));
    }

    @Test
    void aRefusalOfTheMappingByPcpIsFollowedByNatPmp() {
        start();
        answer(natPmpAddress("11.0.0.1"));
        answer(announcement());
        answer(pcp(Pcp.MAP, Pcp.Result.UNSUPP_PROTOCOL, epoch(), 0));
        assertThat(sent).last().isEqualTo(NatPmp.mapRequest(PORT, 0, 7200));
    }

    @Test
    void aGatewayThatSaysNothingIsAskedLessAndLess() {
        start();
        List<Long> burstSeconds = new ArrayList<>();
        for (long second = 0; second < 7200; second++) {
            int before = sent.size();
            passSeconds(1);
            if (sent.size() > before && (burstSeconds.isEmpty() || second > burstSeconds.getLast() + 5)) {
                burstSeconds.add(second);
            }
        }
        assertThat(burstSeconds)
                .startsWith(0L, 63L, 187L, 431L, 914L, 1878L, 2906L)
                .hasSize(11);
        assertThat(sent).hasSize(burstSeconds.size() * 2 * PortMappingTiming.TRIES);
        assertThat(mapping.services()).isEqualTo(MappingServices.NONE);
        assertThat(changes).isOne();
    }

    @Test
    void aRefusalThatHoldsForLongIsHeededButNotForever() {
        start();
        answer(announcement());
        answer(pcp(Pcp.MAP, Pcp.Result.USER_EX_QUOTA, epoch(), -1));
        sent.clear();
        passSeconds(PortMappingTiming.LONGEST_REFUSAL_SECONDS - 1);
        assertThat(sent).isEmpty();
        passSeconds(2);
        assertThat(sent).isNotEmpty();
    }

    @Test
    void aServiceThatIsGoneAtTheNextProbeIsNotShownAnyMore() {
        start();
        answer(announcement());
        answer(pcp(Pcp.MAP, Pcp.Result.NO_RESOURCES, epoch(), 0));
        assertThat(mapping.services()).isEqualTo(new MappingServices(false, true, false));
        passSeconds(70);
        assertThat(mapping.services()).isEqualTo(MappingServices.NONE);
    }

    @Test
    void aGatewayThatContradictsItselfMakesNewsOnce() {
        start();
        for (int i = 0; i < 50; i++) {
            answer(natPmpAddress("11.0.0.1"));
            answer(natPmpFailure(NatPmp.EXTERNAL_ADDRESS, NatPmp.Result.NETWORK_FAILURE));
        }
        assertThat(changes).isOne();
    }

    // ---- the mapping ----

    @Test
    void theGrantIsTheExternalEndpoint() {
        holdByPcp();
        assertThat(mapping.external()).isEqualTo(endpoint("11.0.0.1:4242"));
        assertThat(mapping.services()).isEqualTo(new MappingServices(false, true, true));
        assertThat(mapping.counters().granted()).isOne();
    }

    @Test
    void aMappingIsRenewedAtHalfOfItsLifetimeWithTheSameNonceAndWish() {
        start();
        answer(announcement());
        byte[] first = lastMapRequest();
        answer(pcpGrant("11.0.0.1:4242", 7200));
        sent.clear();
        passSeconds(3599);
        assertThat(sent).isEmpty();
        passSeconds(1);
        assertThat(sent).hasSize(1);
        assertThat(Arrays.copyOfRange(lastMapRequest(), 24, 36)).isEqualTo(Arrays.copyOfRange(first, 24, 36));
        assertThat(Endian.shortBe(lastMapRequest(), 42)).isEqualTo(4242);
        int before = changes;
        answer(pcpGrant("11.0.0.1:4242", 7200));
        assertThat(changes).isEqualTo(before);
        sent.clear();
        passSeconds(3599);
        assertThat(sent).isEmpty();
    }

    @Test
    void aRenewalByNatPmpAsksForTheAddressToo() {
        holdByNatPmp();
        passSeconds(3600);
        assertThat(sent).containsExactly(NatPmp.externalAddressRequest(), NatPmp.mapRequest(PORT, 4242, 7200));
        answer(natPmpGrant(4242, 7200));
        assertThat(mapping.external()).isEqualTo(endpoint("11.0.0.1:4242"));
        answer(natPmpAddress("11.0.0.9"));
        assertThat(mapping.external()).isEqualTo(endpoint("11.0.0.9:4242"));
    }

    @Test
    void aRenewalThatIsNotAnsweredIsTriedAgainAtHalfOfWhatIsLeft() {
        holdByPcp();
        passSeconds(3610);
        assertThat(sent).hasSize(PortMappingTiming.TRIES);
        sent.clear();
        passSeconds(1780);
        assertThat(sent).isEmpty();
        passSeconds(20);
        assertThat(sent).hasSize(PortMappingTiming.TRIES);
        assertThat(mapping.external()).isEqualTo(endpoint("11.0.0.1:4242"));
    }

    @Test
    void aMappingThatNobodyRenewsEndsWithItsLifetime() {
        holdByPcp();
        passSeconds(7199);
        assertThat(mapping.external()).isNotNull();
        passSeconds(1);
        assertThat(mapping.external()).isNull();
        assertThat(mapping.counters().expired()).isOne();
        assertThat(sent)
                .endsWith(
                        NatPmp.externalAddressRequest(),
                        Pcp.announceRequest(HOME.own().address()));
    }

    @Test
    void anotherPortOrAddressThanBeforeIsNews() {
        holdByPcp();
        passSeconds(3600);
        int before = changes;
        answer(pcpGrant("11.0.0.2:4243", 7200));
        assertThat(changes).isEqualTo(before + 1);
        assertThat(mapping.external()).isEqualTo(endpoint("11.0.0.2:4243"));
    }

    @Test
    void aRenewalThatIsRefusedEndsTheMapping() {
        holdByPcp();
        passSeconds(3600);
        answer(pcp(Pcp.MAP, Pcp.Result.NOT_AUTHORIZED, epoch(), 0));
        assertThat(mapping.external()).isNull();
        assertThat(refused(PortMappingRefusal.GATEWAY_REFUSED)).isOne();
    }

    @Test
    void aCheckAsksAgainButNotWithinHalfAMinute() {
        holdByPcp();
        passSeconds(29);
        mapping.check(nowNanos);
        assertThat(sent).isEmpty();
        passSeconds(1);
        mapping.check(nowNanos);
        mapping.check(nowNanos);
        assertThat(sent).hasSize(1);
    }

    @Test
    void aLifetimeOfYearsIsBelievedForADay() {
        start();
        answer(announcement());
        answer(pcpGrant("11.0.0.1:4242", -1));
        sent.clear();
        passSeconds(12 * 3600 - 1);
        assertThat(sent).isEmpty();
        passSeconds(1);
        assertThat(sent).hasSize(1);
    }

    // ---- the gateway starts anew ----

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEpochThatFellBackMakesTheMappingBeAskedForAgainAtOnce(boolean byPcp) {
        if (byPcp) {
            holdByPcp();
        } else {
            holdByNatPmp();
        }
        passSeconds(600);
        byte[] young = byPcp ? pcp(Pcp.ANNOUNCE, Pcp.Result.SUCCESS, 3, 0) : natPmpAddress("11.0.0.1");
        Endian.putIntBe(young, byPcp ? 8 : 4, 3);
        answer(young);
        passMillis(0);
        assertThat(mapping.counters().gatewayRestarts()).isOne();
        assertThat(sent.stream().anyMatch(byPcp ? PortMappingTest::isPcpMap : PortMappingTest::isNatPmpMap))
                .isTrue();
        assertThat(mapping.external()).isEqualTo(endpoint("11.0.0.1:4242"));
        passSeconds(30);
        assertThat(mapping.external()).isNull();
    }

    @Test
    void anEpochThatOnlyRunsSlowlyIsNoRestart() {
        holdByPcp();
        passSeconds(600);
        answer(pcp(Pcp.ANNOUNCE, Pcp.Result.SUCCESS, 1000 + 570, 0));
        assertThat(mapping.counters().gatewayRestarts()).isZero();
        assertThat(sent).isEmpty();
    }

    @Test
    void epochsThatJumpWithEveryAnswerMakeNoFlood() {
        holdByPcp();
        for (int i = 0; i < 600; i++) {
            passMillis(100);
            answer(pcp(Pcp.ANNOUNCE, Pcp.Result.SUCCESS, i % 2, 0));
            byte[] grant = pcpGrantIfAsked(i);
            if (grant.length > 0) {
                answer(grant);
            }
        }
        assertThat(sent).hasSizeLessThan(10);
    }

    private byte[] pcpGrantIfAsked(int i) {
        return sent.isEmpty() ? new byte[0] : pcpGrant("11.0.0.1:" + (1000 + i), 7200);
    }

    // ---- another network, and the end ----

    @Test
    void atTheStopTheMappingIsWithdrawn() {
        holdByPcp();
        mapping.stop();
        assertThat(sent).hasSize(1);
        assertThat(Endian.intBe(sent.getFirst(), 4)).isZero();
        assertThat(Endian.shortBe(sent.getFirst(), 42)).isZero();
        assertThat(mapping.external()).isNull();
        assertThat(mapping.nextDeadlineNanos()).isEqualTo(Deadline.NONE);
    }

    @Test
    void byNatPmpTheWithdrawalAsksForNoPortAndNoTime() {
        holdByNatPmp();
        mapping.stop();
        assertThat(sent).containsExactly(NatPmp.mapRequest(PORT, 0, 0));
    }

    @Test
    void withoutAMappingThereIsNothingToWithdraw() {
        start();
        passSeconds(10);
        sent.clear();
        mapping.stop();
        mapping.stop();
        assertThat(sent).isEmpty();
    }

    @Test
    void anotherGatewayIsAskedByAnotherNonceAndNotForTheOldPort() {
        holdByPcp();
        passSeconds(3600);
        byte[] old = lastMapRequest();
        sent.clear();
        Gateway other = gateway("10.0.0.1", "10.0.0.7/8");
        mapping.start(other, PORT, nowNanos);
        assertThat(mapping.external()).isNull();
        assertThat(mapping.services()).isNull();
        byte[] yes = announcement();
        mapping.onResponse(yes, 0, yes.length, other.endpoint(), nowNanos);
        assertThat(sent).noneMatch(PortMappingTest::isNatPmpMap);
        assertThat(Arrays.copyOfRange(lastMapRequest(), 24, 36)).isNotEqualTo(Arrays.copyOfRange(old, 24, 36));
        assertThat(Endian.shortBe(lastMapRequest(), 42)).isZero();
    }

    @Test
    void theSameGatewayIsAskedByTheSameNonceSinceItMayRemember() {
        holdByPcp();
        passSeconds(3600);
        byte[] old = lastMapRequest();
        sent.clear();
        start();
        assertThat(mapping.external()).isNull();
        answer(announcement());
        assertThat(lastMapRequest()).isEqualTo(old);
    }

    @Test
    void theMappingOfAnotherPortIsWithdrawnAtTheSameGateway() {
        holdByNatPmp();
        mapping.start(HOME, 5555, nowNanos);
        assertThat(sent).startsWith(NatPmp.mapRequest(PORT, 0, 0));
        answer(natPmpGrant(4242, 7200));
        assertThat(mapping.external()).isNull();
    }

    @Test
    void withoutAGatewayNothingIsAskedAndNothingBelieved() {
        holdByPcp();
        mapping.gatewayLost();
        assertThat(mapping.external()).isNull();
        answer(announcement());
        passSeconds(100_000);
        assertThat(sent).isEmpty();
        assertThat(refused(PortMappingRefusal.UNASKED)).isOne();
    }

    // ---- answers that give nothing ----

    @Test
    void whatDoesNotComeFromTheGatewayIsNotRead() {
        start();
        byte[] b = announcement();
        mapping.onResponse(b, 0, b.length, endpoint("192.168.77.1:5350"), nowNanos);
        mapping.onResponse(b, 0, b.length, endpoint("192.168.77.9:5351"), nowNanos);
        assertThat(refused(PortMappingRefusal.OTHER_SOURCE)).isEqualTo(2);
        assertThat(sent).hasSize(2);
    }

    @Test
    void anotherNonceLeavesTheRequestOpenForTheRightOne() {
        start();
        answer(announcement());
        byte[] forged = pcpGrant("11.0.0.66:6666", 7200);
        forged[30] ^= 1;
        answer(forged);
        assertThat(refused(PortMappingRefusal.WRONG_NONCE)).isOne();
        assertThat(mapping.external()).isNull();
        answer(pcpGrant("11.0.0.1:4242", 7200));
        assertThat(mapping.external()).isEqualTo(endpoint("11.0.0.1:4242"));
    }

    @Test
    void aGrantOfAnotherPortOrProtocolIsNotOurs() {
        start();
        answer(announcement());
        byte[] otherPort = pcpGrant("11.0.0.1:4242", 7200);
        otherPort[40] ^= 1;
        answer(otherPort);
        byte[] tcp = pcpGrant("11.0.0.1:4242", 7200);
        tcp[36] = 6;
        answer(tcp);
        assertThat(refused(PortMappingRefusal.OTHER_MAPPING)).isEqualTo(2);
        assertThat(mapping.external()).isNull();
    }

    @Test
    void aGrantThatWasNotAskedForIsNotTaken() {
        start();
        answer(natPmpGrant(4242, 7200));
        answer(natPmpAddress("11.0.0.1"));
        assertThat(refused(PortMappingRefusal.UNASKED)).isOne();
        assertThat(mapping.external()).isNull();
    }

    @Test
    void bytesOfNeitherProtocolAreCounted() {
        start();
        answer(new byte[0]);
        answer(new byte[] {0});
        answer(new byte[] {2, (byte) 0x81});
        answer(new byte[] {9, 9, 9, 9});
        answer(new byte[2000]);
        assertThat(refused(PortMappingRefusal.UNREADABLE)).isEqualTo(5);
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0:4242, NO_EXTERNAL_ADDRESS",
        "127.0.0.1:4242, RESERVED_ADDRESS",
        "169.254.1.1:4242, RESERVED_ADDRESS",
        "224.0.0.1:4242, RESERVED_ADDRESS",
        "255.255.255.255:4242, RESERVED_ADDRESS",
        "0.1.2.3:4242, RESERVED_ADDRESS",
        "100.64.1.1:4242, CARRIER_ADDRESS",
        "192.168.77.2:4242, OWN_NETWORK",
        "192.168.77.1:4242, OWN_NETWORK",
        "192.168.77.200:4242, OWN_NETWORK",
        "[2001:db8::1]:4242, OTHER_FAMILY",
        "11.0.0.1:0, PORT_ZERO",
    })
    void anEndpointThatPeersCannotReachIsNoMapping(String external, PortMappingRefusal reason) {
        start();
        answer(announcement());
        answer(pcpGrant(external, 7200));
        assertThat(refused(reason)).isOne();
        assertThat(mapping.external()).isNull();
        sent.clear();
        passSeconds(59);
        assertThat(sent).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 59})
    void aGrantForMomentsIsNoMapping(int lifetimeSeconds) {
        start();
        answer(announcement());
        answer(pcpGrant("11.0.0.1:4242", lifetimeSeconds));
        assertThat(refused(PortMappingRefusal.SHORT_LIFETIME)).isOne();
        assertThat(mapping.external()).isNull();
    }

    @Test
    void anAddressByNatPmpThatPeersCannotReachIsNotAskedAPortFor() {
        start();
        answer(natPmpAddress("0.0.0.0"));
        passSeconds(10);
        assertThat(refused(PortMappingRefusal.NO_EXTERNAL_ADDRESS)).isOne();
        assertThat(sent).noneMatch(PortMappingTest::isNatPmpMap);
        assertThat(mapping.services()).isEqualTo(new MappingServices(true, false, false));
    }

    @Test
    void anAddressWithinAnotherNatIsUsedAndCounted() {
        start();
        answer(announcement());
        answer(pcpGrant("10.9.9.9:4242", 7200));
        assertThat(mapping.external()).isEqualTo(endpoint("10.9.9.9:4242"));
        assertThat(mapping.counters().doubleNat()).isOne();
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, true",
        "172.31.255.254, true",
        "192.168.0.1, true",
        "172.32.0.1, false",
        "203.0.113.1, false",
        "100.100.100.100, false",
        "fe80::1, false",
    })
    void onlyAGatewayInAPrivateNetworkIsAsked(String address, boolean asked) {
        assertThat(Gateway.mayTranslate(IpAddress.parse(address))).isEqualTo(asked);
    }
}
