package pt.sunbeam.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static pt.sunbeam.network.NetlinkMessagesTest.address;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pt.sunbeam.sim.tun.NetworkNamespace;
import pt.sunbeam.sim.tun.TunDevice;

/** The monitor and a real kernel, in a network namespace of their own: each change is heard within a second. */
@Timeout(60)
class NetworkMonitorNamespaceTest {
    private static final NetworkChange ADDRESSES = new NetworkChange(true, false, true);
    private static final NetworkChange ROUTE = new NetworkChange(false, true, true);

    private final BlockingQueue<NetworkChange> heard = new LinkedBlockingQueue<>();
    /** The listener's thread waits while a test holds the permit. */
    private final Semaphore mayGoOn = new Semaphore(1);

    private final ExecutorService inside = Executors.newSingleThreadExecutor();
    private @Nullable NetworkMonitor monitor;

    @BeforeEach
    void aNamespaceWithALinkAndADefaultRoute() throws Exception {
        assumeTrue(TunDevice.missing().isEmpty(), () -> "needs " + TunDevice.missing());
        boolean ip = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "ip")));
        assumeTrue(ip, "needs ip");
        in(() -> {
            NetworkNamespace.enterNew();
            return "";
        });
        run("ip link set lo up");
        run("ip link add eth7 type veth peer name eth8");
        run("ip link set eth8 up");
        run("ip link set eth7 up");
        run("ip addr add 192.0.2.7/24 dev eth7");
        run("ip route add default via 192.0.2.1");
        awaitCarrier();
        monitor = in(() -> NetworkMonitor.start(new NetworkListener() {
            @Override
            public void networkChanged(NetworkChange change) {
                heard.add(change);
                mayGoOn.acquireUninterruptibly();
                mayGoOn.release();
            }

            @Override
            public void woke(long sleptNanos) {}
        }));
        awaitFirstReading();
    }

    @AfterEach
    void end() {
        if (monitor != null) {
            monitor.close();
        }
        inside.shutdownNow();
    }

    private <T> T in(Callable<T> work) throws Exception {
        return inside.submit(work).get(30, TimeUnit.SECONDS);
    }

    private void run(String command) throws Exception {
        in(() -> NetworkNamespace.run(command));
    }

    private NetworkState state() {
        NetworkState state = monitor == null ? null : monitor.state();
        return state == null ? NetworkState.UNKNOWN : state;
    }

    /** The kernel says some time after the command that both ends are up. */
    private void awaitCarrier() throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!in(() -> NetworkNamespace.run("ip link show eth7")).contains("state UP")) {
            assertThat(System.nanoTime()).isLessThan(untilNanos);
        }
    }

    private void awaitFirstReading() {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (state().defaultV4() == null) {
            assertThat(System.nanoTime()).isLessThan(untilNanos);
            Thread.onSpinWait();
        }
    }

    private void hearsWithinASecond(NetworkChange expected) throws InterruptedException {
        assertThat(heard.poll(1, TimeUnit.SECONDS)).isEqualTo(expected);
    }

    @Test
    void addressesAndRoutesAreHeardOf() throws Exception {
        run("ip addr add 198.51.100.7/24 dev eth7");
        hearsWithinASecond(ADDRESSES);
        assertThat(state().hasAddress(address("198.51.100.7"))).isTrue();

        run("ip addr del 198.51.100.7/24 dev eth7");
        hearsWithinASecond(ADDRESSES);
        assertThat(state().hasAddress(address("198.51.100.7"))).isFalse();

        run("ip route replace default via 192.0.2.2");
        hearsWithinASecond(ROUTE);
        assertThat(state().defaultV4()).isEqualTo(new DefaultRoute("eth7", address("192.0.2.2")));

        assertThat(heard).isEmpty();
    }

    @Test
    void theSixthVersionAndLinksAreHeardOf() throws Exception {
        run("ip addr add 2001:db8::7/64 dev eth7 nodad");
        hearsWithinASecond(ADDRESSES);

        run("ip -6 route add default via 2001:db8::1");
        hearsWithinASecond(ROUTE);
        assertThat(state().defaultV6()).isEqualTo(new DefaultRoute("eth7", address("2001:db8::1")));

        run("ip link set eth7 down");
        hearsWithinASecond(new NetworkChange(true, true, true));
        assertThat(state()).isEqualTo(NetworkState.UNKNOWN);
        assertThat(heard).isEmpty();
    }

    @Test
    void aCableThatIsPulledOnTheOtherSideIsHeardOf() throws Exception {
        run("ip link set eth8 down");
        hearsWithinASecond(new NetworkChange(true, true, true));
    }

    @Test
    void aBridgeForContainersIsNoOtherWay() throws Exception {
        run("ip link add br7 type veth peer name br8");
        run("ip link set br8 up");
        run("ip link set br7 up");
        run("ip addr add 172.17.0.1/16 dev br7");
        hearsWithinASecond(new NetworkChange(true, false, false));
    }

    @Test
    void anOverflowOfTheSocketCountsAsAChange(@TempDir Path folder) throws Exception {
        Path flood = folder.resolve("flood");
        Files.write(
                flood,
                IntStream.range(0, 2000)
                        .mapToObj(i -> "route add 10." + (i >> 8) + "." + (i & 255) + ".0/24 via 192.0.2.9")
                        .toList());
        mayGoOn.acquire();
        run("ip addr add 198.51.100.7/24 dev eth7");
        hearsWithinASecond(ADDRESSES);
        run("ip -batch " + flood);
        run("ip addr add 198.51.100.8/24 dev eth7");
        mayGoOn.release();
        hearsWithinASecond(ADDRESSES);
        assertThat(state().hasAddress(address("198.51.100.8"))).isTrue();
    }

    @Test
    void noiseIsNotTold() throws Exception {
        run("ip route add 203.0.113.0/24 via 192.0.2.9");
        run("ip neigh add 192.0.2.9 lladdr 02:00:00:00:00:01 dev eth7");
        run("ip addr add 127.0.0.2/8 dev lo");
        TunDevice tunnel = in(() -> TunDevice.open("tun7"));
        run("ip addr add 100.64.0.7/10 dev tun7");
        run("ip link set tun7 up");
        run("ip addr add 198.51.100.7/24 dev eth7");
        hearsWithinASecond(ADDRESSES);
        assertThat(state().interfaces())
                .containsExactly(new InterfaceState("eth7", Set.of(address("192.0.2.7"), address("198.51.100.7"))));
        assertThat(heard).isEmpty();
        tunnel.close();
    }
}
