package pt.sunbeam.testkit;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Hosts in network namespaces, some behind an nftables NAT, joined by a bridge at which a tailnet's servers are. The kernel routes
 * and translates; each host's program is a process of its own.
 */
final class NatWorld {
    private static final String SERVER = "10.99.0.1";
    private static final int COMMAND_SECONDS = 20;

    /** How a host is joined to the others. */
    enum Kind {
        /** With an address of its own, and nothing in between. */
        OPEN(""),
        /** One outer port for one inner port, whoever is spoken to; only who was spoken to may answer. */
        EASY("masquerade"),
        /** Another outer port for everyone spoken to; only who was spoken to may answer. */
        SYMMETRIC("masquerade fully-random");

        private final String translation;

        Kind(String translation) {
            this.translation = translation;
        }
    }

    private final String prefix = "sb" + ProcessHandle.current().pid();
    private final List<String> namespaces = new ArrayList<>();
    private final List<Process> processes = new ArrayList<>();
    private int hosts = 1;
    private int links;
    private final Path folder;
    private final Path certificate;
    private final String url;

    /** What is missing for such a world here; empty when nothing is. */
    static String missing() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return "root, for network namespaces";
        }
        return Stream.of("ip", "nft")
                .filter(program -> !isOnPath(program))
                .findFirst()
                .orElse("");
    }

    private static boolean isOnPath(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** @param folder for the server's certificate, and what programs keep */
    NatWorld(Path folder) throws Exception {
        this.folder = folder;
        TestCertificate made = TestCertificate.selfSigned(folder, "ip:" + SERVER);
        certificate = Files.writeString(folder.resolve("certificate.pem"), made.certificatePem());
        Path key = Files.writeString(folder.resolve("key.pem"), made.keyPem());
        try {
            url = serve(key);
        } catch (Exception e) {
            end();
            throw e;
        }
    }

    private String serve(Path key) throws Exception {
        String net = namespace("net");
        in(net, "ip link add br0 type bridge");
        in(net, "ip link set br0 up");
        in(net, "ip addr add " + SERVER + "/24 dev br0");
        return answer(start(net, "server", SERVER, certificate.toString(), key.toString()), "serving ");
    }

    String url() {
        return url;
    }

    /** What its clients have to trust. */
    String certificate() {
        return certificate.toString();
    }

    /** True when the programs of the stock client are here. */
    static boolean hasStockClient() {
        return isOnPath("tailscale") && isOnPath("tailscaled");
    }

    /**
     * Starts the stock client, without a device of its own: whom it lets in it connects to the same port of 127.0.0.1. Returns when it
     * has joined.
     */
    void startStock(String namespace, String hostname) throws Exception {
        Path state = Files.createDirectory(folder.resolve(hostname));
        String socket = "--socket=" + state.resolve("s");
        launch(namespace, "tailscaled", "--tun=userspace-networking", "--statedir=" + state, socket);
        List<String> up = List.of(
                "--login-server=" + url,
                "--authkey=" + TestTailnet.AUTH_KEY,
                "--hostname=" + hostname,
                "--timeout=30s");
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(COMMAND_SECONDS);
        while (!Files.exists(state.resolve("s")) && System.nanoTime() < untilNanos) {
            Thread.onSpinWait();
        }
        in(namespace, "tailscale " + socket + " up " + String.join(" ", up));
    }

    /** Adds a host and returns its namespace. */
    String host(Kind kind) throws Exception {
        int number = ++hosts;
        String host = namespace("h" + number);
        if (kind == Kind.OPEN) {
            connect("net", host, "eth0", "10.99.0." + number + "/24");
            return host;
        }
        String router = namespace("r" + number);
        connect("net", router, "eth0", "10.99.0." + number + "/24");
        String inside = "192.168." + number;
        in(router, "ip link add in0 type veth peer name eth0 netns " + host);
        in(router, "ip addr add " + inside + ".1/24 dev in0");
        in(router, "ip link set in0 up");
        in(host, "ip addr add " + inside + ".2/24 dev eth0");
        in(host, "ip link set eth0 up");
        in(host, "ip route add default via " + inside + ".1");
        in(router, "sysctl -qw net.ipv4.ip_forward=1");
        // What was not asked for is dropped at the outer side: it would occupy the mapping of what is asked for next.
        in(router, "nft add table ip nat");
        in(router, "nft add chain ip nat out { type nat hook postrouting priority 100 ; }");
        in(router, "nft add rule ip nat out oif eth0 " + kind.translation);
        in(router, "nft add table ip f");
        for (String hook : List.of("forward", "input")) {
            in(router, "nft add chain ip f " + hook + " { type filter hook " + hook + " priority 0 ; }");
            in(router, "nft add rule ip f " + hook + " iif eth0 ct state new drop");
        }
        return host;
    }

    private void connect(String bridgeEnd, String namespace, String device, String address) throws Exception {
        String bridge = prefix + bridgeEnd;
        String port = "v" + ++links;
        in(bridge, "ip link add " + port + " type veth peer name " + device + " netns " + namespace);
        in(bridge, "ip link set " + port + " master br0 up");
        in(namespace, "ip addr add " + address + " dev " + device);
        in(namespace, "ip link set " + device + " up");
    }

    private String namespace(String name) throws Exception {
        String full = prefix + name;
        run("ip netns add " + full);
        namespaces.add(full);
        in(full, "ip link set lo up");
        return full;
    }

    private static void in(String namespace, String command) throws Exception {
        run("ip netns exec " + namespace + " " + command);
    }

    private static void run(String command) throws Exception {
        Process p =
                new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        p.getOutputStream().close();
        String output = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!p.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS) || p.exitValue() != 0) {
            throw new IOException(command + ": " + output);
        }
    }

    /** Starts {@link NatHost} in {@code namespace}. */
    BufferedReader start(String namespace, String... arguments) throws IOException {
        String path = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx128m", "-cp", path, NatHost.class.getName()));
        command.addAll(List.of(arguments));
        Process process = launch(namespace, command.toArray(String[]::new));
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private Process launch(String namespace, String... program) throws IOException {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        command.addAll(List.of(program));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().put("SSL_CERT_FILE", certificate.toString());
        builder.environment().put("TS_NO_LOGS_NO_SUPPORT", "true");
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** The rest of the next line that begins so; a program that ends without one is an error. */
    static String answer(BufferedReader program, String beginning) throws IOException {
        for (String line = program.readLine(); line != null; line = program.readLine()) {
            if (line.startsWith(beginning)) {
                return line.substring(beginning.length());
            }
            if (line.startsWith("failed ")) {
                throw new IOException(line);
            }
        }
        throw new IOException("ended before it said \"" + beginning + "\"");
    }

    /** Ends the programs of one test; the servers stay. */
    void endPrograms() throws Exception {
        while (processes.size() > 1) {
            end(processes.removeLast());
        }
    }

    private static void end(Process process) throws Exception {
        process.getOutputStream().close();
        process.destroy();
        if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }

    void end() throws Exception {
        endPrograms();
        for (Process process : processes) {
            end(process);
        }
        for (String namespace : namespaces) {
            run("ip netns del " + namespace);
        }
    }
}
