package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import pt.sunbeam.bench.Path;

/** The table of goodput: each sender in each cell, runs interleaved, medians. */
final class Goodput {
    private static final double LATE_LIMIT = 0.01;

    private record Key(Path cell, Sender sender) {}

    private record Task(Key key, int run) {}

    private final Options options;
    private final Map<Key, List<Double>> results = new HashMap<>();
    private int lateRuns;
    private int done;

    Goodput(Options options) {
        this.options = options;
    }

    /** Measures all and returns the table as Markdown. */
    String run() throws IOException, InterruptedException {
        warmUp();
        List<Task> tasks = tasks();
        try (ExecutorService pool = Executors.newFixedThreadPool(options.parallel())) {
            List<Future<?>> running = new ArrayList<>();
            for (Task task : tasks) {
                running.add(pool.submit(() -> {
                    measure(task, tasks.size());
                    return true;
                }));
            }
            try {
                for (Future<?> one : running) {
                    one.get();
                }
            } finally {
                // After a failure the rest need not be waited for.
                pool.shutdownNow();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
        }
        return table();
    }

    /** Lets the compiler see both of ours before anything counts. */
    private void warmUp() throws IOException, InterruptedException {
        for (Sender sender : options.senders()) {
            if (sender.isOurs()) {
                megabits(Path.of(10, 0), sender, 3, 0);
            }
        }
    }

    private List<Task> tasks() {
        List<Task> tasks = new ArrayList<>();
        for (Path cell : options.cells()) {
            for (int run = 0; run < options.runs(); run++) {
                for (Sender sender : options.senders()) {
                    tasks.add(new Task(new Key(cell, sender), run));
                }
            }
        }
        return tasks;
    }

    private void measure(Task task, int of) throws IOException, InterruptedException {
        Key key = task.key();
        double megabits = megabits(key.cell(), key.sender(), options.seconds(), options.seed() + task.run());
        // Threads of the pool meet here when cells are measured at the same time.
        synchronized (this) {
            results.computeIfAbsent(key, k -> new ArrayList<>()).add(megabits);
            done++;
            System.err.printf(
                    Locale.ROOT,
                    "%d/%d  %s  %s  %.2f%n",
                    done,
                    of,
                    key.cell().name(),
                    key.sender().title(),
                    megabits);
        }
    }

    private double megabits(Path cell, Sender sender, int seconds, long seed) throws IOException, InterruptedException {
        try (Testbed bed = new Testbed(cell, seed)) {
            CountingReceiver receiver = CountingReceiver.start(bed.listenFar(), seconds);
            sender.start(bed, receiver.port());
            double megabits = receiver.megabits();
            bed.stopEmulator();
            noteLateness(bed.lateShare());
            return megabits;
        } catch (IOException | CompletionException e) {
            throw FailedCell.of(cell, sender.title(), e);
        }
    }

    private synchronized void noteLateness(double share) {
        lateRuns += share > LATE_LIMIT ? 1 : 0;
    }

    private String table() {
        StringBuilder s = new StringBuilder("| RTT | loss each way |");
        for (Sender sender : options.senders()) {
            s.append(' ').append(sender.title()).append(" |");
        }
        s.append(" cubic ratio | bbr ratio | our bbr / kernel cubic |\n|");
        s.append(" --- |".repeat(options.senders().size() + 5)).append('\n');
        for (Path cell : options.cells()) {
            s.append("| ")
                    .append(cell.rttMillis())
                    .append(" ms | ")
                    .append(cell.lossText())
                    .append(" % |");
            for (Sender sender : options.senders()) {
                s.append(number(median(cell, sender))).append(" |");
            }
            s.append(ratio(cell, Sender.OUR_CUBIC, Sender.KERNEL_CUBIC)).append(" |");
            s.append(ratio(cell, Sender.OUR_BBR, Sender.KERNEL_BBR)).append(" |");
            s.append(ratio(cell, Sender.OUR_BBR, Sender.KERNEL_CUBIC)).append(" |\n");
        }
        s.append(String.format(
                Locale.ROOT,
                "%nPayload at the receiver in Mbit/s, median of %d runs of %d s, %d at a time.%n",
                options.runs(),
                options.seconds(),
                options.parallel()));
        if (lateRuns > 0) {
            s.append(lateRuns)
                    .append(" runs had more than 1 % of their packets over 1 ms late: the machine was busy.\n");
        }
        return s.toString();
    }

    private double median(Path cell, Sender sender) {
        List<Double> runs = new ArrayList<>(results.getOrDefault(new Key(cell, sender), List.of()));
        Collections.sort(runs);
        return runs.isEmpty() ? Double.NaN : runs.get(runs.size() / 2);
    }

    private String ratio(Path cell, Sender ours, Sender baseline) {
        return number(median(cell, ours) / median(cell, baseline));
    }

    private static String number(double value) {
        return Double.isNaN(value) ? " -" : String.format(Locale.ROOT, value < 10 ? " %.2f" : " %.1f", value);
    }
}
