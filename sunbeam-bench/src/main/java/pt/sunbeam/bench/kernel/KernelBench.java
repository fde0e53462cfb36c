package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.util.List;
import pt.sunbeam.sim.tun.TunDevice;

/** The measurements against the kernel as a program: {@code scripts/kernel-goodput --help}. */
public final class KernelBench {
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_FAILED = 1;

    private KernelBench() {}

    /** Exit code 0 with a table, 1 when the machine lacks something, 2 for a bad command line. */
    public static void main(String[] arguments) throws InterruptedException {
        List<String> words = List.of(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            System.out.print(Options.HELP);
            return;
        }
        try {
            boolean named = !words.isEmpty() && !words.getFirst().startsWith("-");
            Measurement what = Measurement.named(named ? words.getFirst() : "goodput");
            Options options = Options.parse(what, named ? words.subList(1, words.size()) : words);
            String missing = TunDevice.missing();
            if (!missing.isEmpty()) {
                throw new IOException("kernel-goodput needs " + missing + "; " + TunDevice.remedy());
            }
            System.out.print(run(what, options));
            System.exit(0);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_USAGE);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            System.exit(EXIT_FAILED);
        }
    }

    private static String run(Measurement what, Options options) throws IOException, InterruptedException {
        return switch (what) {
            case GOODPUT -> new Goodput(options).run();
            case DOWNLOAD -> new Download(options).run();
            case FAIRNESS -> new Fairness(options).run();
            case BUFFERBLOAT -> new Bufferbloat(options).run();
        };
    }
}
