package pt.sunbeam.daemon;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.control.ControlIdentity;
import pt.sunbeam.control.ControlUrl;
import pt.sunbeam.control.NodeKeyStore;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.MachinePrivate;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.tcp.Acceptor;
import pt.sunbeam.network.NetworkMonitor;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.tailcfg.Hostinfo;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.Dialer;
import pt.sunbeam.transport.EventLoops;
import pt.sunbeam.transport.Trust;
import pt.sunbeam.wireguard.TimestampSource;

/**
 * A node inside this JVM: what a daemon runs, without lock, control socket and state folder. Its keys live as long as the
 * object, so it is a new device at each start. Unlike the daemon it can also offer services to the tailnet, and never
 * asks the router for a port.
 */
public final class EmbeddedNode implements AutoCloseable {
    private final EventLoops controlLoop = new EventLoops("sunbeam-control");
    private final Engine engine;
    private final StatusBoard board;
    private final Supervisor supervisor;
    private final Thread thread;

    /**
     * Starts to join. Services are reachable once {@link #awaitRunning} returned.
     *
     * @param server the coordination server's URL
     * @param authKey a pre-auth key; secret
     * @param hostname the name to ask for
     * @param forwards local listeners into the tailnet; may be empty
     */
    public EmbeddedNode(String server, String authKey, String hostname, List<ForwardSpec> forwards, Trust trust) {
        SecureRandom random = new SecureRandom();
        Ticker ticker = Ticker.system();
        InstantSource wallClock = InstantSource.system();
        DaemonSettings settings = new DaemonSettings("embedded", "", server, "", hostname, List.of(), forwards, false);
        board = new StatusBoard(settings, ticker, wallClock, this::stop);
        DiscoPrivate disco = DiscoPrivate.generate(random);
        LateEvents engineEvents = new LateEvents();
        engine = new Engine(
                trust,
                disco,
                new TimestampSource(wallClock),
                StackConfig.DEFAULT,
                random,
                ticker,
                wallClock,
                settings.portMapping(),
                engineEvents);
        engine.openForwards(forwards);
        board.setEngine(engine::snapshot);
        ControlUrl url = ControlUrl.parse(server);
        ControlIdentity identity = new ControlIdentity(url, MachinePrivate.generate(random), authKey, true);
        Dialer dialer = new Dialer(controlLoop.loop(), trust);
        ControlSessions sessions = new ControlSessions(identity, new KeysInMemory(), dialer, random, wallClock);
        Hostinfo hostinfo = Hostinfo.of("sunbeam", "0".repeat(64), HostNames.os(), "", hostname, HostNames.arch());
        HostState state = new HostState(disco.publicKey(), List.of(), hostinfo);
        supervisor = new Supervisor(
                url, state, engine, board, sessions, TimestampFile.none(), HomeFile.none(), random, ticker, wallClock);
        engineEvents.target = supervisor;
        thread = Thread.ofVirtual().name("embedded-node").start(this::supervise);
    }

    private void supervise() {
        try (NetworkMonitor _ = NetworkMonitor.start(supervisor)) {
            supervisor.run();
            board.setState(new DaemonState.Stopped());
        } catch (SunbeamException e) {
            board.setState(new DaemonState.Failed(IpcError.of(e)));
        }
    }

    private void stop() {
        supervisor.post(new Supervisor.Event.Stop());
    }

    /** Accepts connections to {@code port} of this node's addresses, as far as the tailnet's rules allow them. */
    public void listen(int port, Acceptor acceptor) {
        engine.listen(port, acceptor);
    }

    public DaemonStatus status() {
        return board.status();
    }

    /** Waits until the node is in the tailnet, and returns its status then or when the time is over. */
    public DaemonStatus awaitRunning(Duration timeout) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        while (!(board.state() instanceof DaemonState.Running) && !(board.state() instanceof DaemonState.Failed)) {
            long leftMillis =
                    Duration.ofNanos(deadlineNanos - System.nanoTime()).toMillis();
            if (leftMillis <= 0) {
                break;
            }
            board.awaitChange(board.changes(), Math.min(leftMillis, 100));
        }
        return board.status();
    }

    /** Leaves the tailnet and resets what is open. */
    @Override
    public void close() {
        stop();
        try {
            thread.join(Duration.ofSeconds(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        engine.close();
        controlLoop.close();
    }

    private static final class KeysInMemory implements NodeKeyStore {
        private volatile @Nullable NodeKeys keys;

        @Override
        public NodeKeys load() {
            NodeKeys known = keys;
            return known == null ? NodeKeys.NONE : known;
        }

        @Override
        public void store(NodeKeys newKeys) {
            keys = newKeys;
        }
    }
}
