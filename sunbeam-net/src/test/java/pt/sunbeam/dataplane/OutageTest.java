package pt.sunbeam.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.network.NatBehaviour;
import pt.sunbeam.time.Deadline;

/** Two whole nodes that talk directly, when something between them or about them fails: the stream goes on, whole, and soon. */
class OutageTest {
    /** No keepalive before two hours, and some 15 minutes without an acknowledgement, as Linux has it. */
    private static final TcpConfig PATIENT = new TcpConfig(
            1280,
            256 << 10,
            8 << 20,
            6 << 20,
            16 << 10,
            1024,
            32 << 10,
            Deadline.seconds(30),
            Deadline.seconds(924),
            Deadline.seconds(7200),
            Deadline.seconds(75),
            9,
            CongestionControl.BBR);

    private static final int SEEDS = 8;
    private static final int RELAYED_STREAMS = 12;
    private static final int FLOOD_BYTES = 150_000;
    private static final long LEFT_NANOS = Deadline.seconds(3);
    private static final long GAP_NANOS = Deadline.seconds(5);
    private static final long BACK_NANOS = Deadline.seconds(15);
    private static final long NO_GAP_NANOS = Deadline.millis(300);

    private static void eachSeed(Site from, Site to, Consumer<Talk> test) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Talk talk = new Talk(seed, from, to);
            test.accept(talk);
            talk.end();
        }
    }

    /** The stream stands still for five seconds at most, and has a direct path again soon. */
    private static void goesOnDirectly(Talk talk) {
        talk.tailnet.run(Deadline.seconds(10));
        talk.gapIsAtMost(GAP_NANOS);
        talk.isDirectWithin(BACK_NANOS);
    }

    @ParameterizedTest
    @EnumSource(names = {"OPEN", "PORT_RESTRICTED", "SYMMETRIC", "DOUBLE_NAT"})
    void aDirectPathThatGoesDeadIsLeftWithinThreeSecondsAndTakenAgainWithinFifteenOfHealing(Site from) {
        eachSeed(from, from == Site.SYMMETRIC ? Site.OPEN : Site.PORT_RESTRICTED, talk -> {
            talk.blackOut(true);
            long evidenceOfA = talk.a.heardDirectNanos;
            long evidenceOfB = talk.b.heardDirectNanos;
            talk.tailnet.run(Deadline.seconds(20 + talk.seed * 3));
            assertThat(talk.a.relayedNanos - evidenceOfA).as("A leaves").isLessThanOrEqualTo(LEFT_NANOS);
            assertThat(talk.b.relayedNanos - evidenceOfB).as("B leaves").isLessThanOrEqualTo(LEFT_NANOS);
            talk.gapIsAtMost(GAP_NANOS);
            assertThat(talk.stream.gapNanos()).as("the outage was one").isGreaterThan(Deadline.SECOND);
            talk.mark();
            talk.blackOut(false);
            talk.isDirectWithin(BACK_NANOS);
            talk.gapIsAtMost(NO_GAP_NANOS);
        });
    }

    @Test
    void aLongOutageEndsWithinFifteenSecondsOfHealingToo() {
        Talk talk = new Talk(1, Site.PORT_RESTRICTED, Site.PORT_RESTRICTED);
        talk.blackOut(true);
        talk.tailnet.run(Deadline.seconds(300));
        talk.blackOut(false);
        talk.isDirectWithin(BACK_NANOS);
        talk.end();
    }

    @Test
    void aHostWithAnotherAddressIsDirectAgainWithAGapOfAtMostFiveSeconds() {
        eachSeed(Site.OPEN, Site.PORT_RESTRICTED, talk -> {
            talk.a.roam(Site.OPEN, 20);
            goesOnDirectly(talk);
        });
    }

    @Test
    void aHostThatMovesBehindAnotherNatIsDirectAgainWithAGapOfAtMostFiveSeconds() {
        eachSeed(Site.PORT_RESTRICTED, Site.PORT_RESTRICTED, talk -> {
            talk.b.roam(Site.PORT_RESTRICTED, 20);
            goesOnDirectly(talk);
        });
    }

    @Test
    void aRouterThatGetsAnotherAddressUnnoticedCostsAtMostFiveSeconds() {
        eachSeed(Site.PORT_RESTRICTED, Site.PORT_RESTRICTED, talk -> {
            talk.a.nats.getFirst().setAddress("198.51.100.77");
            goesOnDirectly(talk);
        });
    }

    @Test
    void aSymmetricNatThatForgetsItsMappingsCostsAtMostFiveSeconds() {
        eachSeed(Site.SYMMETRIC, Site.ADDRESS_RESTRICTED, talk -> {
            talk.a.nats.getFirst().forgetMappings();
            goesOnDirectly(talk);
        });
    }

    @Test
    void theLossOfTheRelayIsNotSeenByAStreamThatGoesDirectly() {
        eachSeed(Site.PORT_RESTRICTED, Site.PORT_RESTRICTED, talk -> {
            talk.tailnet.relay(1).setDown(true);
            talk.tailnet.run(Deadline.seconds(60));
            talk.gapIsAtMost(NO_GAP_NANOS);
            talk.tailnet.relay(1).setDown(false);
            talk.tailnet.run(Deadline.seconds(5));
            talk.gapIsAtMost(NO_GAP_NANOS);
            assertThat(talk.isDirect()).isTrue();
        });
    }

    @Test
    void whenRelayAndPathAreBothLostTheStreamGoesOnOnceEitherIsBack() {
        eachSeed(Site.PORT_RESTRICTED, Site.PORT_RESTRICTED, talk -> {
            talk.tailnet.relay(1).setDown(true);
            talk.blackOut(true);
            talk.tailnet.run(Deadline.seconds(20));
            boolean relayFirst = talk.seed % 2 == 0;
            talk.tailnet.relay(1).setDown(!relayFirst);
            talk.blackOut(relayFirst);
            long received = talk.stream.acceptor.received;
            talk.tailnet.run(BACK_NANOS);
            assertThat(talk.stream.acceptor.received).as("seed %d", talk.seed).isGreaterThan(received + 1000);
            talk.tailnet.relay(1).setDown(false);
            talk.blackOut(false);
            talk.isDirectWithin(BACK_NANOS);
            talk.tailnet.run(Deadline.seconds(5));
            talk.mark();
            talk.tailnet.run(Deadline.seconds(5));
            talk.gapIsAtMost(NO_GAP_NANOS);
        });
    }

    /** In a pause, and with an other that is as patient as a kernel's TCP: ours probes, and gives up a peer after five minutes. */
    @ParameterizedTest
    @EnumSource(names = {"OPEN", "PORT_RESTRICTED", "SYMMETRIC"})
    void aMachineThatSleptForTenMinutesGoesOnWithinTenSeconds(Site site) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Talk talk = new Talk(seed, site, site, StackConfig.DEFAULT.withTcp(PATIENT));
            talk.stream.setTalking(false);
            talk.tailnet.run(Deadline.SECOND);
            talk.a.suspend();
            talk.tailnet.run(Deadline.seconds(600));
            talk.a.resume(talk.seed % 2 == 0);
            talk.stream.setTalking(true);
            talk.mark();
            talk.tailnet.run(Deadline.seconds(20));
            talk.gapIsAtMost(Deadline.seconds(10));
            if (site != Site.SYMMETRIC) {
                talk.isDirectWithin(BACK_NANOS);
            }
            talk.end();
        }
    }

    /** The other has discarded the session, and says nothing that would bring about a new one. */
    @ParameterizedTest
    @EnumSource(names = {"OPEN", "PORT_RESTRICTED", "SYMMETRIC"})
    void whatAMachineSaysAfterItsSleepArrivesWithinTenSecondsThoughTheOtherIsSilent(Site site) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Talk talk = new Talk(seed, site, site, StackConfig.DEFAULT.withTcp(PATIENT));
            talk.stream.setTalking(false);
            talk.tailnet.run(Deadline.SECOND);
            talk.a.suspend();
            talk.tailnet.run(Deadline.seconds(240));
            talk.a.resume(talk.seed % 2 == 0);
            talk.stream.onlyTheOpenerTalks();
            talk.mark();
            talk.tailnet.run(Deadline.seconds(14));
            assertThat(talk.stream.acceptor.gapNanos())
                    .as("gap, seed %d", seed)
                    .isLessThanOrEqualTo(Deadline.seconds(10));
            talk.end();
        }
    }

    /** Longer than a session lasts, and shorter than data may stay unacknowledged: five minutes, as for any proxy. */
    @Test
    void aMachineThatSleptForFourMinutesWhileTheOtherWroteGoesOnWithinTenSeconds() {
        eachSeed(Site.PORT_RESTRICTED, Site.PORT_RESTRICTED, talk -> {
            talk.a.suspend();
            talk.tailnet.run(Deadline.seconds(240));
            talk.a.resume(talk.seed % 2 == 0);
            talk.mark();
            talk.tailnet.run(Deadline.seconds(20));
            talk.gapIsAtMost(Deadline.seconds(10));
            talk.isDirectWithin(BACK_NANOS);
        });
    }

    @Test
    void aMachineThatSleptWhereThereIsOnlyTheRelayGoesOnWithinTenSeconds() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Talk talk = new Talk(seed, Site.SYMMETRIC, Site.SYMMETRIC);
            talk.a.suspend();
            talk.tailnet.run(Deadline.seconds(240));
            talk.a.resume(talk.seed % 2 == 0);
            talk.mark();
            talk.tailnet.run(Deadline.seconds(20));
            talk.gapIsAtMost(Deadline.seconds(10));
            talk.end();
        }
    }

    @Test
    void aHostThatRoamsToANetworkOfIpv6AloneAndBackKeepsItsStream() {
        eachSeed(Site.PORT_RESTRICTED, Site.DUAL_STACK, talk -> {
            talk.a.roam(Site.IPV6_ONLY, 20);
            talk.tailnet.run(Deadline.seconds(10));
            talk.gapIsAtMost(GAP_NANOS);
            talk.isDirectWithin(BACK_NANOS);
            talk.mark();
            talk.a.roam(Site.PORT_RESTRICTED, 21);
            talk.tailnet.run(Deadline.seconds(10));
            talk.gapIsAtMost(GAP_NANOS);
            talk.isDirectWithin(BACK_NANOS);
        });
    }

    @Test
    void aHostThatRoamsToWhereThereIsNoDirectPathGoesOnThroughTheRelayAndBack() {
        eachSeed(Site.PORT_RESTRICTED, Site.PORT_RESTRICTED, talk -> {
            talk.a.roam(talk.seed % 2 == 0 ? Site.UDP_BLOCKED : Site.SYMMETRIC, 20);
            talk.tailnet.run(Deadline.seconds(30));
            talk.gapIsAtMost(GAP_NANOS);
            assertThat(talk.isDirect()).isFalse();
            talk.mark();
            talk.a.roam(Site.OPEN, 21);
            talk.tailnet.run(Deadline.seconds(10));
            talk.gapIsAtMost(GAP_NANOS);
            talk.isDirectWithin(BACK_NANOS);
        });
    }

    @Test
    void lossAndReorderingOfALivePathTakeNothingFromTheStream() {
        eachSeed(Site.PORT_RESTRICTED, Site.ADDRESS_RESTRICTED, talk -> {
            talk.tailnet
                    .network
                    .internet()
                    .setProfile(LinkProfile.delay(SimTailnet.INTERNET_MILLIS)
                            .withLoss(0.05)
                            .withReordering(0.02, 30)
                            .withDuplicates(0.01));
            talk.tailnet.run(Deadline.seconds(60));
            talk.gapIsAtMost(Deadline.seconds(2));
        });
    }

    @Test
    void packetsThatWaitInADeadRelayHoldNeitherWhatGoesDirectlyNorAnotherRelay() {
        for (long seed = 1; seed <= 2; seed++) {
            Talk talk = new Talk(seed, Site.PORT_RESTRICTED, Site.PORT_RESTRICTED);
            SimNode blocked = talk.tailnet.add(3, Site.UDP_BLOCKED);
            SimNode elsewhere = talk.tailnet.add(4, Site.UDP_BLOCKED);
            blocked.moveHome(2);
            talk.tailnet.run(Deadline.seconds(2));
            List<Conversation> relayed = new ArrayList<>();
            for (int port = 100; port < 100 + RELAYED_STREAMS; port++) {
                relayed.add(new Conversation(talk.tailnet, talk.a, blocked, 2 * port));
            }
            Conversation byTheOther = new Conversation(talk.tailnet, talk.a, elsewhere, 90);
            talk.tailnet.run(Deadline.seconds(2));
            relayed.forEach(stream -> stream.opener.flood(FLOOD_BYTES));
            talk.tailnet.run(Deadline.seconds(5));
            talk.mark();
            byTheOther.mark();
            talk.tailnet.relay(2).setStalled(true);
            relayed.forEach(stream -> stream.opener.flood(FLOOD_BYTES));
            talk.tailnet.run(Deadline.seconds(40));
            assertThat(talk.tailnet.relay(2).stuckPackets())
                    .as("packets that wait")
                    .isGreaterThan(1000);
            talk.gapIsAtMost(NO_GAP_NANOS);
            assertThat(byTheOther.gapNanos()).as("through the other relay").isLessThanOrEqualTo(NO_GAP_NANOS);
            talk.tailnet.relay(2).setStalled(false);
            talk.tailnet.run(Deadline.seconds(5));
            talk.gapIsAtMost(NO_GAP_NANOS);
            relayed.forEach(stream -> stream.arrivesWhole(Deadline.seconds(120)));
            byTheOther.arrivesWhole(Deadline.seconds(15));
            talk.end();
        }
    }

    // ---- without any relay ----

    @ParameterizedTest
    @EnumSource(names = {"OPEN", "ENDPOINT_INDEPENDENT", "IPV6_ONLY"})
    void twoThatKnowEachOthersEndpointsNeedNoRelayToBegin(Site site) {
        SimTailnet tailnet = new SimTailnet(1);
        tailnet.relay(1).setDown(true);
        SimNode a = tailnet.add(1, site);
        SimNode b = tailnet.add(2, Site.IPV6_ONLY == site ? site : Site.OPEN);
        tailnet.run(Deadline.seconds(5));
        Conversation stream = new Conversation(tailnet, a, b, 80);
        tailnet.run(Deadline.seconds(10));
        stream.arrivesWhole(Deadline.seconds(2));
    }

    @ParameterizedTest
    @EnumSource(names = {"OPEN", "ENDPOINT_INDEPENDENT"})
    void aPathThatHealsAfterFourMinutesIsFoundWhileTheRelayIsStillLost(Site site) {
        Talk talk = new Talk(1, site, site);
        talk.tailnet.relay(1).setDown(true);
        talk.blackOut(true);
        talk.tailnet.run(Deadline.seconds(240));
        talk.blackOut(false);
        talk.mark();
        talk.tailnet.run(Deadline.seconds(30));
        talk.gapIsAtMost(Deadline.seconds(20));
        talk.end();
    }

    @Test
    void whereNothingWorksThePeerIsLookedForRarelyAndNoLongerThanTheConnectionLasts() {
        Talk talk = new Talk(1, Site.OPEN, Site.OPEN);
        talk.tailnet.relay(1).setDown(true);
        talk.blackOut(true);
        talk.tailnet.run(Deadline.seconds(60));
        talk.mark();
        talk.tailnet.run(Deadline.seconds(120));
        assertThat((talk.a.datagramsSent - talk.a.stunRequests) / 2)
                .as("datagrams a minute")
                .isBetween(1, 30);
        talk.tailnet.run(Deadline.seconds(900));
        talk.mark();
        talk.tailnet.run(Deadline.seconds(600));
        assertThat(talk.a.datagramsSent + talk.b.datagramsSent).isZero();
    }

    @Test
    void aPathThatWasQuietIsFoundAgainThoughTheRelayIsLost() {
        eachSeed(Site.OPEN, Site.OPEN, talk -> {
            talk.stream.setTalking(false);
            talk.tailnet.run(Deadline.seconds(70));
            talk.tailnet.relay(1).setDown(true);
            talk.tailnet.run(Deadline.seconds(10));
            talk.stream.setTalking(true);
            talk.mark();
            talk.tailnet.run(Deadline.seconds(10));
            talk.gapIsAtMost(GAP_NANOS);
        });
    }

    // ---- behind one NAT ----

    @Test
    void twoBehindOneNatTalkInside() {
        SimTailnet tailnet = new SimTailnet(1);
        SimNode a = tailnet.add(1, Site.SYMMETRIC);
        SimNode b = tailnet.add(2, Site.OPEN);
        b.host.attach(a.nats.getFirst().inside(), "192.168.1.3");
        b.start();
        tailnet.run(Deadline.seconds(5));
        Conversation stream = new Conversation(tailnet, a, b, 80);
        tailnet.run(Deadline.seconds(5));
        assertThat(a.plane.peers().getFirst().direct()).isEqualTo(MeshNode.endpoint("192.168.1.3", SimNode.PORT));
        stream.arrivesWhole(Deadline.seconds(2));
    }

    @Test
    void twoBehindNatsOfTheirOwnBehindOneMoreNeedThatOneToHairpin() {
        for (NatBehaviour outer : List.of(NatBehaviour.ENDPOINT_INDEPENDENT, NatBehaviour.PORT_RESTRICTED)) {
            assertThat(directBehindOneOuterNat(outer)).isFalse();
            assertThat(directBehindOneOuterNat(outer.withHairpinning())).isTrue();
        }
    }

    private static boolean directBehindOneOuterNat(NatBehaviour behaviour) {
        SimTailnet tailnet = new SimTailnet(1);
        SimNode a = tailnet.add(1, Site.DOUBLE_NAT);
        SimNode b = tailnet.add(2, Site.OPEN);
        a.nats.getFirst().setBehaviour(behaviour);
        Site.behindOuter(tailnet.network, a.nats.getFirst(), b.host, 3, NatBehaviour.PORT_RESTRICTED);
        b.start();
        tailnet.run(Deadline.seconds(5));
        Conversation stream = new Conversation(tailnet, a, b, 80);
        tailnet.run(Deadline.seconds(10));
        stream.arrivesWhole(Deadline.seconds(2));
        return a.directSinceNanos != Deadline.NONE && b.directSinceNanos != Deadline.NONE;
    }
}
