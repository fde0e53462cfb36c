package pt.sunbeam.bench.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import pt.sunbeam.bench.Path;

/**
 * The command line of all measurements.
 *
 * @param seconds duration of a run
 * @param runs runs of each cell, of which the median counts
 * @param parallel cells measured at the same time
 */
record Options(int seconds, int runs, int parallel, List<Path> cells, List<Sender> senders, long seed) {
    static final Options DEFAULT = new Options(30, 3, 1, allCells(), List.of(Sender.values()), 1);

    static final String HELP = """
            kernel-goodput: our TCP against the kernel's, over TUN devices and an emulated link (needs root).

              scripts/kernel-goodput [goodput | download | fairness | bufferbloat] [OPTION VALUE]...

              goodput      a table of cells (RTT x loss each way, 100 Mbit/s, queue of one bandwidth-delay product):
                           the kernel to the kernel, and ours to the kernel, payload counted at the receiver
              download     the same cells with the far kernel as the sender, to the kernel and to us
              fairness     two of our flows, and one of ours beside one of the kernel's
              bufferbloat  1-byte ping-pong beside a bulk upload (100 Mbit/s, 20 ms, queue of 200 ms)

              --seconds 30              duration of a run
              --runs 3                  runs of each cell, of which the median counts
              --parallel 1              cells at the same time
              --cells 10/0,50/1         RTT in ms / loss in percent; all twelve when not given
              --senders our-bbr,...     of kernel-cubic, kernel-bbr, our-cubic, our-bbr
              --seed 1                  of the losses

            What a run says is Markdown on standard output; progress goes to standard error.
            """;

    private static List<Path> allCells() {
        List<Path> all = new ArrayList<>();
        for (int rtt : new int[] {10, 50, 200}) {
            for (double loss : new double[] {0, 0.1, 1, 3}) {
                all.add(Path.of(rtt, loss));
            }
        }
        return all;
    }

    /** Throws {@link IllegalArgumentException} with a sentence for what it cannot understand. */
    static Options parse(List<String> words) {
        Options o = DEFAULT;
        for (int i = 0; i < words.size(); i += 2) {
            if (i + 1 == words.size()) {
                throw new IllegalArgumentException(words.get(i) + " needs a value; --help lists the options");
            }
            o = o.with(words.get(i), words.get(i + 1));
        }
        return o;
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--seconds" -> new Options(number(name, value), runs, parallel, cells, senders, seed);
            case "--runs" -> new Options(seconds, number(name, value), parallel, cells, senders, seed);
            case "--parallel" -> new Options(seconds, runs, number(name, value), cells, senders, seed);
            case "--cells" -> new Options(seconds, runs, parallel, cells(value), senders, seed);
            case "--senders" -> new Options(seconds, runs, parallel, cells, senders(value), seed);
            case "--seed" -> new Options(seconds, runs, parallel, cells, senders, number(name, value));
            default -> throw new IllegalArgumentException(name + " is not an option; --help lists them");
        };
    }

    private static int number(String name, String value) {
        try {
            int n = Integer.parseInt(value);
            if (n > 0) {
                return n;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalArgumentException(name + " takes a number above 0, not \"" + value + "\"");
    }

    private static List<Path> cells(String value) {
        List<Path> cells = new ArrayList<>();
        for (String cell : value.split(",")) {
            String[] parts = cell.split("/");
            try {
                if (parts.length == 2) {
                    cells.add(Path.of(Integer.parseInt(parts[0]), Double.parseDouble(parts[1])));
                    continue;
                }
            } catch (NumberFormatException e) {
                // told below
            }
            throw new IllegalArgumentException("\"" + cell + "\" is not a cell such as 50/0.1");
        }
        return cells;
    }

    private static List<Sender> senders(String value) {
        List<Sender> senders = new ArrayList<>();
        for (String name : value.split(",")) {
            senders.add(Arrays.stream(Sender.values())
                    .filter(s -> s.option().equals(name))
                    .findAny()
                    .orElseThrow(
                            () -> new IllegalArgumentException("\"" + name + "\" is not a sender; --help lists them")));
        }
        return senders;
    }
}
