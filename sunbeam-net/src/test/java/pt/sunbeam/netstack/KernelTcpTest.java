package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;

/** The stack against the TCP of the kernel this runs on, over a TUN device in a namespace of its own. */
class KernelTcpTest extends KernelTest {
    private int streamBytes = 20_000_000;

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void streamsToAKernelServerArriveWholeAndCloseBothWays(int family) throws Exception {
        ServerSocket server = in(() -> new ServerSocket(0, 10, kernelAddress(family)));
        Future<KernelExchange> kernel =
                kernelSide.submit(() -> KernelExchange.run(server.accept(), streamBytes, kernelSide));
        StreamPeer client = new StreamPeer(5, streamBytes);
        IpEndpoint target = new IpEndpoint(IpAddress.of(kernelAddress(family)), server.getLocalPort());
        onLoop(() -> stack.connect(target, ConnectOptions.DEFAULT, client, System.nanoTime()));
        verify(client, kernel.get(60, TimeUnit.SECONDS));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void streamsFromAKernelClientArriveWholeAndCloseBothWays(int family) throws Exception {
        StreamPeer server = new StreamPeer(6, streamBytes);
        bed.listen(80, server);
        Socket socket = in(() -> new Socket(ours(family).toInetAddress(), 80));
        verify(server, KernelExchange.run(socket, streamBytes, kernelSide));
    }

    private void verify(StreamPeer ours, KernelExchange kernel) throws InterruptedException {
        await(() -> ours.closed);
        assertThat(ours.received).isEqualTo(streamBytes);
        assertThat(ours.receivedHash()).isEqualTo(kernel.sentHash());
        assertThat(ours.sentHash()).isEqualTo(kernel.receivedHash());
        assertThat(ours.reset).isNull();
    }

    @Test
    void aClosedKernelPortRefuses() throws Exception {
        StreamPeer client = new StreamPeer(5, 0);
        IpEndpoint target = new IpEndpoint(IpAddress.of(kernelAddress(4)), 9);
        onLoop(() -> stack.connect(target, ConnectOptions.DEFAULT, client, System.nanoTime()));
        await(() -> client.failure == ConnectFailure.REFUSED);
    }

    @Test
    void ourClosedPortRefusesTheKernel() {
        assertThatThrownBy(() -> in(() -> new Socket(OURS_4.toInetAddress(), 9)))
                .hasCauseInstanceOf(ConnectException.class);
    }

    @Test
    void resetsAreUnderstoodBothWays() throws Exception {
        StreamPeer server = new StreamPeer(6, 0);
        server.silent = true;
        bed.listen(80, server);
        Socket first = in(() -> new Socket(OURS_4.toInetAddress(), 80));
        await(() -> server.connected);
        first.setSoLinger(true, 0);
        first.close();
        await(() -> server.reset == ResetCause.PEER_RESET);
        server.connected = false;
        Socket second = in(() -> new Socket(OURS_4.toInetAddress(), 80));
        await(() -> server.connected);
        TcpConnection c = server.connection;
        onLoop(c::abort);
        assertThatThrownBy(() -> second.getInputStream().read()).isInstanceOf(SocketException.class);
    }

    @Test
    void theKernelPingsUs() throws Exception {
        assertThat(in(() -> ours(4).toInetAddress().isReachable(3000))).isTrue();
        assertThat(in(() -> ours(6).toInetAddress().isReachable(3000))).isTrue();
        assertThat(stack.status().counters().drops())
                .as("answered by ICMP, not by a refused TCP port")
                .doesNotContainKey(DropCause.TCP_NO_CONNECTION);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.005, 0.03})
    void lossBothWaysChangesNoByte(double probability) throws Exception {
        bed.loss = probability;
        streamBytes = 3_000_000;
        streamsFromAKernelClientArriveWholeAndCloseBothWays(4);
    }

    @Test
    void aKernelReaderThatPausesIsProbedAndGoesOn() throws Exception {
        ServerSocket server = in(() -> new ServerSocket(0, 10, kernelAddress(4)));
        StreamPeer client = new StreamPeer(5, streamBytes);
        IpEndpoint target = new IpEndpoint(IpAddress.of(kernelAddress(4)), server.getLocalPort());
        onLoop(() -> stack.connect(target, ConnectOptions.DEFAULT, client, System.nanoTime()));
        try (Socket socket = server.accept()) {
            Thread.sleep(2500);
            CRC32 received = new CRC32();
            byte[] b = new byte[65536];
            InputStream in = socket.getInputStream();
            for (int n = in.read(b); n >= 0; n = in.read(b)) {
                received.update(b, 0, n);
            }
            assertThat(received.getValue()).isEqualTo(client.sentHash());
        }
        await(() -> client.closed);
    }
}
