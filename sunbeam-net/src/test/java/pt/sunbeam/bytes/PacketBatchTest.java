package pt.sunbeam.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How much room a batch has, and which of its packets one segmented send can take. */
class PacketBatchTest {
    private static final int SEALED_BYTES = 1312;

    /** What Linux takes: UDP_MAX_SEGMENTS of include/linux/udp.h, and the payload of the largest IPv4 datagram. */
    private static final int MAX_SEGMENTS = 64;

    private static final int MAX_BYTES = 65507;

    private static PacketBatch batch(int... lengths) {
        PacketBatch batch = PacketBatch.ofPackets(lengths.length, 2000);
        for (int length : lengths) {
            batch.reserve(length);
        }
        return batch;
    }

    private static int[] full(int packets) {
        return IntStream.generate(() -> SEALED_BYTES).limit(packets).toArray();
    }

    private static List<Integer> ends(PacketBatch batch, int maxSegments, int maxBytes) {
        List<Integer> ends = new ArrayList<>();
        for (int at = 0; at < batch.count(); ) {
            at = batch.runEnd(at, maxSegments, maxBytes);
            ends.add(at);
        }
        return ends;
    }

    @Test
    void packetsOfOneLengthAreARun() {
        assertThat(ends(batch(full(10)), MAX_SEGMENTS, MAX_BYTES)).containsExactly(10);
    }

    @Test
    void aShorterPacketEndsARunAsItsLast() {
        assertThat(ends(batch(1312, 1312, 600, 600, 1312), MAX_SEGMENTS, MAX_BYTES))
                .containsExactly(3, 4, 5);
    }

    @Test
    void aLongerPacketBeginsARunOfItsOwn() {
        assertThat(ends(batch(64, 1312, 1312, 64), MAX_SEGMENTS, MAX_BYTES)).containsExactly(1, 4);
    }

    @Test
    void aRunKeepsWithinItsBytes() {
        assertThat(ends(batch(full(100)), MAX_SEGMENTS, MAX_BYTES)).containsExactly(49, 98, 100);
        assertThat(ends(batch(full(3)), MAX_SEGMENTS, 3 * SEALED_BYTES)).containsExactly(3);
        assertThat(ends(batch(full(3)), MAX_SEGMENTS, 3 * SEALED_BYTES - 1)).containsExactly(2, 3);
    }

    @Test
    void theShorterLastPacketCountsForTheBytesToo() {
        assertThat(ends(batch(1312, 1312, 600), MAX_SEGMENTS, 2 * 1312 + 600)).containsExactly(3);
        assertThat(ends(batch(1312, 1312, 600), MAX_SEGMENTS, 2 * 1312 + 599)).containsExactly(2, 3);
    }

    @Test
    void aRunKeepsWithinItsSegments() {
        int[] small = IntStream.generate(() -> 64).limit(130).toArray();
        assertThat(ends(batch(small), MAX_SEGMENTS, MAX_BYTES)).containsExactly(64, 128, 130);
        assertThat(ends(batch(1312, 1312, 600), 2, MAX_BYTES)).containsExactly(2, 3);
        assertThat(ends(batch(1312, 1312, 600), Integer.MAX_VALUE, Integer.MAX_VALUE))
                .containsExactly(3);
    }

    @Test
    void aPacketLongerThanARunMayBeStandsAlone() {
        assertThat(ends(batch(1312, 1312, 600), MAX_SEGMENTS, 1000)).containsExactly(1, 2, 3);
    }

    @Test
    void anEmptyPacketJoinsNoRun() {
        assertThat(ends(batch(1312, 0, 0, 1312), MAX_SEGMENTS, MAX_BYTES)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void packetsBeyondTheCountBelongToNoRun() {
        PacketBatch batch = batch(full(10));
        batch.setCount(4);
        assertThat(batch.runEnd(0, MAX_SEGMENTS, MAX_BYTES)).isEqualTo(4);
    }

    @Test
    void roomIsHowManyPacketsCanBeReserved() {
        PacketBatch batch = new PacketBatch(5, 4 * (PacketBatch.HEADROOM + 1280 + PacketBatch.TAILROOM) + 100);
        assertThat(batch.room(1280, Integer.MAX_VALUE)).isEqualTo(4);
        assertThat(batch.room(1280, 3 * 1280)).isEqualTo(3);
        assertThat(batch.room(1280, 3 * 1280 - 1)).isEqualTo(2);
        assertThat(batch.room(10, Integer.MAX_VALUE)).as("packets, not memory").isEqualTo(5);
        for (int left = 3; left >= 0; left--) {
            batch.reserve(1280);
            assertThat(batch.room(1280, Integer.MAX_VALUE)).isEqualTo(left);
        }
        assertThat(batch.fits(1280)).isFalse();
    }
}
