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

              option                    of                              is
              --seconds 30              all                             duration of a run
              --runs 3                  all                             runs of each cell, of which the median counts
              --seed 1                  all                             of the losses
              --cells 10/0,50/1         goodput download                RTT in ms / loss in percent below 100; all twelve
                                                                        when not given
              --senders our-bbr,...     goodput fairness bufferbloat    of kernel-cubic, kernel-bbr, our-cubic, our-bbr
              --parallel 1              goodput                         cells at the same time

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

    /** Throws {@link IllegalArgumentException} with a sentence for what it cannot understand or {@code what} does not use. */
    static Options parse(Measurement what, List<String> words) {
        Options o = DEFAULT;
        for (int i = 0; i < words.size(); i += 2) {
            String name = words.get(i);
            if (!Measurement.GOODPUT.uses(name)) {
                throw new IllegalArgumentException("\"" + name + "\" is not an option; --help lists them");
            } else if (!what.uses(name)) {
                throw new IllegalArgumentException(what.option() + " does not use " + name + "; --help says what does");
            } else if (i + 1 == words.size()) {
                throw new IllegalArgumentException(name + " needs a value; --help lists the options");
            }
            o = o.with(name, words.get(i + 1));
        }
        what.check(o.senders);
        return o;
    }

    private Options with(String name, String value) {
        return switch (name) {
            case "--seconds" -> new Options(number(name, value), runs, parallel, cells, senders, seed);
            case "--runs" -> new Options(seconds, number(name, value), parallel, cells, senders, seed);
            case "--parallel" -> new Options(seconds, runs, number(name, value), cells, senders, seed);
            case "--cells" -> new Options(seconds, runs, parallel, Path.parseCells(value), senders, seed);
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

    private static List<Sender> senders(String value) {
        List<Sender> senders = new ArrayList<>();
        for (String name : value.split(",", -1)) {
            senders.add(Arrays.stream(Sender.values())
                    .filter(s -> s.option().equals(name))
                    .findAny()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "--senders: \"" + name + "\" is not a sender; --help lists them")));
        }
        return senders;
    }
}
