package pt.sunbeam.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pt.sunbeam.json.JsonObject;

class WatchersTest {
    /** A daemon whose state stays as it is. */
    private static final class Calm implements StatusSource {
        private final CountDownLatch never = new CountDownLatch(1);

        @Override
        public DaemonStatus status() {
            return new DaemonStatus(
                    new DaemonState.Running(),
                    1,
                    "",
                    "",
                    "",
                    "",
                    "",
                    "",
                    List.of(),
                    false,
                    0,
                    List.of(),
                    null,
                    List.of(),
                    List.of(),
                    List.of(),
                    new JsonObject());
        }

        @Override
        public @Nullable NetcheckStatus netcheck() {
            return null;
        }

        @Override
        public long changes() {
            return 0;
        }

        @Override
        public void awaitChange(long since, long timeoutMillis) throws InterruptedException {
            assertThat(never.await(timeoutMillis, TimeUnit.MILLISECONDS)).isFalse();
        }

        @Override
        public void requestStop() {}
    }

    @TempDir
    Path folder;

    @Test
    @Timeout(20)
    void clientsThatWatchedAndAreGoneDoNotKeepOthersOut() throws Exception {
        Path socket = folder.resolve("s");
        try (IpcServer _ = IpcServer.start(socket, new Calm())) {
            int watched = 0;
            for (int i = 0; i < IpcProtocol.MAX_CLIENTS; i++) {
                watched += isAnswered(socket, "watch") ? 1 : 0;
            }
            assertThat(watched).isPositive();
            while (!isAnswered(socket, "status")) {
                Thread.onSpinWait();
            }
        }
    }

    /** Asks, and goes when an answer begins or the daemon has closed. */
    private static boolean isAnswered(Path socket, String request) throws IOException {
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(socket));
            byte[] line = ("{\"protocol\":1,\"request\":\"" + request + "\"}\n").getBytes(StandardCharsets.UTF_8);
            return writeAndRead(client, ByteBuffer.wrap(line));
        }
    }

    private static boolean writeAndRead(SocketChannel client, ByteBuffer line) {
        try {
            client.write(line);
            return client.read(ByteBuffer.allocate(16)) > 0;
        } catch (IOException e) {
            // The daemon closed before it read the request: it has no room.
            return false;
        }
    }
}
