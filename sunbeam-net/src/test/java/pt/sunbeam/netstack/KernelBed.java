package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.Acceptor;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.sim.tun.NetworkNamespace;
import pt.sunbeam.sim.tun.TunDevice;
import pt.sunbeam.sim.tun.TunWaiter;

/** A stack and a kernel at the two ends of a TUN device, in a namespace of their own. */
final class KernelBed implements AutoCloseable {
    private static final IpAddress OURS_4 = IpAddress.v4(0x64400002);
    private static final IpAddress OURS_6 = IpAddress.v6(0xfd7a115ca1e00000L, 2);
    private static final int BATCH = 64;

    final Stack stack;
    final ExecutorService kernelSide = Executors.newCachedThreadPool();
    volatile double loss;
    private final ExecutorService inside = Executors.newSingleThreadExecutor();
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final TunDevice tun;
    private final TunWaiter waiter;
    private final Egress egress;
    private final SplittableRandom random = new SplittableRandom(11);
    private final PacketBatch in = PacketBatch.ofPackets(BATCH, 1500);
    private final PacketBatch out = PacketBatch.ofPackets(BATCH, 1280);
    private final byte[] packet = new byte[TunDevice.MAX_PACKET_BYTES];
    private final Thread loop;
    private volatile boolean stopping;

    KernelBed(StackConfig config) throws Exception {
        tun = in(() -> TunDevice.openInNewNamespace(
                "ip link set lo up",
                "ip link set tun0 mtu 1280 txqueuelen 5000 up",
                "ip addr add 100.64.0.1/24 dev tun0",
                "ip addr add fd7a:115c:a1e0::1/64 dev tun0 nodad"));
        waiter = new TunWaiter(tun);
        await(this::takesPackets);
        Egress[] holder = new Egress[1];
        stack = new Stack(config, new SplittableRandom(1), address -> holder[0]);
        egress = stack.newEgress("tun", e -> {});
        holder[0] = egress;
        stack.setAddresses(List.of(OURS_4, OURS_6));
        loop = Thread.ofPlatform().name("stack").start(this::loop);
    }

    /** The kernel installs the route to an IPv6 address of its own some time after the address. */
    private boolean takesPackets() {
        return succeeds(() -> run("ip -6 route show table local").contains("local fd7a:115c:a1e0::1"));
    }

    /** Skips the test when the machine lacks root, the device, or one of the programs. */
    static void needs(String... programs) {
        String missing = TunDevice.missing();
        assumeTrue(missing.isEmpty(), () -> "needs " + missing);
        for (String program : programs) {
            boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
            assumeTrue(found, () -> "needs " + program);
        }
    }

    static InetAddress kernelAddress(int family) throws Exception {
        return InetAddress.getByName(family == 4 ? "100.64.0.1" : "fd7a:115c:a1e0::1");
    }

    static IpAddress ours(int family) {
        return family == 4 ? OURS_4 : OURS_6;
    }

    /** Runs in the thread that lives in the namespace. */
    <T> T in(Callable<T> work) throws Exception {
        return inside.submit(work).get(60, TimeUnit.SECONDS);
    }

    /** Runs a command in the namespace; returns what it printed. */
    String run(String command) throws Exception {
        return in(() -> NetworkNamespace.run(command));
    }

    void sysctl(String name, String value) throws Exception {
        in(() -> {
            NetworkNamespace.sysctl(name, value);
            return true;
        });
    }

    /** Runs on the thread that owns the stack. */
    void onLoop(Runnable command) {
        commands.add(command);
        waiter.wake();
    }

    /** Listens for one connection, and returns when that is done. */
    void listen(int port, TcpEvents server) throws Exception {
        listenForMany(port, c -> server);
    }

    /** Listens, and returns when that is done. */
    void listenForMany(int port, Acceptor acceptor) throws Exception {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        onLoop(() -> done.complete(stack.listen(port, acceptor)));
        assertThat(done.get(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Waits until a program in the namespace listens on the port. */
    void awaitListener(int port) throws InterruptedException {
        await(() -> succeeds(() -> !run("ss -Hltn sport = :" + port).isEmpty()));
    }

    /** A condition that needs the namespace; what it throws ends the test. */
    static boolean succeeds(Callable<Boolean> condition) {
        try {
            return condition.call();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Opens a connection to a port of the kernel's. */
    void connect(int family, int port, TcpEvents client) throws Exception {
        IpEndpoint target = new IpEndpoint(IpAddress.of(kernelAddress(family)), port);
        onLoop(() -> stack.connect(target, ConnectOptions.DEFAULT, client, System.nanoTime()));
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 3000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }

    private void loop() {
        while (!stopping) {
            for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                command.run();
            }
            boolean moved = read();
            stack.advance(System.nanoTime());
            moved |= write();
            if (!moved) {
                waiter.await(stack.nextDeadlineNanos() - System.nanoTime());
            }
        }
    }

    private boolean read() {
        in.clear();
        int count = 0;
        for (int n = tun.read(packet); n > 0; n = in.fits(1500) ? tun.read(packet) : 0) {
            count++;
            if (random.nextDouble() >= loss) {
                in.add(packet, 0, n);
            }
        }
        in.setArrivalNanos(System.nanoTime());
        stack.input(in, System.nanoTime());
        return count > 0;
    }

    private boolean write() {
        boolean moved = false;
        while (stack.isReady(egress)) {
            out.clear();
            int count = stack.pull(egress, out, BATCH * 1280, System.nanoTime());
            for (int i = 0; i < count; i++) {
                if (random.nextDouble() >= loss) {
                    tun.write(out.array(), out.offset(i), out.length(i));
                }
            }
            moved = true;
        }
        return moved;
    }

    private void join() {
        try {
            loop.join(5000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        assertThat(loop.isAlive()).as("the loop is alive").isFalse();
    }

    @Override
    public void close() {
        stopping = true;
        waiter.wake();
        join();
        tun.close();
        waiter.close();
        inside.shutdownNow();
        kernelSide.shutdownNow();
    }
}
