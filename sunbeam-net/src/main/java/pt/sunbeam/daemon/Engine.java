package pt.sunbeam.daemon;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.dataplane.TailnetNames;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netcheck.InterfaceAddresses;
import pt.sunbeam.netcheck.ProbeRegion;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.netmap.NetmapDiff;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.tcp.Acceptor;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.path.PingListener;
import pt.sunbeam.proxy.Forward;
import pt.sunbeam.proxy.Tailnet;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.Dialer;
import pt.sunbeam.transport.EventLoops;
import pt.sunbeam.transport.Trust;
import pt.sunbeam.wireguard.Tai64n;
import pt.sunbeam.wireguard.TimestampSource;

/**
 * The data loop and all that lives on it: the forwards for the daemon's whole life, and one {@link Tunnel} for each node
 * key. It outlives control sessions, so that flows survive a restart of the server. Methods may be called from any thread
 * but the loop; each becomes one command on it.
 */
final class Engine implements AutoCloseable {
    private static final long ANSWER_SECONDS = 5;

    private final EventLoops loops = new EventLoops("sunbeam-data");
    private final Dialer dialer;
    private final TimestampSource timestamps;
    private final StackConfig stackConfig;
    private final RandomGenerator random;
    private final Ticker ticker;
    private final InstantSource wallClock;
    private final EngineEvents events;
    private final boolean portMapping;
    private final DiscoPrivate disco;
    private final List<Forward> forwards = new ArrayList<>();
    private final Map<Integer, Acceptor> services = new TreeMap<>();
    private volatile EngineSnapshot lastSnapshot = EngineSnapshot.EMPTY;
    private volatile boolean closing;
    private OfflinePeers offline = OfflinePeers.NONE;
    private @Nullable Tunnel tunnel;
    private @Nullable NodePrivate key;

    /** @param portMapping whether the router may be asked for a port */
    Engine(
            Trust trust,
            DiscoPrivate disco,
            TimestampSource timestamps,
            StackConfig stackConfig,
            RandomGenerator random,
            Ticker ticker,
            InstantSource wallClock,
            boolean portMapping,
            EngineEvents events) {
        this.portMapping = portMapping;
        this.dialer = new Dialer(loops.loop(), trust);
        this.timestamps = timestamps;
        this.stackConfig = stackConfig;
        this.random = random;
        this.ticker = ticker;
        this.wallClock = wallClock;
        this.events = events;
        this.disco = disco;
    }

    /** Starts listening for every forward, or for none; PORT_TAKEN when one local address cannot be had. */
    void openForwards(List<ForwardSpec> specs) {
        for (ForwardSpec spec : specs) {
            forwards.add(Forward.open(spec, new CurrentTunnel(), loops.loop()));
        }
    }

    Dialer dialer() {
        return dialer;
    }

    /** Makes {@code nodeKey} this node's key: with another one than before, sessions and flows start anew. */
    void useKey(NodePrivate nodeKey, InterfaceAddresses local) {
        run(() -> {
            if (nodeKey.equals(key)) {
                return;
            }
            if (tunnel != null) {
                tunnel.close();
            }
            key = nodeKey;
            tunnel = new Tunnel(
                    nodeKey,
                    disco,
                    local,
                    dialer,
                    timestamps,
                    stackConfig,
                    random,
                    ticker,
                    wallClock,
                    portMapping,
                    events);
            tunnel.listen(services);
        });
    }

    /**
     * Hands the step from {@code before} (null: from nothing) to {@code netmap} to the tunnel. What differs is worked out
     * here, on the caller's thread: it takes long in a large tailnet, and the loop has packets to move.
     */
    void onNetmap(@Nullable Netmap before, Netmap netmap) {
        NetmapDiff diff = NetmapDiff.between(before, netmap);
        TailnetNames names = diff.names() ? TailnetNames.of(netmap) : null;
        run(() -> {
            offline = offline.after(netmap, ticker.nanos());
            if (tunnel != null) {
                tunnel.onNetmap(netmap, diff, names);
            }
        });
    }

