package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import pt.sunbeam.bench.Path;
import pt.sunbeam.netstack.tcp.ConnectOptions;

/** How long a small question waits beside one bulk upload of ours: 100 Mbit/s, 20 ms, a queue of 200 ms. */
final class Bufferbloat {
    private static final Path PATH = new Path(20, 0, 100, 200);
    private static final int ALONE_SECONDS = 5;

    private record Result(Samples alone, Samples beside, double megabits) {}

    private final Options options;

    Bufferbloat(Options options) {
        this.options = options;
    }

    /** Measures our senders and returns the table as Markdown. */
    String run() throws IOException, InterruptedException {
        StringBuilder s = new StringBuilder(
                "| upload | Mbit/s | alone p50 | alone p99 | beside p50 | beside p99 | beside max | p99 above alone |\n");
        s.append("| --- | --- | --- | --- | --- | --- | --- | --- |\n");
        for (Sender sender : options.senders()) {
            for (int run = 0; sender.isOurs() && run < options.runs(); run++) {
                s.append(row(sender, measure(sender, options.seed() + run)));
            }
        }
        return s
                + String.format(
                        Locale.ROOT,
                        "%nOne byte and its echo, in ms; %d s alone, then %d s from the first byte of the upload on.%n",
                        ALONE_SECONDS,
                        options.seconds());
    }

    private static String row(Sender sender, Result r) {
        return String.format(
                Locale.ROOT,
                "| %s | %.1f | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |%n",
                sender.title(),
                r.megabits(),
                r.alone().percentile(50),
                r.alone().percentile(99),
                r.beside().percentile(50),
                r.beside().percentile(99),
                r.beside().percentile(100),
                r.beside().percentile(99) - r.alone().percentile(99));
    }

    private Result measure(Sender sender, long seed) throws IOException, InterruptedException {
        try (Testbed bed = new Testbed(PATH, seed)) {
            StackHost host = bed.ours(sender.controller());
            ServerSocket echo = bed.listenFar();
            Thread.ofPlatform().name("echo").daemon().start(() -> echo(echo));
            PingPong pings = new PingPong();
            var target = Testbed.farEndpoint(echo.getLocalPort());
            host.execute(() -> host.stack().connect(target, ConnectOptions.DEFAULT, pings, System.nanoTime()));
            Thread.sleep(ALONE_SECONDS * 1000L);
            Samples alone = take(host, pings);
            CountingReceiver receiver = CountingReceiver.start(bed.listenFar(), options.seconds());
            sender.start(bed, receiver.port());
            double megabits = receiver.megabits();
            return new Result(alone, take(host, pings), megabits);
        } catch (IOException | CompletionException e) {
            throw FailedCell.of(PATH, sender.title(), e);
        }
    }

    private static Samples take(StackHost host, PingPong pings) {
        CompletableFuture<Samples> taken = new CompletableFuture<>();
        host.execute(() -> taken.complete(pings.take()));
        return taken.join();
    }

    private static void echo(ServerSocket server) {
        try (server;
                Socket socket = server.accept()) {
            socket.setTcpNoDelay(true);
            byte[] b = new byte[64];
            for (int n = socket.getInputStream().read(b);
                    n >= 0;
                    n = socket.getInputStream().read(b)) {
                socket.getOutputStream().write(b, 0, n);
            }
        } catch (IOException e) {
            // The testbed is gone.
        }
    }
}
