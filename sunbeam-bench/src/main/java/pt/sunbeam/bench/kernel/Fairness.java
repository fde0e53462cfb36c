package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import pt.sunbeam.bench.Path;

/** Two flows that share a bottleneck with a queue of one bandwidth-delay product: how much each of them gets. */
final class Fairness {
    private record Pair(Sender first, Sender second) {
        boolean isOf(List<Sender> senders) {
            return senders.contains(first) && senders.contains(second);
        }
    }

    private record Shares(double first, double second) {
        /** Jain's index: 1 for equal shares, 1/2 when one has all. */
        double index() {
            double sum = first + second;
            return sum * sum / (2 * (first * first + second * second));
        }

        double least() {
            return Math.min(first, second) / (first + second);
        }
    }

    private static final List<Pair> PAIRS = List.of(
            new Pair(Sender.OUR_CUBIC, Sender.OUR_CUBIC),
            new Pair(Sender.OUR_BBR, Sender.OUR_BBR),
            new Pair(Sender.OUR_CUBIC, Sender.KERNEL_CUBIC),
            new Pair(Sender.OUR_BBR, Sender.KERNEL_CUBIC),
            new Pair(Sender.KERNEL_BBR, Sender.KERNEL_CUBIC),
            new Pair(Sender.KERNEL_CUBIC, Sender.KERNEL_CUBIC));

    private final Options options;

    Fairness(Options options) {
        this.options = options;
    }

    static boolean hasPairOf(List<Sender> senders) {
        return PAIRS.stream().anyMatch(pair -> pair.isOf(senders));
    }

    /** Measures all pairs that the options' senders allow and returns the table as Markdown. */
    String run() throws IOException, InterruptedException {
        StringBuilder s =
                new StringBuilder("| RTT | first | second | first Mbit/s | second Mbit/s | least share | Jain |\n");
        s.append("| --- | --- | --- | --- | --- | --- | --- |\n");
        for (int rtt : new int[] {20, 50}) {
            for (Pair pair : PAIRS) {
                if (pair.isOf(options.senders())) {
                    s.append(row(rtt, pair, median(rtt, pair)));
                }
            }
        }
        return s
                + String.format(
                        Locale.ROOT,
                        "%n100 Mbit/s, queue of one bandwidth-delay product, both begin at once; median of %d runs of %d s.%n",
                        options.runs(),
                        options.seconds());
    }

    private static String row(int rtt, Pair pair, Shares shares) {
        return String.format(
                Locale.ROOT,
                "| %d ms | %s | %s | %.1f | %.1f | %.0f %% | %.3f |%n",
                rtt,
                pair.first().title(),
                pair.second().title(),
                shares.first(),
                shares.second(),
                100 * shares.least(),
                shares.index());
    }

    private Shares median(int rtt, Pair pair) throws IOException, InterruptedException {
        List<Shares> runs = new ArrayList<>();
        for (int run = 0; run < options.runs(); run++) {
            Shares shares = measure(Path.of(rtt, 0), pair, options.seed() + run);
            System.err.print(row(rtt, pair, shares));
            runs.add(shares);
        }
        runs.sort(Comparator.comparingDouble(Shares::index));
        return runs.get(runs.size() / 2);
    }

    private Shares measure(Path path, Pair pair, long seed) throws IOException, InterruptedException {
        try (Testbed bed = new Testbed(path, seed)) {
            CountingReceiver first = CountingReceiver.start(bed.listenFar(), options.seconds());
            CountingReceiver second = CountingReceiver.start(bed.listenFar(), options.seconds());
            pair.first().start(bed, first.port());
            pair.second().start(bed, second.port());
            return new Shares(first.megabits(), second.megabits());
        } catch (IOException | CompletionException e) {
            throw FailedCell.of(
                    path, pair.first().title() + " beside " + pair.second().title(), e);
        }
    }
}
