package pt.sunbeam.netcheck;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LatencyCheckTest {
    private final CompletableFuture<Long> answered = new CompletableFuture<>();
    private long nowNanos = 1000;
    private final EmbeddedChannel channel =
            new EmbeddedChannel(new HttpClientCodec(), new LatencyCheck("derp.example:8443", () -> nowNanos, answered));

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    @Test
    void theRelayIsAskedByItsName() {
        ByteBuf request = channel.readOutbound();
        assertThat(request.toString(StandardCharsets.US_ASCII))
                .startsWith("GET /derp/latency-check HTTP/1.1\r\n")
                .contains("host: derp.example:8443\r\n");
        request.release();
    }

    @Test
    void theHeadOfTheAnswerEndsTheMeasurement() {
        nowNanos = 4000;
        receive("HTTP/1.1 200 OK\r\nContent-Len");
        assertThat(answered).isNotDone();
        receive("gth: 5\r\n\r\n");
        assertThat(answered).isCompletedWithValue(3000L);
    }

    @Test
    void anotherStatusIsNoMeasurement() {
        receive("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
        assertThat(answered).isCompletedWithValue(null);
    }

    @Test
    void whatIsNotHttpIsNoMeasurement() {
        receive("\u0001\u0002 no http\r\n\r\n");
        assertThat(answered).isCompletedWithValue(null);
    }

    @Test
    void anEndWithoutAnAnswerIsNoMeasurement() {
        channel.close();
        assertThat(answered).isCompletedWithValue(null);
    }
}
