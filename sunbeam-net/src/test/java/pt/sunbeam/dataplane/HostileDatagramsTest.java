package pt.sunbeam.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import pt.sunbeam.dataplane.SimNode.Heard;
import pt.sunbeam.disco.DiscoBox;
import pt.sunbeam.disco.DiscoMessage;
import pt.sunbeam.disco.DiscoMessage.CallMeMaybe;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.disco.DiscoMessage.Pong;
import pt.sunbeam.disco.TxId;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.path.PathCounters.Drop;
import pt.sunbeam.path.PathView.CandidateView;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.wireguard.DropReason;

/** A whole node between two peers, in the middle of a stream: what strangers, and peers under another's name, send it. */
class HostileDatagramsTest {
    private static final IpEndpoint STRANGER = MeshNode.endpoint("203.0.113.66", 4000);
    private static final int WIREGUARD_TYPES = 4;

    private final Random random = new Random(66);
    private final SimTailnet tailnet = new SimTailnet(1);
    private final SimNode victim = tailnet.add(1, Site.OPEN);
    private final SimNode friend = tailnet.add(2, Site.PORT_RESTRICTED);
    private final SimNode rogue = tailnet.add(3, Site.OPEN);
    private final Conversation stream;
    private final List<Heard> heard = new ArrayList<>();

    HostileDatagramsTest() {
        victim.heard = heard;
        tailnet.run(Deadline.seconds(5));
        stream = new Conversation(tailnet, victim, friend, 80);
        tailnet.run(Deadline.seconds(10));
        assertThat(direct()).isNotNull();
        victim.turn(() -> {});
    }

    private IpEndpoint direct() {
        return Objects.requireNonNull(
                Objects.requireNonNull(victim.plane.paths().view(friend.key(), victim.now()))
                        .endpoint());
    }

    /** All that shows of a node but its counters of what it ignored. */
    private String state() {
        return victim.plane.peers()
                + "\n" + victim.plane.paths().view(friend.key(), victim.now())
                + "\n" + victim.plane.paths().view(rogue.key(), victim.now())
                + "\n" + victim.plane.nextDeadlineNanos()
                + "\n" + victim.plane.stack().status().connections()
                + "\n" + victim.self.endpoints()
                + "\nsent " + victim.datagramsSent + " " + victim.discoRelayed + " " + victim.dataRelayed;
    }

    private void changesNothing(Runnable attack) {
        String before = state();
        attack.run();
        assertThat(state()).isEqualTo(before);
        stream.mark();
        tailnet.run(Deadline.seconds(5));
        assertThat(stream.gapNanos()).isLessThan(Deadline.millis(300));
        stream.arrivesWhole(Deadline.seconds(2));
    }

    private void fromEverywhere(byte[] datagram) {
        victim.receive(STRANGER, datagram.clone());
        victim.receive(direct(), datagram.clone());
        victim.receiveRelayed(1, friend.key(), datagram.clone());
        victim.receiveRelayed(2, rogue.key(), datagram.clone());
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] sealedBy(DiscoPrivate sender, DiscoMessage.Sendable message) {
        return Objects.requireNonNull(new DiscoBox(sender, random).seal(victim.disco.publicKey(), message));
    }

    private long dropped(Drop reason) {
        return victim.plane.paths().counters().dropped(reason);
    }

    private long dropped(DropReason reason) {
        return victim.plane.wireGuard().counters().dropped(reason);
    }

    // ---- WireGuard ----

    @Test
    void noiseInTheShapeOfEachWireGuardMessageIsCounted() {
        long before = victim.plane.wireGuard().counters().droppedTotal();
        changesNothing(() -> {
            for (int type = 1; type <= WIREGUARD_TYPES; type++) {
                for (int length : new int[] {1, 31, 32, 64, 92, 148, 400}) {
                    byte[] forged = noise(length);
                    for (int i = 0; i < Math.min(4, length); i++) {
                        forged[i] = (byte) (i == 0 ? type : 0);
                    }
                    fromEverywhere(forged);
                }
            }
        });
        assertThat(victim.plane.wireGuard().counters().droppedTotal()).isGreaterThanOrEqualTo(before + 100);
    }

    @Test
    void whatCameBeforeAndComesAgainIsCounted() {
        List<Heard> recorded = heard.stream()
                .filter(packet -> packet.hex().startsWith("04000000"))
                .toList();
        assertThat(recorded).hasSizeGreaterThan(20);
        long before = dropped(DropReason.REPLAYED);
        changesNothing(() -> recorded.forEach(packet -> fromEverywhere(packet.bytes())));
        assertThat(dropped(DropReason.REPLAYED) - before).isEqualTo(4L * recorded.size());
    }

    @Test
    void handshakesThatComeAgainDoNotBeginASession() {
        // The friend wakes with a session in doubt, so that its initiation comes by UDP, where it can be recorded.
        friend.plane.wireGuard().doubtSessions();
        tailnet.run(Deadline.seconds(7));
        victim.turn(() -> {});
        List<Heard> recorded = heard.stream()
                .filter(packet ->
                        packet.hex().startsWith("01000000") || packet.hex().startsWith("02000000"))
                .toList();
        assertThat(recorded).isNotEmpty();
        long sent = victim.plane.wireGuard().counters().responsesSent();
        changesNothing(() -> {
            for (int times = 0; times < 10; times++) {
                recorded.forEach(packet -> fromEverywhere(packet.bytes()));
            }
        });
        assertThat(victim.plane.wireGuard().counters().responsesSent()).isEqualTo(sent);
    }

