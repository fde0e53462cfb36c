package pt.sunbeam.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each impairment for itself, and that a seed decides everything. */
class SimLinkTest {
    private static final long MILLI = 1_000_000;

    /** A packet that arrived. */
    private record Arrival(long atMillis, int number, int length) {}

    private final SimClock clock = new SimClock(0);
    private final List<Arrival> arrivals = new ArrayList<>();

    private SimLink link(LinkProfile profile) {
        return new SimLink(clock, 7, profile, this::arrived);
    }

    private void arrived(byte[] p) {
        int number = (p[0] & 0xff) << 16 | (p[1] & 0xff) << 8 | p[2] & 0xff;
        arrivals.add(new Arrival(clock.nowNanos() / MILLI, number, p.length));
    }

    private static byte[] packet(int number, int length) {
        byte[] p = new byte[length];
        p[0] = (byte) (number >> 16);
        p[1] = (byte) (number >> 8);
        p[2] = (byte) number;
        return p;
    }

    /** Sends {@code count} packets, one a millisecond. */
    private void stream(SimLink link, int count) {
        long start = clock.nowNanos();
        for (int i = 0; i < count; i++) {
            int number = i;
            clock.at(start + i * MILLI, () -> link.send(packet(number, 100)));
        }
        clock.runUntil(start + (count + 10_000) * MILLI);
    }

    private List<Integer> numbers() {
        return arrivals.stream().map(Arrival::number).toList();
    }

    @Test
    void aPacketArrivesAfterTheDelay() {
        link(LinkProfile.delay(25)).send(packet(1, 100));
        clock.runUntil(1000 * MILLI);
        assertThat(arrivals).containsExactly(new Arrival(25, 1, 100));
    }

    @Test
    void jitterSpreadsArrivalsWithoutReordering() {
        stream(link(LinkProfile.delay(5).withJitter(20)), 500);
        assertThat(numbers()).isSorted().hasSize(500);
        assertThat(arrivals.stream().map(a -> a.atMillis() - a.number()).distinct())
                .hasSizeGreaterThan(5);
    }

    @Test
    void independentLossTakesItsShare() {
        SimLink link = link(LinkProfile.delay(1).withLoss(0.1));
        stream(link, 20_000);
        assertThat(link.count(Fate.LOST) / 20_000.0).isCloseTo(0.1, within(0.01));
    }

    @Test
    void burstLossTakesItsShareInRuns() {
        SimLink link = link(LinkProfile.delay(1).with(LinkProfile.Loss.bursts(0.05, 8)));
        stream(link, 100_000);
        assertThat(link.count(Fate.LOST) / 100_000.0).isCloseTo(0.05, within(0.01));
        int runs = 0;
        for (int i = 1; i < arrivals.size(); i++) {
            runs += arrivals.get(i).number() > arrivals.get(i - 1).number() + 1 ? 1 : 0;
        }
        assertThat(link.count(Fate.LOST) / (double) runs)
                .as("packets in a burst")
                .isCloseTo(8, within(1.0));
    }

    @Test
    void aReorderedPacketIsPassedByLaterOnes() {
        stream(link(LinkProfile.delay(5).withReordering(0.1, 10)), 500);
        assertThat(numbers()).hasSize(500).doesNotHaveDuplicates();
        assertThat(numbers()).isNotEqualTo(numbers().stream().sorted().toList());
    }

    @Test
    void aDuplicateArrivesAsWellAsThePacket() {
        stream(link(LinkProfile.delay(5).withDuplicates(0.1)), 1000);
        assertThat(arrivals.size()).isBetween(1050, 1150);
        assertThat(numbers().stream().distinct()).hasSize(1000);
    }

    @Test
    void corruptionTurnsOneBitOfACopy() {
        List<byte[]> got = new ArrayList<>();
        SimLink link = new SimLink(clock, 7, LinkProfile.delay(1).withCorruption(1), got::add);
        byte[] sent = packet(0, 100);
        link.send(sent);
        clock.runUntil(10 * MILLI);
        int turned = 0;
        for (int i = 0; i < sent.length; i++) {
            turned += Integer.bitCount((sent[i] ^ got.getFirst()[i]) & 0xff);
        }
        assertThat(turned).isEqualTo(1);
        assertThat(sent).isEqualTo(packet(0, 100));
    }

