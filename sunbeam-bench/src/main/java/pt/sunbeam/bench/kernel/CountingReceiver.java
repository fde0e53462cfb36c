package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.concurrent.CompletableFuture;

/** Accepts one connection of the kernel's and counts the payload that arrives in so many seconds from the first byte on. */
final class CountingReceiver {
    static final int ACCEPT_MILLIS = 20_000;
    private static final long MILLI = 1_000_000;

    private final ServerSocket server;
    private final CompletableFuture<Double> megabits = new CompletableFuture<>();

    private CountingReceiver(ServerSocket server) {
        this.server = server;
    }

    static CountingReceiver start(ServerSocket server, int seconds) {
        CountingReceiver receiver = new CountingReceiver(server);
        Thread.ofPlatform().name("receiver").daemon().start(() -> receiver.run(seconds));
        return receiver;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Waits for the end and returns the goodput in Mbit/s. */
    double megabits() {
        return megabits.join();
    }

    private void run(int seconds) {
        try (server) {
            server.setSoTimeout(ACCEPT_MILLIS);
            try (Socket socket = server.accept()) {
                socket.setSoLinger(true, 0);
                megabits.complete(count(socket, seconds));
            }
        } catch (IOException e) {
            megabits.completeExceptionally(e);
        }
    }

    private static double count(Socket socket, int seconds) throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[1 << 18];
        long bytes = Math.max(0, in.read(buffer));
        long end = System.nanoTime() + seconds * 1000 * MILLI;
        try {
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                socket.setSoTimeout((int) (left / MILLI) + 1);
                int n = in.read(buffer);
                if (n < 0) {
                    break;
                }
                bytes += n;
            }
        } catch (SocketTimeoutException e) {
            // The time is over while nothing comes, which is a result too.
        }
        return bytes * 8 / 1e6 / seconds;
    }
}
