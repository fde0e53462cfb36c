package pt.sunbeam.disco;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.SplittableRandom;
import pt.sunbeam.disco.DiscoMessage.CallMeMaybe;

/** Any bytes as a disco packet, and as the plaintext of one: never an exception, and nothing read beyond their end. */
class DiscoFuzzTest {
    private static final int MARGIN = 7;

    @FuzzTest
    void anyBytesAsAPlaintext(byte[] input) {
        if (!(DiscoCodec.decode(input) instanceof DiscoMessage.Sendable message)) {
            return;
        }
        DiscoMessage.Sendable kept = message instanceof CallMeMaybe call ? CallMeMaybe.of(call.endpoints()) : message;
        byte[] again = DiscoCodec.encode(kept);
        assertThat(again.length).isLessThanOrEqualTo(input.length);
        assertThat(DiscoCodec.decode(again)).isEqualTo(kept);
    }

    @FuzzTest
    void anyBytesAsAPacket(byte[] input) {
        DiscoBox box = new DiscoBox(DiscoVectors.B, new SplittableRandom(1));
        byte[] around = new byte[input.length + 2 * MARGIN];
        System.arraycopy(input, 0, around, MARGIN, input.length);
        OpenedPacket opened = box.open(around, MARGIN, input.length, key -> true);
        assertThat(opened).isEqualTo(box.open(input, 0, input.length, key -> true));
        if (!DiscoPacket.matches(input, 0, input.length)) {
            assertThat(opened).isEqualTo(new OpenedPacket.Refused(OpenedPacket.Reason.NOT_DISCO));
        }
    }
}
