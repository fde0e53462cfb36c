package pt.sunbeam.testkit;

import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Device;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.opentest4j.TestAbortedException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.utility.DockerImageName;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;

/**
 * The tailnet of {@code docker/compose.yaml}, started for one run of the tests: Headscale with its embedded relay over TLS,
 * an official Tailscale node, and an echo service behind that node's address. Started once, at the first test that asks; the
 * engine removes it when this JVM ends.
 */
final class ContainerTailnet {
    private static final String HEADSCALE =
            "headscale/headscale:" + System.getenv().getOrDefault("HEADSCALE_VERSION", "0.29.2");
    private static final String TAILSCALE =
            "tailscale/tailscale:" + System.getenv().getOrDefault("TAILSCALE_VERSION", "stable");
    private static final String SOCAT = "alpine/socat:latest";
    private static final int SERVER_PORT = 8443;
    private static final int ECHO_PORT = 7777;
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Pattern KEY = Pattern.compile("\"key\"\\s*:\\s*\"([^\"]+)\"");

    private static Optional<RealTailnet> started = Optional.empty();
    private static String missing = "";

    private ContainerTailnet() {}

    /** The tailnet, or the calling test is skipped. */
    static synchronized RealTailnet require() {
        if (started.isEmpty() && missing.isEmpty()) {
            missing = missing();
            if (missing.isEmpty()) {
                started = Optional.of(start());
            }
        }
        Assumptions.assumeTrue(missing.isEmpty(), missing);
        return started.orElseThrow();
    }

    private static String missing() {
        String instead = " and " + RealTailnet.COORD_URL + " names no tailnet";
        try {
            if (!DockerClientFactory.instance().isDockerAvailable()) {
                return "no container engine runs here" + instead;
            }
            for (String image : List.of(HEADSCALE, TAILSCALE, SOCAT)) {
                new RemoteDockerImage(DockerImageName.parse(image)).get();
            }
            return "";
        } catch (ContainerFetchException e) {
            return "the container engine neither has nor can pull an image (" + e.getMessage() + ")" + instead;
        } catch (RuntimeException e) {
            return "the container engine cannot be used (" + e.getMessage() + ")" + instead;
        }
    }

    private static RealTailnet start() {
        try {
            Path folder = Files.createTempDirectory("sunbeam-it");
            Network network = Network.newNetwork();
            String host = DockerClientFactory.instance().dockerHostIpAddress();
            String hostName = IpAddress.parse(host) == null ? "dns:" + host : "ip:" + host;
            TestCertificate certificate =
                    TestCertificate.selfSigned(folder, "dns:headscale", "dns:localhost", "ip:127.0.0.1", hostName);
            GenericContainer<?> headscale = headscale(network, certificate);
            headscale.start();
            run(headscale, "headscale", "users", "create", "integration");
            GenericContainer<?> peer = peer(network, certificate, key(headscale));
            peer.start();
            new GenericContainer<>(SOCAT)
                    .withNetworkMode("container:" + peer.getContainerId())
                    .withCommand("TCP-LISTEN:" + ECHO_PORT + ",fork,reuseaddr", "EXEC:cat")
                    .start();
            String address = run(peer, "tailscale", "ip", "-4").strip();
            return new RealTailnet(
                    "https://" + host + ":" + headscale.getMappedPort(SERVER_PORT),
                    key(headscale, "--ephemeral"),
                    List.of(certificate.trustFile()),
                    Optional.of(Objects.requireNonNull(IpEndpoint.parse(address + ":" + ECHO_PORT))));
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("the tailnet in containers did not start", e);
        }
    }

    private static GenericContainer<?> headscale(Network network, TestCertificate certificate) throws Exception {
        return new GenericContainer<>(HEADSCALE)
                .withNetwork(network)
                .withNetworkAliases("headscale")
                .withExposedPorts(SERVER_PORT)
                .withCopyToContainer(Transferable.of(configuration()), "/etc/headscale/config.yaml")
                .withCopyToContainer(Transferable.of(certificate.certificatePem()), "/certificates/cert.pem")
                .withCopyToContainer(Transferable.of(certificate.keyPem(), 0644), "/certificates/key.pem")
                .withCommand("serve")
                .waitingFor(Wait.forListeningPorts(SERVER_PORT).withStartupTimeout(PATIENCE));
    }

    private static String configuration() throws IOException {
        for (Path folder : List.of(Path.of("docker"), Path.of("..", "docker"))) {
            Path file = folder.resolve("headscale.yaml");
            if (Files.exists(file)) {
                return Files.readString(file);
            }
        }
        throw new TestAbortedException("docker/headscale.yaml is not beside the module");
    }

    private static GenericContainer<?> peer(Network network, TestCertificate certificate, String key) throws Exception {
        return new GenericContainer<>(TAILSCALE)
                .withNetwork(network)
                .withEnv(Map.of(
                        "TS_AUTHKEY",
                        key,
                        "TS_USERSPACE",
                        "false",
                        "TS_STATE_DIR",
                        "/var/lib/tailscale",
                        "SSL_CERT_FILE",
                        "/certificates/cert.pem",
                        "TS_EXTRA_ARGS",
                        "--login-server=https://headscale:" + SERVER_PORT + " --accept-dns=false --shields-up=false"))
                .withCopyToContainer(Transferable.of(certificate.certificatePem()), "/certificates/cert.pem")
                .withCreateContainerCmdModifier(command -> hostConfig(command.getHostConfig()))
                .waitingFor(Wait.forSuccessfulCommand("tailscale ip -4").withStartupTimeout(PATIENCE));
    }

    private static void hostConfig(HostConfig config) {
        config.withCapAdd(Capability.NET_ADMIN, Capability.NET_RAW)
                .withDevices(new Device("rwm", "/dev/net/tun", "/dev/net/tun"));
    }

    /** Newer servers take the user's number, older ones its name. */
    private static String key(GenericContainer<?> headscale, String... more) throws Exception {
        for (String user : List.of("1", "integration")) {
            String flags = "--reusable --expiration 1h -o json " + String.join(" ", more);
            ExecResult result =
                    headscale.execInContainer(("headscale preauthkeys create --user " + user + " " + flags).split(" "));
            Matcher key = KEY.matcher(result.getStdout());
            if (result.getExitCode() == 0 && key.find()) {
                return key.group(1);
            }
        }
        throw new IllegalStateException("Headscale made no pre-auth key");
    }

    private static String run(GenericContainer<?> container, String... command) throws Exception {
        ExecResult result = container.execInContainer(command);
        if (result.getExitCode() != 0) {
            throw new IllegalStateException(String.join(" ", command) + ": " + result.getStderr());
        }
        return result.getStdout();
    }
}
