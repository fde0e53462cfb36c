package pt.sunbeam.underlay;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.transport.EventLoops;

@Timeout(30)
class GatewaySocketTest {
    private final EventLoops loops = new EventLoops("gateway-socket");
    private final BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    private final BlockingQueue<IpEndpoint> sources = new LinkedBlockingQueue<>();
    private DatagramSocket router;
    private GatewaySocket socket;

    @BeforeEach
    void aRouterOnThisMachine() throws Exception {
        router = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        IpEndpoint gateway = IpEndpoint.of((InetSocketAddress) router.getLocalSocketAddress());
        socket = loops.loop()
                .submit(() -> Objects.requireNonNull(GatewaySocket.open(loops.loop(), gateway, (source, b) -> {
                    sources.add(source);
                    received.add(b);
                })))
                .get();
    }

    @AfterEach
    void end() {
        router.close();
        loops.close();
    }

    private void send(String text) throws Exception {
        loops.loop().submit(() -> socket.send(text.getBytes())).get();
    }

    private SocketAddress heardBy(DatagramSocket by) throws Exception {
        DatagramPacket packet = new DatagramPacket(new byte[100], 100);
        by.receive(packet);
        return packet.getSocketAddress();
    }

    private static void answer(DatagramSocket from, String text, SocketAddress to) throws Exception {
        from.send(new DatagramPacket(text.getBytes(), text.length(), to));
    }

    @Test
    void theRouterIsAskedFromTheAddressThatTheSystemChose() throws Exception {
        send("who is there");
        InetSocketAddress from = (InetSocketAddress) heardBy(router);
        assertThat(IpAddress.of(from.getAddress()))
                .isEqualTo(socket.ownAddress())
                .isEqualTo(IpAddress.LOOPBACK_V4);
    }

    @Test
    void whatDoesNotComeFromTheRouterNeverArrives() throws Exception {
        send("who is there");
        SocketAddress own = heardBy(router);
        try (DatagramSocket stranger = new DatagramSocket()) {
            answer(stranger, "me", own);
        }
        answer(router, "I am", own);
        assertThat(received.poll(10, TimeUnit.SECONDS)).asString().isEqualTo("I am");
        assertThat(sources.poll()).isEqualTo(IpEndpoint.of((InetSocketAddress) router.getLocalSocketAddress()));
        assertThat(received).isEmpty();
    }

    @Test
    void aRouterWithoutTheServiceIsAnErrorThatEndsNothing() throws Exception {
        send("who is there");
        SocketAddress own = heardBy(router);
        int port = router.getLocalPort();
        router.close();
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (loops.loop().submit(socket::receiveErrors).get() == 0) {
            assertThat(System.nanoTime()).isLessThan(untilNanos);
            send("still there?");
        }
        router = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        answer(router, "I am", own);
        assertThat(received.poll(10, TimeUnit.SECONDS)).asString().isEqualTo("I am");
    }
}