    @Test
    void anAuthenticPacketWithAFlippedBitIsCounted() {
        Heard data = heard.stream()
                .filter(packet -> packet.hex().startsWith("04000000"))
                .toList()
                .getLast();
        changesNothing(() -> {
            for (int bit = 64; bit < data.bytes().length * 8; bit += 7) {
                byte[] changed = data.bytes();
                changed[bit / 8] ^= (byte) (1 << bit % 8);
                fromEverywhere(changed);
            }
        });
    }

    // ---- disco ----

    @Test
    void discoFromAStrangerIsNotAnswered() {
        DiscoPrivate stranger = DiscoPrivate.generate(random);
        long before = dropped(Drop.UNKNOWN_SENDER);
        changesNothing(() -> {
            fromEverywhere(sealedBy(stranger, new Ping(TxId.random(random), friend.key(), 0)));
            fromEverywhere(sealedBy(stranger, new Pong(TxId.random(random), STRANGER)));
            fromEverywhere(sealedBy(stranger, CallMeMaybe.of(List.of(STRANGER))));
        });
        assertThat(dropped(Drop.UNKNOWN_SENDER) - before).isEqualTo(12);
    }

    @Test
    void discoThatClaimsToBeAPeersAndDoesNotOpenIsNotAnswered() {
        long before = dropped(Drop.NOT_AUTHENTIC);
        changesNothing(() -> {
            for (int length : new int[] {78, 110, 124, 1000}) {
                byte[] forged = noise(length);
                System.arraycopy(HexFormat.of().parseHex("5453f09f92ac"), 0, forged, 0, 6);
                System.arraycopy(friend.disco.publicKey().toBytes(), 0, forged, 6, 32);
                fromEverywhere(forged);
            }
        });
        assertThat(dropped(Drop.NOT_AUTHENTIC) - before).isEqualTo(16);
    }

    @Test
    void aPeerCannotCallInTheNameOfAnotherNorAnswerForIt() {
        byte[] call = sealedBy(rogue.disco, CallMeMaybe.of(List.of(STRANGER)));
        byte[] pong = sealedBy(rogue.disco, new Pong(TxId.random(random), STRANGER));
        changesNothing(() -> {
            victim.receiveRelayed(1, friend.key(), call.clone());
            victim.receive(direct(), call.clone());
            victim.receive(direct(), pong.clone());
            victim.receiveRelayed(1, friend.key(), pong.clone());
        });
        assertThat(dropped(Drop.FOREIGN_RELAY_SOURCE)).isEqualTo(2);
        assertThat(dropped(Drop.CALL_OVER_UDP)).isEqualTo(1);
        assertThat(dropped(Drop.UNKNOWN_PONG)).isEqualTo(1);
    }

    @Test
    void aPingWithAnothersNodeKeyIsTakenForThatOfTheOneWhoSealedIt() {
        String friendBefore = String.valueOf(victim.plane.paths().view(friend.key(), victim.now()));
        victim.receive(STRANGER, sealedBy(rogue.disco, new Ping(TxId.random(random), friend.key(), 0)));
        assertThat(dropped(Drop.FOREIGN_NODE_KEY)).isEqualTo(1);
        assertThat(String.valueOf(victim.plane.paths().view(friend.key(), victim.now())))
                .isEqualTo(friendBefore);
        assertThat(candidatesOf(rogue)).extracting(CandidateView::endpoint).contains(STRANGER);
        stream.arrivesWhole(Deadline.seconds(2));
    }

    @Test
    void aPeerThatCallsWithTooManyEndpointsGetsNoMoreThanItsShareOfCandidatesAndPings() {
        int before = victim.datagramsSent;
        for (int call = 0; call < 100; call++) {
            List<IpEndpoint> endpoints = new ArrayList<>();
            for (int i = 0; i < CallMeMaybe.MAX_ENDPOINTS; i++) {
                endpoints.add(MeshNode.endpoint("203.0." + call + "." + (1 + i), 4000));
            }
            victim.receiveRelayed(1, rogue.key(), sealedBy(rogue.disco, CallMeMaybe.of(endpoints)));
        }
        assertThat(candidatesOf(rogue)).hasSizeLessThanOrEqualTo(100);
        assertThat(victim.datagramsSent - before).isLessThanOrEqualTo(500);
        stream.mark();
        tailnet.run(Deadline.seconds(5));
        assertThat(stream.gapNanos()).isLessThan(Deadline.millis(300));
        stream.arrivesWhole(Deadline.seconds(2));
    }

    private List<CandidateView> candidatesOf(SimNode peer) {
        return Objects.requireNonNull(victim.plane.paths().view(peer.key(), victim.now()))
                .candidates();
    }

    // ---- STUN ----

    @Test
    void stunThatWasNotAskedForMovesNoEndpoint() {
        changesNothing(() -> {
            for (int i = 0; i < 50; i++) {
                byte[] answer = HexFormat.of()
                        .parseHex("0101000c2112a442" + HexFormat.of().formatHex(noise(12)) + "000100080001" + "0fa0"
                                + "cb007142");
                fromEverywhere(answer);
                victim.receive(tailnet.regions.getFirst().v4().getFirst(), answer);
            }
        });
        assertThat(victim.self.endpoints()).doesNotContain(STRANGER);
    }
}
