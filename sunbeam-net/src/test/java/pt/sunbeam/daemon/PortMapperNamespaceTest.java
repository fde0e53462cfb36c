package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netcheck.InterfaceAddresses;
import pt.sunbeam.portmap.MappingServices;
import pt.sunbeam.portmap.PortMappingRefusal;
import pt.sunbeam.sim.tun.NetworkNamespace;
import pt.sunbeam.sim.tun.TunDevice;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.EventLoops;

/**
 * A router of three network namespaces: this machine at 192.168.77.2, the router with Debian's miniupnpd, which answers by
 * NAT-PMP and PCP and maps with nftables, and a host of the world at 11.0.0.2.
 */
@Timeout(60)
class PortMapperNamespaceTest {
    private static final int PORT = 41641;

    private static final String ROUTER_RULES = """
            table inet filter {
              chain forward { type filter hook forward priority 0; policy accept; jump miniupnpd; }
              chain miniupnpd { }
              chain prerouting { type nat hook prerouting priority -100; jump prerouting_miniupnpd; }
              chain postrouting { type nat hook postrouting priority 100; oifname wan0 masquerade; }
              chain prerouting_miniupnpd { }
              chain postrouting_miniupnpd { }
            }
            """;

    private static final String ROUTER_SETTINGS = """
            ext_ifname=wan0
            listening_ip=lan0
            enable_natpmp=yes
            enable_upnp=no
            upnp_forward_chain=miniupnpd
            upnp_nat_chain=prerouting_miniupnpd
            upnp_nat_postrouting_chain=postrouting_miniupnpd
            upnp_table_name=filter
            upnp_nat_table_name=filter
            allow 1024-65535 192.168.77.0/24 1024-65535
            deny 0-65535 0.0.0.0/0 0-65535
            """;

    @TempDir
    Path folder = Path.of("");

    private final EventLoops loops = new EventLoops("port-mapper");
    private final ExecutorService router = Executors.newSingleThreadExecutor();
    private final ExecutorService world = Executors.newSingleThreadExecutor();
    private final BlockingQueue<String> mapped = new LinkedBlockingQueue<>();
    private final BlockingQueue<MappingServices> services = new LinkedBlockingQueue<>();
    private @Nullable Process holder;
    private @Nullable Process daemon;
    private @Nullable PortMapper mapper;

    private final PortMapper.Listener listener = new PortMapper.Listener() {
        @Override
        public void mapped(@Nullable IpEndpoint external) {
            mapped.add(external == null ? "nothing" : external.toString());
        }

        @Override
        public void services(@Nullable MappingServices now) {
            services.add(now == null ? MappingServices.NONE : now);
        }

        @Override
        public void turned() {}
    };

