package pt.sunbeam.sim.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DelayLineTest {
    private record Due(long atNanos, int number) {}

    @Test
    void packetsComeOutByTimeAndThoseOfOneInstantInTheirOrder() {
        DelayLine line = new DelayLine();
        SplittableRandom random = new SplittableRandom(3);
        List<Due> expected = new ArrayList<>();
        List<Due> got = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            Due due = new Due(random.nextLong(500), i);
            expected.add(due);
            line.add(new byte[] {(byte) (i >> 8), (byte) i}, 2, due.atNanos(), -1);
        }
        while (line.size() > 0) {
            DelayLine.Slot slot = line.remove();
            got.add(new Due(slot.atNanos(), (slot.bytes()[0] & 0xff) << 8 | slot.bytes()[1] & 0xff));
            line.recycle(slot);
        }
        expected.sort(Comparator.comparingLong(Due::atNanos).thenComparingInt(Due::number));
        assertThat(got).isEqualTo(expected);
    }

    @Test
    void aTurnedBitIsTurnedInTheCopyOnly() {
        DelayLine line = new DelayLine();
        byte[] packet = new byte[3000];
        line.add(packet, 3000, 1, 8 * 2999 + 3);
        assertThat(packet[2999]).isZero();
        DelayLine.Slot slot = line.remove();
        assertThat(slot.bytes()[2999]).isEqualTo((byte) 8);
        assertThat(slot.length()).isEqualTo(3000);
        assertThat(line.nextNanos()).isEqualTo(Long.MAX_VALUE);
    }
}