    void setRelays(Map<Integer, RelayRegion> regions, int home) {
        run(() -> {
            if (tunnel != null) {
                tunnel.setRelays(regions, home);
            }
        });
    }

    /** The network around this machine is another one, or the machine slept. */
    void networkChanged(InterfaceAddresses local) {
        run(() -> {
            if (tunnel != null) {
                tunnel.networkChanged(local);
            }
        });
    }

    /** This machine's addresses are others; its way to the internet is the same. */
    void addressesChanged(InterfaceAddresses local) {
        run(() -> {
            if (tunnel != null) {
                tunnel.addressesChanged(local);
            }
        });
    }

    /** Measures the network by STUN, with the servers of {@code regions}, now and from now on. */
    void measure(List<ProbeRegion> regions) {
        run(() -> {
            if (tunnel != null) {
                tunnel.measure(regions);
            }
        });
    }

    /** Accepts connections to {@code port} of this node's addresses, as far as the tailnet's rules allow them. */
    void listen(int port, Acceptor acceptor) {
        run(() -> {
            services.put(port, acceptor);
            if (tunnel != null) {
                tunnel.listen(Map.of(port, acceptor));
            }
        });
    }

    /** Pings {@code peer} over every path; see {@link PeerPings.Pinger}. */
    boolean ping(NodePublic peer, PingListener listener) {
        try {
            return ask(() -> tunnel != null && tunnel.ping(peer, listener));
        } catch (RejectedExecutionException e) {
            throw new SunbeamException(FailureCode.GENERAL, "the daemon is stopping", "sunbeam connect", e);
        }
    }

    /** The home relay of this moment, and why it is not connected if it is not. */
    RelayView relay() {
        return ask(() -> RelayView.of(tunnel));
    }

    /** The picture of this moment; once the engine is closing, the last one. */
    EngineSnapshot snapshot() {
        if (!closing) {
            try {
                lastSnapshot = ask(() -> EngineSnapshot.of(tunnel, forwards, ticker.nanos()));
            } catch (RejectedExecutionException e) {
                // The loop ended between the look and the question.
                return lastSnapshot;
            }
        }
        return lastSnapshot;
    }

    /** The last stamp of a WireGuard initiation, to be kept across restarts. */
    Tai64n latestTimestamp() {
        return ask(timestamps::latest);
    }

    private void run(Runnable command) {
        loops.loop().execute(command);
    }

    private <T> T ask(Callable<T> question) {
        var answer = loops.loop().submit(question);
        if (!answer.awaitUninterruptibly(ANSWER_SECONDS, TimeUnit.SECONDS)) {
            throw new SunbeamException(
                    FailureCode.GENERAL, "the data loop does not answer", "run sunbeam disconnect and connect again");
        }
        if (answer.cause() != null) {
            throw new IllegalStateException(answer.cause());
        }
        return answer.getNow();
    }

    /** Resets what is open, stops listening and ends the loop; the second time it does nothing. */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        var closed = loops.loop().submit(() -> {
            forwards.forEach(Forward::close);
            if (tunnel != null) {
                tunnel.close();
            }
        });
        closed.awaitUninterruptibly(ANSWER_SECONDS, TimeUnit.SECONDS);
        loops.close();
    }

    /** The tailnet as the forwards see it: the tunnel of the moment, or none yet. Confined to the loop. */
    private final class CurrentTunnel implements Tailnet {
        @Override
        public @Nullable IpAddress resolve(String host) {
            return tunnel == null ? IpAddress.parse(host) : tunnel.resolve(host);
        }

        @Override
        public String refusal(IpAddress address) {
            return tunnel == null ? "" : offline.refusal(address, tunnel::hasSession, ticker.nanos());
        }

        @Override
        public ConnectResult connect(IpEndpoint remote, TcpEvents events) {
            return tunnel == null
                    ? new ConnectResult.Failed(ConnectFailure.UNREACHABLE)
                    : tunnel.connect(remote, events);
        }

        @Override
        public void beginTurn() {
            if (tunnel != null) {
                tunnel.beginTurn();
            }
        }

        @Override
        public void pump() {
            if (tunnel != null) {
                tunnel.pump();
            }
        }
    }
}
