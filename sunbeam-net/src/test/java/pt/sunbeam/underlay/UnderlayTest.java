package pt.sunbeam.underlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.EventLoops;

/** The other end is the JDK's socket, so that the kernel's own cutting and joining is what is tested. */
class UnderlayTest {
    private final EventLoops loops = new EventLoops("underlay-test");
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<IpEndpoint> sources = new LinkedBlockingQueue<>();
    private Underlay underlay;

    @BeforeEach
    void bindToAnyPort() throws Exception {
        underlay = new Underlay(loops.loop(), new Recorder(), Ticker.system());
        onLoop(() -> underlay.bind(0));
    }

    @AfterEach
    void close() throws Exception {
        onLoop(underlay::close);
        loops.close();
    }

    @Test
    void bothFamiliesHaveTheSamePort() {
        assertThat(underlay.status().portV4()).isPositive();
        if (underlay.has(true)) {
            assertThat(underlay.status().portV6()).isEqualTo(underlay.status().portV4());
        }
    }

    @Test
    void thePortIsKeptOverARebind() throws Exception {
        int before = underlay.port();
        onLoop(() -> underlay.bind(0));
        assertThat(underlay.port()).isEqualTo(before);
    }

    @Test
    void aPortThatIsTakenIsReplacedByAnother() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0)) {
            onLoop(() -> underlay.bind(taken.getLocalPort()));
            assertThat(underlay.port()).isPositive().isNotEqualTo(taken.getLocalPort());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aRunArrivesAsItsDatagramsAndTheSmallerLastOneEndsIt(String host) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        try (DatagramSocket peer = new DatagramSocket(0, address)) {
            peer.setSoTimeout(5_000);
            PacketBatch batch = PacketBatch.ofPackets(50, 1312);
            for (int i = 0; i < 50; i++) {
                int at = batch.reserve(i == 30 ? 100 : 1312);
                batch.array()[at] = (byte) i;
            }
            IpEndpoint to = IpEndpoint.of(new InetSocketAddress(address, peer.getLocalPort()));
            onLoop(() -> {
                underlay.send(to, batch);
                underlay.flush();
            });
            for (int i = 0; i < 50; i++) {
                DatagramPacket p = new DatagramPacket(new byte[2000], 2000);
                peer.receive(p);
                assertThat(p.getLength()).isEqualTo(i == 30 ? 100 : 1312);
                assertThat(p.getData()[0]).isEqualTo((byte) i);
            }
            assertThat(underlay.counters().sendFailures()).isZero();
        }
    }

    @Test
    void datagramsComeWithTheirSourceWhoeverSendsBetween() throws Exception {
        try (DatagramSocket a = new DatagramSocket();
                DatagramSocket b = new DatagramSocket()) {
            for (int i = 0; i < 20; i++) {
                byte[] bytes = new byte[i + 1];
                (i % 3 == 0 ? a : b)
                        .send(new DatagramPacket(
                                bytes, bytes.length, new InetSocketAddress("127.0.0.1", underlay.port())));
            }
            for (int i = 0; i < 20; i++) {
                byte[] got = received.poll(5, TimeUnit.SECONDS);
                assertThat(got).hasSize(i + 1);
                assertThat(sources.poll().port()).isEqualTo((i % 3 == 0 ? a : b).getLocalPort());
            }
        }
    }

    @Test
    void anIcmpErrorOfOnePeerDoesNotEndReception() throws Exception {
        int dead;
        try (DatagramSocket gone = new DatagramSocket(0)) {
            dead = gone.getLocalPort();
        }
        IpEndpoint nobody = IpEndpoint.parse("127.0.0.1:" + dead);
        for (int i = 0; i < 5; i++) {
            onLoop(() -> {
                underlay.send(nobody, new byte[] {1});
                underlay.flush();
            });
        }
        try (DatagramSocket a = new DatagramSocket()) {
            a.send(new DatagramPacket(new byte[7], 7, new InetSocketAddress("127.0.0.1", underlay.port())));
            assertThat(received.poll(5, TimeUnit.SECONDS)).hasSize(7);
        }
    }

    @Test
    void anAddressToWhichNothingMayBeSentIsTold() throws Exception {
        IpEndpoint broadcast = IpEndpoint.parse("255.255.255.255:9");
        onLoop(() -> {
            underlay.send(broadcast, new byte[] {1});
            underlay.flush();
        });
        assertThat(failed.poll(5, TimeUnit.SECONDS)).isEqualTo(broadcast);
        assertThat(underlay.counters().sendFailures()).isEqualTo(1);
    }

    @Test
    void aSocketThatTakesDatagramsAgainSaysSoInATurnOfItsOwn() throws Exception {
        try (DatagramSocket peer = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            IpEndpoint to = IpEndpoint.of((InetSocketAddress) peer.getLocalSocketAddress());
            byte[] datagram = new byte[1000];
            onLoop(() -> {
                while (underlay.creditBytes(false) > 0) {
                    underlay.send(to, datagram);
                }
                underlay.flush();
                assertThat(writable.getCount()).isEqualTo(1);
            });
            assertThat(writable.await(5, TimeUnit.SECONDS)).isTrue();
        }
    }

    private final CountDownLatch writable = new CountDownLatch(1);

    private final BlockingQueue<IpEndpoint> failed = new LinkedBlockingQueue<>();

    private void onLoop(Runnable task) throws Exception {
        loops.loop().submit(task).get(5, TimeUnit.SECONDS);
    }

    private final class Recorder implements UnderlayEvents {
        @Override
        public void datagrams(IpEndpoint source, PacketBatch datagrams) {
            for (int i = 0; i < datagrams.count(); i++) {
                sources.add(source);
                received.add(Arrays.copyOf(datagrams.copy(i), datagrams.length(i)));
            }
        }

        @Override
        public void readComplete() {}

        @Override
        public void writable() {
            writable.countDown();
        }

        @Override
        public void sendFailed(IpEndpoint destination) {
            failed.add(destination);
        }
    }
}
