package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import pt.sunbeam.bench.Path;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;

/** The other direction: the far kernel sends, to the near kernel and to us, which shows how well we acknowledge. */
final class Download {
    private static final int PORT = 80;

    private final Options options;

    Download(Options options) {
        this.options = options;
    }

    /** Counts what our stack hands to an application; owned by the stack's thread. */
    private static final class CountingReader implements TcpEvents {
        private final ByteBuffer bytes = ByteBuffer.allocate(1 << 18);
        private long received;

        @Override
        public void readable(TcpConnection c) {
            for (int n = c.read(bytes.clear()); n > 0; n = c.read(bytes.clear())) {
                received += n;
            }
        }
    }

    /** Measures all cells and returns the table as Markdown. */
    String run() throws IOException, InterruptedException {
        StringBuilder s = new StringBuilder("| RTT | loss each way | sender | to the kernel | to us | ratio |\n");
        s.append("| --- | --- | --- | --- | --- | --- |\n");
        for (Path cell : options.cells()) {
            for (String controller : List.of("cubic", "bbr")) {
                s.append(row(cell, controller));
            }
        }
        return s
                + String.format(
                        Locale.ROOT,
                        "%nPayload at the receiver in Mbit/s, median of %d runs of %d s.%n",
                        options.runs(),
                        options.seconds());
    }

    private String row(Path cell, String controller) throws IOException, InterruptedException {
        double[] kernel = new double[options.runs()];
        double[] ours = new double[options.runs()];
        for (int run = 0; run < options.runs(); run++) {
            kernel[run] = toKernel(cell, controller, options.seed() + run);
            ours[run] = toUs(cell, controller, options.seed() + run);
            System.err.printf(
                    Locale.ROOT, "%s  %s  kernel %.2f  ours %.2f%n", cell.name(), controller, kernel[run], ours[run]);
        }
        Arrays.sort(kernel);
        Arrays.sort(ours);
        double a = kernel[options.runs() / 2];
        double b = ours[options.runs() / 2];
        return String.format(
                Locale.ROOT,
                "| %d ms | %s %% | %s | %.2f | %.2f | %.2f |%n",
                cell.rttMillis(),
                cell.lossText(),
                controller,
                a,
                b,
                b / a);
    }

    private double toKernel(Path cell, String controller, long seed) throws IOException, InterruptedException {
        try (Testbed bed = new Testbed(cell, seed)) {
            CountingReceiver receiver = CountingReceiver.start(bed.listenNear(), options.seconds());
            Sender.pourInBackground(bed.connectFar(controller, Testbed.NEAR, receiver.port()));
            return receiver.megabits();
        } catch (IOException | CompletionException e) {
            throw FailedCell.of(cell, "kernel " + controller + " to the kernel", e);
        }
    }

    private double toUs(Path cell, String controller, long seed) throws IOException, InterruptedException {
        try (Testbed bed = new Testbed(cell, seed)) {
            StackHost host = bed.ours(CongestionControl.CUBIC);
            CountingReader reader = new CountingReader();
            CompletableFuture<Boolean> listening = new CompletableFuture<>();
            host.execute(() -> listening.complete(host.stack().listen(PORT, c -> reader)));
            listening.join();
            Sender.pourInBackground(bed.connectFar(controller, Testbed.OURS, PORT));
            Thread.sleep(options.seconds() * 1000L);
            CompletableFuture<Long> received = new CompletableFuture<>();
            host.execute(() -> received.complete(reader.received));
            return received.join() * 8 / 1e6 / options.seconds();
        } catch (IOException | CompletionException e) {
            throw FailedCell.of(cell, "kernel " + controller + " to us", e);
        }
    }
}
