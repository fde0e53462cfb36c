package pt.sunbeam.sim.emulator;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.sim.tun.TunDevice;

/** The emulator as a program: {@code scripts/link-emulator --help}. */
public final class LinkEmulatorCommand {
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_FAILED = 1;

    private LinkEmulatorCommand() {}

    /** Exit code 0 after a run, 1 when the machine lacks something, 2 for a bad command line. */
    public static void main(String[] arguments) throws InterruptedException {
        List<String> words = List.of(arguments);
        if (words.contains("--help") || words.contains("-h")) {
            System.out.print(EmulatorOptions.HELP);
            return;
        }
        try {
            EmulatorOptions options = EmulatorOptions.parse(words);
            String missing = TunDevice.missing();
            if (!missing.isEmpty()) {
                throw new IOException("link-emulator needs " + missing + "; " + TunDevice.remedy());
            }
            run(options);
        } catch (BadOption e) {
            fail(e.getMessage(), EXIT_USAGE);
        } catch (IOException e) {
            fail(e.getMessage(), EXIT_FAILED);
        }
    }

    private static void fail(@Nullable String why, int exitCode) {
        System.err.println(why);
        System.exit(exitCode);
    }

    private static void run(EmulatorOptions o) throws IOException, InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        // Before the first namespace is made: a signal during the start must not leave one either.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            awaitQuietly(ended);
        }));
        try (EmulatorEnd left = EmulatorEnd.open(o.left(), 1, o.deviceMtuBytes());
                EmulatorEnd right = EmulatorEnd.open(o.right(), 2, o.deviceMtuBytes());
                LinkEmulator emulator =
                        new LinkEmulator(left.device(), right.device(), o.link(), o.changes(), o.seed())) {
            Thread loop = Thread.ofPlatform().name("emulator").start(() -> {
                try {
                    emulator.run();
                } finally {
                    stop.countDown();
                }
            });
            System.out.println("ready");
            if (o.seconds() > 0) {
                stop.await(o.seconds(), TimeUnit.SECONDS);
            } else {
                stop.await();
            }
            emulator.stop();
            loop.join();
            System.out.println(o.left() + " to " + o.right() + ": "
                    + emulator.leftToRight().line());
            System.out.println(o.right() + " to " + o.left() + ": "
                    + emulator.rightToLeft().line());
        } finally {
            ended.countDown();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
