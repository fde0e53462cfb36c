package pt.sunbeam.sim.emulator;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import pt.sunbeam.sim.tun.NetworkNamespace;
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
                throw new IOException("link-emulator needs " + missing);
            }
            run(options);
        } catch (BadOption e) {
            fail(e.getMessage(), EXIT_USAGE);
        } catch (IOException e) {
            fail(e.getMessage(), EXIT_FAILED);
        }
    }

    private static void fail(@org.jspecify.annotations.Nullable String why, int exitCode) {
        System.err.println(why);
        System.exit(exitCode);
    }

    private static void run(EmulatorOptions o) throws IOException, InterruptedException {
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        try (NamedEnd left = NamedEnd.open(o.left(), 1, o.deviceMtuBytes());
                NamedEnd right = NamedEnd.open(o.right(), 2, o.deviceMtuBytes());
                LinkEmulator emulator =
                        new LinkEmulator(left.device(), right.device(), o.leftToRight(), o.rightToLeft(), o.seed())) {
            Thread loop = Thread.ofPlatform().name("emulator").start(emulator);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stop.countDown();
                awaitQuietly(ended);
            }));
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

    /** A namespace with a name and the device in it; what was made is taken away at the end. */
    private record NamedEnd(String name, boolean made, TunDevice device) implements AutoCloseable {
        static NamedEnd open(String name, int number, int mtuBytes) throws IOException, InterruptedException {
            boolean make = !NetworkNamespace.exists(name);
            if (make) {
                NetworkNamespace.run("ip netns add " + name);
            }
            NetworkNamespace.enter(name);
            TunDevice device = TunDevice.open("emu0");
            for (String command : List.of(
                    "ip link set lo up",
                    "ip link set emu0 mtu " + mtuBytes + " txqueuelen 10000 up",
                    "ip addr add 10.99.0." + number + "/24 dev emu0",
                    "ip addr add fd99::" + number + "/64 dev emu0 nodad")) {
                NetworkNamespace.run(command);
            }
            return new NamedEnd(name, make, device);
        }

        @Override
        public void close() throws IOException {
            device.close();
            if (made) {
                try {
                    NetworkNamespace.run("ip netns delete " + name);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
