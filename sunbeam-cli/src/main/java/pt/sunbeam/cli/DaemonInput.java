package pt.sunbeam.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.daemon.DaemonSettings;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;

/** The one message a daemon gets on its standard input: bounded in size and time, never waited for without end. */
final class DaemonInput {
    static final int MAX_BYTES = 1 << 20;

    private DaemonInput() {}

    static DaemonSettings read(InputStream in, long timeoutMillis) throws InterruptedException {
        CompletableFuture<String> message = new CompletableFuture<>();
        Thread.ofPlatform().daemon().name("daemon-input").start(() -> receive(in, message));
        DaemonSettings settings;
        try {
            settings = parse(message.get(timeoutMillis, TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException e) {
            settings = null;
        }
        if (settings == null) {
            throw new SunbeamException(
                    FailureCode.USAGE, "the daemon got no settings on its standard input", "sunbeam connect");
        }
        return settings;
    }

    private static @Nullable DaemonSettings parse(String text) {
        return DaemonSettings.parse(text);
    }

    private static void receive(InputStream in, CompletableFuture<String> message) {
        try {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            message.complete(bytes.length > MAX_BYTES ? "" : new String(bytes, StandardCharsets.UTF_8));
        } catch (IOException e) {
            message.complete("");
        }
    }
}
