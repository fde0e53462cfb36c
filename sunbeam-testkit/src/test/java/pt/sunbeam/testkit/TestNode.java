package pt.sunbeam.testkit;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import pt.sunbeam.control.ControlClient;
import pt.sunbeam.control.ControlIdentity;
import pt.sunbeam.control.ControlListener;
import pt.sunbeam.control.ControlProgress;
import pt.sunbeam.control.ControlTimeouts;
import pt.sunbeam.control.ControlUrl;
import pt.sunbeam.control.MapLimits;
import pt.sunbeam.control.NodeKeyStore;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.MachinePrivate;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.EndpointType;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.tailcfg.Hostinfo;
import pt.sunbeam.tailcfg.NetInfo;
import pt.sunbeam.transport.Dialer;
import pt.sunbeam.transport.EventLoops;
import pt.sunbeam.transport.Trust;

/** A control client under test, with everything it says kept in queues. */
final class TestNode implements ControlListener, NodeKeyStore, AutoCloseable {
    private static final long PATIENCE_SECONDS = 5;

    final BlockingQueue<Netmap> netmaps = new LinkedBlockingQueue<>();
    final BlockingQueue<ControlProgress> progress = new LinkedBlockingQueue<>();
    /** How long a connection may leave a ping without an answer. */
    static final Duration LIFE = Duration.ofMillis(1000);

    final MachinePrivate machine;
    final HostState state;
    volatile NodeKeys keys = NodeKeys.NONE;
    volatile int stores;

    private final EventLoops loops = new EventLoops("test-node");
    private final RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
    private final String url;
    private final String name;
    private ControlTimeouts timeouts = ControlTimeouts.DEFAULT;
    private MapLimits limits = MapLimits.forHeap(128 << 20);
    private ControlClient client;
    private volatile Throwable ended;
    private Thread runner;

    TestNode(ControlServer server, String name) {
        this(server.url(), name);
    }

    TestNode(String url, String name) {
        this.url = url;
        this.name = name;
        this.machine = MachinePrivate.generate(random);
        Hostinfo host = Hostinfo.of("test", "0".repeat(64), "linux", "", name, "amd64");
        this.state = new HostState(
                DiscoPrivate.generate(random).publicKey(),
                List.of(new HostState.Endpoint(IpEndpoint.parse("192.0.2.1:41641"), EndpointType.LOCAL)),
                host.withNetInfo(NetInfo.home(1, true)));
    }

    TestNode within(Duration silence, Duration handshake, Duration request) {
        timeouts = new ControlTimeouts(handshake, handshake, request, request, silence, handshake, LIFE);
        return this;
    }

    TestNode limits(MapLimits wanted) {
        limits = wanted;
        return this;
    }

    /** Runs one attempt; the future has its end. */
    CompletableFuture<SunbeamException> run(String authKey) {
        ControlIdentity identity = new ControlIdentity(ControlUrl.parse(url), machine, authKey, false);
        Dialer dialer = new Dialer(loops.loop(), Trust.platform());
        client = new ControlClient(
                identity, this, this, state, dialer, random, InstantSource.system(), timeouts, limits);
        ControlClient running = client;
        CompletableFuture<SunbeamException> end = new CompletableFuture<>();
        runner = Thread.ofVirtual().name(name).start(() -> {
            try {
                running.run();
            } catch (SunbeamException e) {
                ended = e;
                end.complete(e);
            } catch (RuntimeException | Error e) {
                ended = e;
                end.completeExceptionally(e);
            }
        });
        return end;
    }

    ControlClient client() {
        return client;
    }

    static SunbeamException end(CompletableFuture<SunbeamException> end) throws Exception {
        return end.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    Netmap netmapWhere(Predicate<Netmap> wanted) throws InterruptedException {
        return next(netmaps, wanted);
    }

    ControlProgress progressWhere(Predicate<ControlProgress> wanted) throws InterruptedException {
        return next(progress, wanted);
    }

    private <T> T next(BlockingQueue<T> queue, Predicate<T> wanted) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            T value = queue.poll(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (value == null) {
                throw new AssertionError("what was waited for did not come", ended);
            }
            if (wanted.test(value)) {
                return value;
            }
        }
    }

    @Override
    public void progress(ControlProgress step) {
        progress.add(step);
    }

    @Override
    public void registered(NodePrivate nodeKey) {}

    @Override
    public void received() {}

    @Override
    public void netmap(Netmap netmap) {
        netmaps.add(netmap);
    }

    @Override
    public NodeKeys load() {
        return keys;
    }

    @Override
    public void store(NodeKeys newKeys) {
        stores++;
        keys = newKeys;
    }

    @Override
    public void close() {
        if (client != null) {
            client.close();
            joinRunner();
        }
        loops.close();
    }

    /** The loop must outlive the run, which still has buffers to give back. */
    private void joinRunner() {
        try {
            runner.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
