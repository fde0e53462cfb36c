package pt.sunbeam.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.dataplane.TailnetNames;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.netcheck.InterfaceAddresses;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.netcheck.ProbeRegion;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.netmap.NetmapDiff;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.path.PingListener;
import pt.sunbeam.portmap.MappingServices;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.transport.Dialer;
import pt.sunbeam.transport.EventLoops;
import pt.sunbeam.transport.Trust;
import pt.sunbeam.wireguard.TimestampSource;

/** What is wired together in the tunnel, with the sockets of this machine. */
class TunnelTest {
    /** XOR-MAPPED-ADDRESS of 203.0.113.5:4660. */
    private static final byte[] MAPPED = HexFormat.of().parseHex("0020000800013326ea12d547");

    private static final IpEndpoint OLD = new IpEndpoint(IpAddress.v4(0xcb007105), 0x1234);

    private final EventLoops loops = new EventLoops("tunnel-test");
    private final Random random = new Random(1);
    private final BlockingQueue<List<IpEndpoint>> told = new LinkedBlockingQueue<>();
    private final DatagramSocket server = server();
    private final AtomicLong looksAtTheClock = new AtomicLong();

    private final EngineEvents events = new EngineEvents() {
        @Override
        public void relayChanged() {}

        @Override
        public void measured(NetReport report) {}

        @Override
        public void portMapping(@Nullable MappingServices services) {}

        @Override
        public void endpoints(List<HostState.Endpoint> endpoints) {
            told.add(endpoints.stream().map(HostState.Endpoint::address).toList());
        }
    };

    private final PingListener nobody = new PingListener() {
        @Override
        public void pongFrom(IpEndpoint endpoint, long roundTripNanos) {}

        @Override
        public void pongThroughRelay(int region, long roundTripNanos) {}
    };

    private final Tunnel tunnel =
            loops.loop().submit(this::open).syncUninterruptibly().getNow();

    private static DatagramSocket server() {
        try {
            return new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (SocketException e) {
            throw new IllegalStateException(e);
        }
    }

    private Tunnel open() {
        return new Tunnel(
                NodePrivate.generate(random),
                DiscoPrivate.generate(random),
                InterfaceAddresses.NONE,
                new Dialer(loops.loop(), Trust.platform()),
                new TimestampSource(InstantSource.system()),
                StackConfig.DEFAULT,
                random,
                () -> {
                    looksAtTheClock.incrementAndGet();
                    return System.nanoTime();
                },
                InstantSource.system(),
                false,
                events);
    }

    private void turn(Runnable task) {
        loops.loop().submit(task).syncUninterruptibly();
    }

    private void answerOnce() throws Exception {
        DatagramPacket p = new DatagramPacket(new byte[100], 100);
        server.setSoTimeout(5000);
        server.receive(p);
        byte[] answer = new byte[32];
        System.arraycopy(p.getData(), 0, answer, 0, 20);
        answer[0] = 1;
        answer[3] = 12;
        System.arraycopy(MAPPED, 0, answer, 20, 12);
        server.send(new DatagramPacket(answer, answer.length, p.getSocketAddress()));
    }

    @AfterEach
    void close() {
        turn(tunnel::close);
        loops.close();
        server.close();
    }

    @Test
    void onAnotherNetworkNobodyIsToldWhatWasMeasuredOnTheLast() throws Exception {
        Node peer = PingMaps.node(2, "db.tail.test.", "100.64.0.2/32")
                .edit()
                .discoKey(DiscoPrivate.generate(random).publicKey())
                .homeDerp(1)
                .node();
        Netmap map = PingMaps.map(peer);
        IpEndpoint stun = new IpEndpoint(IpAddress.v4(0x7f000001), server.getLocalPort());
        turn(() -> {
            tunnel.onNetmap(map, NetmapDiff.between(null, map), TailnetNames.of(map));
            tunnel.measure(List.of(new ProbeRegion(1, List.of(stun), List.of())));
        });
        answerOnce();
        List<IpEndpoint> found = told.poll(5, TimeUnit.SECONDS);
        while (found != null && !found.contains(OLD)) {
            found = told.poll(5, TimeUnit.SECONDS);
        }
        assertThat(found).contains(OLD);
        turn(() -> {
            assertThat(tunnel.ping(peer.key(), nobody)).isTrue();
            told.clear();
            tunnel.networkChanged(InterfaceAddresses.NONE);
        });
        assertThat(told).noneMatch(endpoints -> endpoints.contains(OLD));
    }

    @Test
    void aTunnelThatIsClosedBeforeItsPumpDoesNothingAnyMore() {
        long[] before = new long[1];
        turn(() -> {
            tunnel.pump();
            tunnel.close();
            before[0] = looksAtTheClock.get();
        });
        turn(() -> assertThat(looksAtTheClock.get()).isEqualTo(before[0]));
    }
}
