package pt.sunbeam.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Promise;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Answers written by hand after RFC 9112. */
class HttpUpgradeTest {
    private static final String SWITCHED =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUPGRADE:  derp \r\n\r\n";

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Promise<Void> done = channel.eventLoop().newPromise();

    private HttpUpgradeTest() {
        channel.config().setAllocator(allocator);
        channel.pipeline().addLast(new HttpUpgrade("GET /derp HTTP/1.1\r\n\r\n", "DERP", done));
    }

    /** What the handler holds goes with its channel, in whatever phase that ends. */
    @AfterEach
    void noBufferOutlivesItsChannel() {
        channel.finishAndReleaseAll();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    private void receive(String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1));
    }

    private String passedOn() {
        StringBuilder text = new StringBuilder();
        for (ByteBuf in = channel.readInbound(); in != null; in = channel.readInbound()) {
            text.append(in.toString(StandardCharsets.ISO_8859_1));
            in.release();
        }
        return text.toString();
    }

    private HttpUpgrade.Refused refusal() {
        assertThat(done.cause()).isInstanceOf(HttpUpgrade.Refused.class);
        assertThat(channel.isOpen()).isFalse();
        return (HttpUpgrade.Refused) done.cause();
    }

    @Test
    void anAnswerSplitAnywhereSwitchesAndLosesNoByte() {
        String all = SWITCHED + "first bytes";
        for (int split = 0; split <= all.length(); split++) {
            HttpUpgradeTest once = new HttpUpgradeTest();
            once.receive(all.substring(0, split));
            once.receive(all.substring(split));
            assertThat(once.done.isSuccess()).as("split at %d", split).isTrue();
            assertThat(once.passedOn()).as("split at %d", split).isEqualTo("first bytes");
            assertThat(once.channel.pipeline().get(HttpUpgrade.class)).isNull();
            once.noBufferOutlivesItsChannel();
        }
    }

    @Test
    void anAnswerByteByByteSwitchesAndLaterBytesPassBy() {
        for (char c : SWITCHED.toCharArray()) {
            receive(String.valueOf(c));
        }
        receive("later");
        assertThat(done.isSuccess()).isTrue();
        assertThat(passedOn()).isEqualTo("later");
    }

    @Test
    void aRefusalCarriesItsStatusAndItsReason() {
        receive("HTTP/1.1 403 Forbidden\r\nContent-Length: 12\r\n\r\nnot for you\n");
        assertThat(refusal().status()).isEqualTo(403);
        assertThat(refusal()).hasMessage("not for you");
        assertThat(passedOn()).isEmpty();
    }

    @Test
    void aRefusalWithoutABodyShowsItsFirstLine() {
        receive("HTTP/1.1 301 Moved Permanently\r\nLocation: https://elsewhere/\r\n\r\n");
        assertThat(refusal().status()).isEqualTo(301);
        assertThat(refusal()).hasMessage("HTTP/1.1 301 Moved Permanently");
    }

    @Test
    void aLongReasonIsCut() {
        receive("HTTP/1.1 500 Oops\r\n\r\n" + "x".repeat(HttpUpgrade.MAX_REASON_BYTES + 1));
        assertThat(refusal().getMessage()).hasSize(HttpUpgrade.MAX_REASON_BYTES);
    }

    @Test
    void anotherProtocolIsARefusal() {
        receive("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n");
        assertThat(refusal()).hasMessage("the server switched to another protocol");
    }

    @Test
    void whatIsNotHttpIsARefusal() {
        receive("SSH-2.0-OpenSSH_9.6\r\n\r\n");
        assertThat(refusal().status()).isZero();
    }

    @Test
    void aHeadWithoutAnEndIsRefusedAtItsLimit() {
        receive("HTTP/1.1 101 Switching Protocols\r\n");
        receive("X: " + "x".repeat(HttpUpgrade.MAX_HEAD_BYTES));
        assertThat(refusal()).hasMessage("the answer's header is too long");
    }

    @Test
    void aServerThatHangsUpIsARefusal() {
        receive("HTTP/1.1 101 Swi");
        channel.close();
        assertThat(done.cause()).hasMessage("the server closed the connection without an answer");
    }
}