    /** Debian installs daemons where the path of a user may not lead. */
    private static @Nullable Path program(String name) {
        return Stream.concat(
                        Arrays.stream(System.getenv("PATH").split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin"))
                .map(each -> Path.of(each, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    @BeforeEach
    void aRouterBetweenTwoHosts() throws Exception {
        assumeTrue(TunDevice.missing().isEmpty(), () -> "needs " + TunDevice.missing());
        for (String needed : List.of("ip", "nft", "miniupnpd")) {
            assumeTrue(program(needed) != null, "needs " + needed);
        }
        router(() -> {
            NetworkNamespace.enterNew();
            holder = new ProcessBuilder("sleep", "600").start();
            return "";
        });
        String routerPid = String.valueOf(holder == null ? 0 : holder.pid());
        in(loops.loop()::submit, () -> enterWithLink("eth0", "lan0", routerPid));
        in(world::submit, () -> enterWithLink("eth0", "wan0", routerPid));
        run(loops.loop()::submit, "ip addr add 192.168.77.2/24 dev eth0", "ip route add default via 192.168.77.1");
        run(world::submit, "ip addr add 11.0.0.2/24 dev eth0");
        Path rules = Files.writeString(folder.resolve("router.nft"), ROUTER_RULES);
        run(
                router::submit,
                "ip link set lo up",
                "ip link set lan0 up",
                "ip link set wan0 up",
                "ip addr add 192.168.77.1/24 dev lan0",
                "nft -f " + rules);
        router(() -> {
            NetworkNamespace.sysctl("net.ipv4.ip_forward", "1");
            return "";
        });
    }

    private static String enterWithLink(String here, String atRouter, String routerPid) throws Exception {
        NetworkNamespace.enterNew();
        NetworkNamespace.run("ip link set lo up");
        NetworkNamespace.run("ip link add " + here + " type veth peer name " + atRouter + " netns " + routerPid);
        return NetworkNamespace.run("ip link set " + here + " up");
    }

    @AfterEach
    void end() throws Exception {
        if (mapper != null) {
            closeMapper();
        }
        for (Process each : Stream.of(daemon, holder).filter(p -> p != null).toList()) {
            each.destroyForcibly().waitFor();
        }
        router.shutdownNow();
        world.shutdownNow();
        loops.close();
    }

    /** A thread in a namespace. */
    private interface Owner {
        Future<String> submit(Callable<String> work);
    }

    private static String in(Owner owner, Callable<String> work) throws Exception {
        return owner.submit(work).get(30, TimeUnit.SECONDS);
    }

    private String router(Callable<String> work) throws Exception {
        return in(router::submit, work);
    }

    private static void run(Owner owner, String... commands) throws Exception {
        for (String command : commands) {
            in(owner, () -> NetworkNamespace.run(command));
        }
    }

    private void startRouter(String outerAddress) throws Exception {
        run(router::submit, "ip addr add " + outerAddress + "/24 dev wan0");
        Path settings = Files.writeString(folder.resolve("miniupnpd.conf"), ROUTER_SETTINGS);
        Path log = folder.resolve("miniupnpd.log");
        router(() -> {
            daemon = new ProcessBuilder(
                            String.valueOf(program("miniupnpd")),
                            "-d",
                            "-f",
                            settings.toString(),
                            "-P",
                            folder.resolve("pid").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            return "";
        });
        awaitTrue(() -> Files.readString(log).contains("Listening for NAT-PMP/PCP"));
    }

    private static void awaitTrue(Callable<Boolean> condition) throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.call()) {
            assertThat(System.nanoTime()).isLessThan(untilNanos);
            Thread.onSpinWait();
        }
    }

    private void startMapper() throws Exception {
        startMapper(true);
    }

    private void startMapper(boolean allowed) throws Exception {
        in(loops.loop()::submit, () -> {
            Ticker ticker = Ticker.system();
            mapper = new PortMapper(allowed, loops.loop(), new Random(1), ticker, listener);
            mapper.networkChanged(InterfaceAddresses.present(), PORT, ticker.nanos());
            return "";
        });
    }

    private void closeMapper() throws Exception {
        in(loops.loop()::submit, () -> {
            if (mapper != null) {
                mapper.close();
            }
            return "";
        });
    }

    private String onLoop(Function<PortMapper, String> question) throws Exception {
        return in(loops.loop()::submit, () -> mapper == null ? "" : question.apply(mapper));
    }

    private static String refusals(PortMapper mapper) {
        return String.valueOf(mapper.counters().refused(PortMappingRefusal.GATEWAY_REFUSED));
    }

    private String rules() throws Exception {
        return router(() -> NetworkNamespace.run("nft list ruleset"));
    }

    @Test
    void aDatagramOfTheWorldArrivesThroughThePortThatTheRouterGranted() throws Exception {
        startRouter("11.0.0.1");
        startMapper();
        assertThat(mapped.poll(10, TimeUnit.SECONDS)).isEqualTo("11.0.0.1:" + PORT);
        DatagramSocket[] own = new DatagramSocket[1];
        in(loops.loop()::submit, () -> {
            own[0] = new DatagramSocket(PORT);
            return "";
        });
        byte[] hello = "hello".getBytes(StandardCharsets.US_ASCII);
        in(world::submit, () -> {
            try (DatagramSocket outside = new DatagramSocket()) {
                outside.send(new DatagramPacket(
                        hello, hello.length, IpAddress.parse("11.0.0.1").toInetAddress(), PORT));
            }
            return "";
        });
        DatagramPacket arrived = new DatagramPacket(new byte[100], 100);
        try (DatagramSocket socket = own[0]) {
            socket.setSoTimeout(10_000);
            socket.receive(arrived);
        }
        assertThat(arrived.getLength()).isEqualTo(hello.length);
        assertThat(arrived.getAddress().getHostAddress()).isEqualTo("11.0.0.2");
    }

    @Test
    void aUserWhoWantsNoneIsNotAskedFor() throws Exception {
        startRouter("11.0.0.1");
        startMapper(false);
        assertThat(onLoop(
                        each -> each.nextDeadlineNanos() + " " + each.counters().sent()))
                .isEqualTo(Deadline.NONE + " 0");
    }

    @Test
    void miniupnpdIsAskedByPcpAndShownByBothNames() throws Exception {
        startRouter("11.0.0.1");
        startMapper();
        assertThat(mapped.poll(10, TimeUnit.SECONDS)).isNotNull();
        MappingServices told = services.poll(10, TimeUnit.SECONDS);
        while (told != null && !told.mapped()) {
            told = services.poll(10, TimeUnit.SECONDS);
        }
        assertThat(told).isEqualTo(new MappingServices(true, true, true));
        assertThat(told).extracting(MappingServices::names).isEqualTo(List.of("NAT-PMP", "PCP"));
        assertThat(Files.readString(folder.resolve("miniupnpd.log"))).contains("PCP MAP");
    }

    @Test
    void atTheEndTheRouterForgetsTheMapping() throws Exception {
        startRouter("11.0.0.1");
        startMapper();
        assertThat(mapped.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(rules()).contains("dport " + PORT);
        closeMapper();
        awaitTrue(() -> !rules().contains("dport " + PORT));
        assertThat(mapped.poll(10, TimeUnit.SECONDS)).isEqualTo("nothing");
    }

    @Test
    void aRouterThatStartedAnewGrantsTheSamePortAgain() throws Exception {
        startRouter("11.0.0.1");
        startMapper();
        assertThat(mapped.poll(10, TimeUnit.SECONDS)).isEqualTo("11.0.0.1:" + PORT);
        if (daemon != null) {
            daemon.destroyForcibly().waitFor();
        }
        run(router::submit, "ip addr del 11.0.0.1/24 dev wan0", "nft flush chain inet filter prerouting_miniupnpd");
        startRouter("11.0.0.7");
        in(loops.loop()::submit, () -> {
            if (mapper != null) {
                mapper.networkChanged(InterfaceAddresses.present(), PORT, System.nanoTime());
            }
            return "";
        });
        assertThat(mapped.poll(10, TimeUnit.SECONDS)).isEqualTo("nothing");
        assertThat(mapped.poll(10, TimeUnit.SECONDS)).isEqualTo("11.0.0.7:" + PORT);
    }

    /** At its start miniupnpd refuses to serve behind another NAT; one that gets there later does not look again. */
    @Test
    void aRouterThatMovedBehindAnotherNatGrantsAPortThere() throws Exception {
        startRouter("11.0.0.1");
        run(router::submit, "ip addr del 11.0.0.1/24 dev wan0", "ip addr add 10.9.9.9/24 dev wan0");
        startMapper();
        assertThat(mapped.poll(10, TimeUnit.SECONDS)).isEqualTo("10.9.9.9:" + PORT);
        assertThat(onLoop(each -> String.valueOf(each.counters().doubleNat()))).isEqualTo("1");
    }

    @Test
    void aRouterThatRefusesToServeBehindAnotherNatIsCounted() throws Exception {
        startRouter("10.9.9.9");
        startMapper();
        awaitTrue(() -> !"0".equals(onLoop(PortMapperNamespaceTest::refusals)));
        assertThat(mapped).isEmpty();
    }
}
