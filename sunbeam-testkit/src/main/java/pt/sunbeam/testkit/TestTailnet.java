package pt.sunbeam.testkit;

import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.daemon.EmbeddedNode;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpNode;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.transport.Trust;

/** A tailnet in this JVM, on free ports: control server, relay, and the peers that are asked for. */
public final class TestTailnet implements AutoCloseable {
    /** The relay's region. */
    public static final int REGION = 900;

    /** A pre-auth key that any number of nodes may use. */
    public static final String AUTH_KEY = "testkit-auth-key";

    public static final int ECHO_PORT = 7;
    public static final int WEB_PORT = 80;
    private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(20);

    private final ControlServer control;
    private final RelayServer relay;
    private final @Nullable StunServer stun;
    private final List<EmbeddedNode> peers = new ArrayList<>();

    /** Starts the servers on 127.0.0.1, without TLS. */
    public static TestTailnet start() {
        return start(null);
    }

    /** Starts the servers on 127.0.0.1, both with {@code tls} when it is not null. */
    public static TestTailnet start(@Nullable SslContext tls) {
        InetAddress here = InetAddress.getLoopbackAddress();
        return new TestTailnet(here, tls, null);
    }

    /**
     * Starts the servers where other hosts reach them, and a STUN server beside the relay.
     *
     * @param host an IPv4 address of this machine
     */
    public static TestTailnet startAt(InetAddress host, @Nullable SslContext tls) {
        return new TestTailnet(host, tls, StunServer.start(host));
    }

    private TestTailnet(InetAddress host, @Nullable SslContext tls, @Nullable StunServer stun) {
        SecureRandom random = new SecureRandom();
        this.stun = stun;
        control = ControlServer.start(host, tls, random);
        relay = new RelayServer(host, NodePrivate.generate(random), tls).start();
        control.addAuthKey(AUTH_KEY, true);
        control.derpMap(relayMap(host.getHostAddress()));
    }

    private DerpMap relayMap(String host) {
        int stunPort = stun == null ? -1 : stun.port();
        DerpNode node =
                new DerpNode("900a", REGION, host, "", "", "none", stunPort, false, relay.port(), false, "", false);
        return DerpMap.of(Map.of(REGION, DerpRegion.of(REGION, "testkit", List.of(node))));
    }

    public ControlServer control() {
        return control;
    }

    public RelayServer relay() {
        return relay;
    }

    /** The URL to give as {@code --login-server}. */
    public String url() {
        return control.url();
    }

    /** Adds a peer with an echo service on port 7 and a web server on port 80, and waits until it has joined. */
    public EmbeddedNode addPeer(String hostname) throws InterruptedException {
        EmbeddedNode peer = new EmbeddedNode(url(), AUTH_KEY, hostname, List.of(), Trust.platform());
        peers.add(peer);
        peer.listen(ECHO_PORT, Services.echo());
        peer.listen(WEB_PORT, Services.web("Hello from " + hostname + " inside the tailnet.\n"));
        DaemonStatus status = peer.awaitRunning(JOIN_TIMEOUT);
        if (!(status.state() instanceof DaemonState.Running)) {
            throw new IllegalStateException(
                    "peer " + hostname + " did not join: " + status.state().text());
        }
        return peer;
    }

    @Override
    public void close() {
        peers.forEach(EmbeddedNode::close);
        relay.close();
        if (stun != null) {
            stun.close();
        }
        control.close();
    }
}
