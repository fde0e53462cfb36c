package pt.sunbeam.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import pt.sunbeam.noise.ControlVectors;

/** Frames written by hand after Tailscale 1.102 control/controlclient/direct.go: little-endian length, then the message. */
class MapFramesTest {
    private static final byte[] TWO = ControlVectors.hex("050000007b7d202020" + "020000007b7d");

    private final List<String> messages = new ArrayList<>();
    private final MapFrames frames =
            new MapFrames(5, bytes -> messages.add(new String(bytes, StandardCharsets.US_ASCII)));

    @Test
    void cutsBetweenReadsMeanNothing() {
        for (int cut = 0; cut <= TWO.length; cut++) {
            messages.clear();
            assertThat(frames.onBytes(Unpooled.copiedBuffer(TWO, 0, cut))).isTrue();
            assertThat(frames.onBytes(Unpooled.copiedBuffer(TWO, cut, TWO.length - cut)))
                    .isTrue();
            assertThat(messages).containsExactly("{}   ", "{}");
        }
    }

    @Test
    void aLengthAboveTheLimitOrZeroIsRefusedBeforeItsBytesCome() {
        assertThat(new MapFrames(5, _ -> {}).onBytes(Unpooled.wrappedBuffer(new byte[] {6, 0, 0, 0})))
                .isFalse();
        assertThat(new MapFrames(5, _ -> {}).onBytes(Unpooled.wrappedBuffer(new byte[] {0, 0, 0, 0})))
                .isFalse();
        assertThat(new MapFrames(5, _ -> {}).onBytes(Unpooled.wrappedBuffer(new byte[] {-1, -1, -1, -1})))
                .isFalse();
    }
}