    @Test
    void theRateSpacesPacketsAndAFullQueueDropsThem() {
        SimLink link = link(LinkProfile.delay(0).withRateAndQueueBytes(100_000, 500));
        for (int i = 0; i < 8; i++) {
            link.send(packet(i, 100));
        }
        assertThat(link.queuedPackets()).isEqualTo(5);
        clock.runUntil(100 * MILLI);
        assertThat(arrivals.stream().map(Arrival::atMillis)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(link.count(Fate.QUEUE_FULL)).isEqualTo(3);
        assertThat(link.queuedPackets()).isZero();
    }

    @Test
    void aPacketLargerThanTheQueueStillPassesAnEmptyOne() {
        SimLink link = link(LinkProfile.delay(0).withRateAndQueueBytes(100_000, 500));
        link.send(packet(1, 900));
        clock.runUntil(100 * MILLI);
        assertThat(numbers()).containsExactly(1);
    }

    @Test
    void theMtuMayStepDownInMidFlow() {
        SimLink link = link(LinkProfile.delay(1));
        link.send(packet(1, 1280));
        link.setProfile(LinkProfile.delay(1).withMtu(1200));
        link.send(packet(2, 1280));
        link.send(packet(3, 1200));
        clock.runUntil(10 * MILLI);
        assertThat(numbers()).containsExactly(1, 3);
        assertThat(link.count(Fate.TOO_BIG)).isEqualTo(1);
    }

    @Test
    void aBlackoutLosesAllAndEnds() {
        SimLink link = link(LinkProfile.delay(1));
        clock.at(10 * MILLI + 1, () -> link.blackout(10 * MILLI));
        stream(link, 40);
        assertThat(numbers()).hasSize(30).contains(10, 21).doesNotContain(11, 20);
        assertThat(link.count(Fate.BLACKOUT)).isEqualTo(10);
    }

    @Test
    void holdsDelayAndLoseNothing() {
        stream(link(LinkProfile.delay(1).withHolds(1000, 300, 1000)), 5000);
        assertThat(numbers()).hasSize(5000).isSorted();
        assertThat(arrivals.stream()
                        .mapToLong(a -> a.atMillis() - a.number())
                        .max()
                        .orElse(0))
                .isBetween(300L, 1001L);
    }

    @Test
    void aChangeOfPathLetsLaterPacketsOvertake() {
        SimLink link = link(LinkProfile.delay(100));
        link.send(packet(1, 100));
        link.changePath(LinkProfile.delay(1));
        link.send(packet(2, 100));
        clock.runUntil(1000 * MILLI);
        assertThat(arrivals).containsExactly(new Arrival(1, 2, 100), new Arrival(100, 1, 100));
    }

    @Test
    void aChangedProfileOfTheSamePathKeepsTheOrder() {
        SimLink link = link(LinkProfile.delay(100));
        link.send(packet(1, 100));
        link.setProfile(LinkProfile.delay(1));
        link.send(packet(2, 100));
        clock.runUntil(1000 * MILLI);
        assertThat(numbers()).containsExactly(1, 2);
    }

    /** An IPv4 TCP segment with {@code flags} and {@code payload} bytes. */
    private static byte[] segment(int flags, int payload) {
        byte[] p = new byte[40 + payload];
        p[0] = 0x45;
        p[2] = (byte) (p.length >> 8);
        p[3] = (byte) p.length;
        p[9] = 6;
        p[32] = 0x50;
        p[33] = (byte) flags;
        return p;
    }

    @Test
    void ackThinningTouchesPureAcknowledgementsOnly() {
        SimLink link = link(LinkProfile.delay(1).with(new LinkProfile.AckTreatment(0, 4)));
        for (int i = 0; i < 100; i++) {
            link.send(segment(0x10, 0));
            link.send(segment(0x10, 10));
            link.send(segment(0x12, 0));
            link.send(segment(0x18, 0));
        }
        clock.runUntil(10 * MILLI);
        assertThat(link.count(Fate.ACK_DROPPED)).isEqualTo(75);
        assertThat(arrivals).hasSize(325);
    }

    @Test
    void ackLossIsRandomAmongPureAcknowledgements() {
        SimLink link = link(LinkProfile.delay(1).with(new LinkProfile.AckTreatment(0.5, 0)));
        for (int i = 0; i < 1000; i++) {
            link.send(segment(0x10, 0));
            link.send(segment(0x10, 10));
        }
        assertThat(link.count(Fate.ACK_DROPPED)).isBetween(450L, 550L);
        assertThat(link.count(Fate.DELIVERED)).isEqualTo(2000 - link.count(Fate.ACK_DROPPED));
    }

    @Test
    void theSameSeedGivesTheSameArrivals() {
        LinkProfile all = LinkProfile.delay(10)
                .withJitter(5)
                .with(LinkProfile.Loss.bursts(0.02, 3))
                .withDuplicates(0.02)
                .withReordering(0.02, 8)
                .withHolds(300, 20, 50);
        stream(link(all), 2000);
        List<Arrival> first = List.copyOf(arrivals);
        arrivals.clear();
        SimClock again = new SimClock(0);
        SimLink second = new SimLink(again, 7, all, p -> {
            int number = (p[0] & 0xff) << 16 | (p[1] & 0xff) << 8 | p[2] & 0xff;
            arrivals.add(new Arrival(again.nowNanos() / MILLI, number, p.length));
        });
        for (int i = 0; i < 2000; i++) {
            int number = i;
            again.at(i * MILLI, () -> second.send(packet(number, 100)));
        }
        again.runUntil(20_000 * MILLI);
        assertThat(arrivals).isEqualTo(first);
    }
}
