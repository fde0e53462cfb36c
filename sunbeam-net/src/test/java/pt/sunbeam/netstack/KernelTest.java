package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.sim.tun.NetworkNamespace;
import pt.sunbeam.sim.tun.TunDevice;
import pt.sunbeam.sim.tun.TunWaiter;

/** The stack in a thread of its own beside the kernel this runs on, over a TUN device in a namespace of its own. */
abstract class KernelTest {
    static final IpAddress OURS_4 = IpAddress.v4(0x64400002);
    static final IpAddress OURS_6 = IpAddress.v6(0xfd7a115ca1e00000L, 2);
    volatile double loss;

    private ExecutorService inside;
    final ExecutorService kernelSide = Executors.newCachedThreadPool();
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private TunDevice tun;
    private TunWaiter waiter;
    Stack stack;
    private Egress egress;
    private volatile boolean stopping;
    private Thread loop;

    @BeforeEach
    void begin() throws Exception {
        String missing = TunDevice.missing();
        assumeTrue(missing.isEmpty(), () -> "needs " + missing);
        inside = Executors.newSingleThreadExecutor();
        tun = in(() -> TunDevice.openInNewNamespace(
                "ip link set lo up",
                "ip link set tun0 mtu 1280 txqueuelen 5000 up",
                "ip addr add 100.64.0.1/24 dev tun0",
                "ip addr add fd7a:115c:a1e0::1/64 dev tun0 nodad"));
        waiter = new TunWaiter(tun);
        await(this::takesPackets);
        Egress[] holder = new Egress[1];
        stack = new Stack(StackConfig.DEFAULT, new SplittableRandom(1), address -> holder[0]);
        egress = stack.newEgress("tun", e -> {});
        holder[0] = egress;
        stack.setAddresses(List.of(OURS_4, OURS_6));
        loop = Thread.ofPlatform().name("stack").start(this::loop);
    }

    /** The kernel installs the route to an IPv6 address of its own some time after the address. */
    private boolean takesPackets() {
        try {
            return in(() -> NetworkNamespace.run("ip -6 route show table local"))
                    .contains("local fd7a:115c:a1e0::1");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void end() throws Exception {
        stopping = true;
        if (loop != null) {
            waiter.wake();
            loop.join(5000);
            tun.close();
            waiter.close();
            inside.shutdownNow();
        }
        kernelSide.shutdownNow();
    }

    /** Runs in the thread that lives in the namespace. */
    <T> T in(Callable<T> work) throws Exception {
        return inside.submit(work).get(60, TimeUnit.SECONDS);
    }

    void onLoop(Runnable command) {
        commands.add(command);
        waiter.wake();
    }

    private void loop() {
        PacketBatch in = PacketBatch.ofPackets(64, 1500);
        PacketBatch out = PacketBatch.ofPackets(64, 1280);
        byte[] packet = new byte[65536];
        SplittableRandom random = new SplittableRandom(11);
        while (!stopping) {
            for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
                command.run();
            }
            in.clear();
            for (int n = tun.read(packet); n > 0; n = in.fits(1500) ? tun.read(packet) : 0) {
                if (random.nextDouble() >= loss) {
                    in.add(packet, 0, n);
                }
            }
            in.setArrivalNanos(System.nanoTime());
            stack.input(in, System.nanoTime());
            stack.advance(System.nanoTime());
            boolean moved = !in.isEmpty();
            while (stack.isReady(egress)) {
                out.clear();
                int count = stack.pull(egress, out, 64 * 1280, System.nanoTime());
                for (int i = 0; i < count; i++) {
                    if (random.nextDouble() >= loss) {
                        tun.write(out.array(), out.offset(i), out.length(i));
                    }
                }
                moved = true;
            }
            if (!moved) {
                waiter.await(stack.nextDeadlineNanos() - System.nanoTime());
            }
        }
    }

    static InetAddress kernelAddress(int family) throws Exception {
        return InetAddress.getByName(family == 4 ? "100.64.0.1" : "fd7a:115c:a1e0::1");
    }

    static IpAddress ours(int family) {
        return family == 4 ? OURS_4 : OURS_6;
    }

    static void await(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 3000 && !condition.getAsBoolean(); i++) {
            Thread.sleep(10);
        }
        assertThat(condition.getAsBoolean()).isTrue();
    }
}
