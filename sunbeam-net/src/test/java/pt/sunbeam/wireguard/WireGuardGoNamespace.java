package pt.sunbeam.wireguard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;

/**
 * A wireguard-go in a network namespace of its own, joined to ours by a pair of virtual Ethernet devices. Names carry the
 * process id, so that two runs do not meet. {@link #close} removes everything, whatever state it is in.
 */
final class WireGuardGoNamespace {
    static final int PORT = 51820;
    static final IpAddress OUR_OUTER = address("10.213.77.1");
    static final IpAddress INNER_V4 = address("100.64.9.2");
    static final IpAddress INNER_V6 = address("fd7a:115c:a1e0::2");

    private final String id = Long.toString(ProcessHandle.current().pid() % 1_000_000);
    private final String namespace = "sbwg" + id;
    private final String device = "sbt" + id;
    private final String ourVeth = "sba" + id;
    private final String itsVeth = "sbb" + id;
    private final NodePrivate key = NodePrivate.generate(RandomGenerator.of("SecureRandom"));
    private final Path keyFile;
    private @Nullable Process daemon;

    /** What is missing on this machine, or null. */
    static @Nullable String missing() throws IOException {
        if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
            return "root";
        }
        if (!Files.isWritable(Path.of("/dev/net/tun"))) {
            return "/dev/net/tun";
        }
        for (String program : List.of("ip", "wg", "wireguard-go")) {
            if (!isInstalled(program)) {
                return program;
            }
        }
        return null;
    }

    WireGuardGoNamespace() throws Exception {
        keyFile = Files.createTempFile("sunbeam-wg", ".key");
        Files.writeString(keyFile, Base64.getEncoder().encodeToString(key.toBytes()));
    }

    void open() throws Exception {
        run("ip", "netns", "add", namespace);
        run("ip", "link", "add", ourVeth, "type", "veth", "peer", "name", itsVeth, "netns", namespace);
        run("ip", "addr", "add", OUR_OUTER + "/30", "dev", ourVeth);
        run("ip", "link", "set", ourVeth, "up");
        inside("ip", "addr", "add", "10.213.77.2/30", "dev", itsVeth);
        inside("ip", "link", "set", itsVeth, "up");
        start();
    }

    /** Starts the daemon, without peers. */
    void start() throws Exception {
        daemon = new ProcessBuilder("ip", "netns", "exec", namespace, "wireguard-go", "-f", device)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Path control = Path.of("/var/run/wireguard", device + ".sock");
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (!Files.exists(control) && System.nanoTime() < untilNanos) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        inside("wg", "set", device, "private-key", keyFile.toString(), "listen-port", Integer.toString(PORT));
        inside("ip", "addr", "add", INNER_V4 + "/24", "dev", device);
        inside("ip", "-6", "addr", "add", INNER_V6 + "/64", "dev", device, "nodad");
        inside("ip", "link", "set", device, "mtu", "1280", "up");
    }

    void stop() throws Exception {
        if (daemon != null) {
            daemon.destroy();
            daemon.waitFor(5, TimeUnit.SECONDS);
            Files.deleteIfExists(Path.of("/var/run/wireguard", device + ".sock"));
        }
    }

    /** Makes {@code peer} the only peer; further words go to {@code wg set}. */
    void onlyPeer(NodePublic peer, String... more) throws Exception {
        for (String known : inside("wg", "show", device, "peers").lines().toList()) {
            inside("wg", "set", device, "peer", known, "remove");
        }
        setPeer(peer, more);
    }

    void setPeer(NodePublic peer, String... more) throws Exception {
        List<String> command = new ArrayList<>(List.of("wg", "set", device, "peer", base64(peer)));
        Collections.addAll(command, "allowed-ips", "100.64.9.1/32,fd7a:115c:a1e0::1/128");
        Collections.addAll(command, more);
        inside(command.toArray(String[]::new));
    }

    /** Bytes the daemon has received from its only peer. */
    long receivedBytes() throws Exception {
        return Long.parseLong(inside("wg", "show", device, "transfer").strip().split("\\s+")[1]);
    }

    /** The endpoint the daemon holds for its only peer. */
    String endpoint() throws Exception {
        return inside("wg", "show", device, "endpoints").strip().split("\\s+")[1];
    }

    NodePublic publicKey() {
        return key.publicKey();
    }

    IpEndpoint outer() {
        return new IpEndpoint(address("10.213.77.2"), PORT);
    }

    void close() throws Exception {
        stop();
        new ProcessBuilder("ip", "link", "del", ourVeth).start().waitFor();
        new ProcessBuilder("ip", "netns", "del", namespace).start().waitFor();
        Files.deleteIfExists(keyFile);
    }

    private String inside(String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        Collections.addAll(all, command);
        return run(all.toArray(String[]::new));
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + ": " + output);
        }
        return output;
    }

    private static boolean isInstalled(String program) {
        for (String folder : System.getenv("PATH").split(":")) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private static String base64(NodePublic key) {
        return Base64.getEncoder().encodeToString(key.toBytes());
    }

    private static IpAddress address(String text) {
        IpAddress address = IpAddress.parse(text);
        if (address == null) {
            throw new AssertionError(text);
        }
        return address;
    }
}
