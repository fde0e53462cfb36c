package pt.sunbeam.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class RelayLinkTest {
    @Test
    void aChannelThatComesAfterTheLoopHasEndedIsClosed() {
        EmbeddedChannel channel = new EmbeddedChannel();
        assertThatThrownBy(() -> RelayLink.handOver(
                        _ -> {
                            throw new RejectedExecutionException("the loop has ended");
                        },
                        channel,
                        () -> {}))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(channel.isOpen()).isFalse();
    }
}
