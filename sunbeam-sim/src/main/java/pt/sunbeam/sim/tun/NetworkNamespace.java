package pt.sunbeam.sim.tun;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * The network namespace of a thread. Sockets, devices and processes that a thread makes are in its namespace and stay
 * there; one without a name ends with the last of them.
 */
public final class NetworkNamespace {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final Path NAMED = Path.of("/run/netns");
    private static final int COMMAND_SECONDS = 20;

    private NetworkNamespace() {}

    /** Moves the calling thread into a new namespace without a name. */
    public static void enterNew() throws IOException {
        SystemCalls.unshare(CLONE_NEWNET);
    }

    /** Moves the calling thread into the namespace that {@code ip netns} knows by {@code name}. */
    public static void enter(String name) throws IOException {
        int fd = SystemCalls.open(NAMED.resolve(name).toString(), 0);
        try {
            SystemCalls.setns(fd, CLONE_NEWNET);
        } finally {
            SystemCalls.close(fd);
        }
    }

    /** True when {@code ip netns} knows {@code name}. */
    public static boolean exists(String name) {
        return Files.exists(NAMED.resolve(name));
    }

    /** Sets a value below /proc/sys as the calling thread's namespace sees it, for example net.ipv4.tcp_sack. */
    public static void sysctl(String name, String value) throws IOException {
        Files.writeString(Path.of("/proc/sys", name.split("\\.")), value);
    }

    /** Runs a command in the calling thread's namespace; returns what it printed. */
    public static String run(String command) throws IOException, InterruptedException {
        Process p =
                new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        String output = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!p.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || p.exitValue() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }
}
