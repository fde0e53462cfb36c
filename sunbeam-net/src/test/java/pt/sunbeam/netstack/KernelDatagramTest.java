package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.datagram.Received;
import pt.sunbeam.netstack.datagram.SendResult;
import pt.sunbeam.netstack.icmp.EchoEvents;
import pt.sunbeam.netstack.icmp.EchoSocket;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.udp.UdpEvents;
import pt.sunbeam.netstack.udp.UdpSocket;

/** UDP, echoes and fragments between the stack and the kernel this runs on. */
class KernelDatagramTest extends KernelTest {
    private final ByteBuffer target = ByteBuffer.allocate(65536);
    private final Received from = new Received();

    @ParameterizedTest
    @CsvSource({"4,56", "6,56", "4,4000", "6,4000", "4,65000", "6,65000"})
    void theKernelPingsUs(int family, int bytes) throws Exception {
        byte[] payload = TestPacket.bytes(bytes, 5);
        assertThat(in(() -> KernelPing.echo(ours(family), payload))).isEqualTo(payload);
    }

    @ParameterizedTest
    @CsvSource({"4,56", "6,56", "4,4000"})
    void wePingTheKernel(int family, int bytes) throws Exception {
        byte[] payload = TestPacket.bytes(bytes, 6);
        ConcurrentLinkedQueue<byte[]> replies = new ConcurrentLinkedQueue<>();
        IpAddress kernel = IpAddress.of(kernelAddress(family));
        onLoop(() -> stack.openEcho(kernel, new EchoEvents() {
                    @Override
                    public void replied(EchoSocket s) {
                        int n = s.receive(target.clear(), from);
                        replies.add(Arrays.copyOf(target.array(), n));
                    }
                })
                .send(1, ByteBuffer.wrap(payload)));
        await(() -> !replies.isEmpty());
        assertThat(replies.remove()).isEqualTo(payload);
    }

    /** Answers each datagram with its first bytes. */
    private UdpEvents answering(int mostBytes) {
        return new UdpEvents() {
            @Override
            public void readable(UdpSocket s) {
                for (int n = s.receive(target.clear(), from); n >= 0; n = s.receive(target.clear(), from)) {
                    s.send(from.endpoint(), target.flip().limit(Math.min(n, mostBytes)));
                }
            }
        };
    }

    @ParameterizedTest
    @CsvSource({"4,10,10", "6,10,10", "4,3000,3000", "6,3000,1232", "4,65000,65000", "6,65000,1"})
    void theKernelsDatagramsAreAnswered(int family, int bytes, int answered) throws Exception {
        onLoop(() -> stack.udpBind(53, answering(answered)));
        DatagramSocket socket = in(DatagramSocket::new);
        socket.setSoTimeout(3000);
        socket.connect(new InetSocketAddress(ours(family).toInetAddress(), 53));
        byte[] data = TestPacket.bytes(bytes, 7);
        DatagramPacket answer = new DatagramPacket(new byte[65536], 65536);
        for (int i = 0; i < 20; i++) {
            data[0] = (byte) i;
            socket.send(new DatagramPacket(data, data.length));
            socket.receive(answer);
            assertThat(answer.getLength()).isEqualTo(answered);
            assertThat(Arrays.copyOf(answer.getData(), answered)).isEqualTo(Arrays.copyOf(data, answered));
        }
    }

    @ParameterizedTest
    @CsvSource({"4,3000", "6,1232"})
    void weSendToAKernelSocketAndHearItsAnswer(int family, int bytes) throws Exception {
        DatagramSocket kernel = in(() -> new DatagramSocket(0, kernelAddress(family)));
        Future<Object> server = kernelSide.submit(() -> {
            DatagramPacket p = new DatagramPacket(new byte[65536], 65536);
            kernel.receive(p);
            kernel.send(p);
            return null;
        });
        ConcurrentLinkedQueue<byte[]> answers = new ConcurrentLinkedQueue<>();
        byte[] data = TestPacket.bytes(bytes, 8);
        IpEndpoint to = new IpEndpoint(IpAddress.of(kernelAddress(family)), kernel.getLocalPort());
        onLoop(() -> {
            UdpSocket socket = stack.udpConnect(to, new UdpEvents() {
                @Override
                public void readable(UdpSocket s) {
                    int n = s.receive(target.clear(), from);
                    answers.add(Arrays.copyOf(target.array(), n));
                }
            });
            assertThat(socket.send(ByteBuffer.wrap(data))).isEqualTo(SendResult.SENT);
        });
        await(() -> !answers.isEmpty());
        assertThat(answers.remove()).isEqualTo(data);
        server.get();
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 6})
    void theKernelsPortUnreachableReachesTheSocket(int family) throws Exception {
        ConcurrentLinkedQueue<Icmp.ErrorKind> told = new ConcurrentLinkedQueue<>();
        IpEndpoint to = new IpEndpoint(IpAddress.of(kernelAddress(family)), 9);
        onLoop(() -> stack.udpConnect(to, new UdpEvents() {
                    @Override
                    public void unreachable(UdpSocket s, IpEndpoint remote, Icmp.ErrorKind kind) {
                        told.add(kind);
                    }
                })
                .send(ByteBuffer.allocate(100)));
        await(() -> !told.isEmpty());
        assertThat(told).containsExactly(Icmp.ErrorKind.REFUSED);
    }

    @ParameterizedTest
    @CsvSource({"4,10", "6,10", "4,3000", "6,3000"})
    void ourPortUnreachableReachesTheKernel(int family, int bytes) throws Exception {
        DatagramSocket datagrams = in(() -> {
            DatagramSocket socket = new DatagramSocket();
            socket.connect(new InetSocketAddress(ours(family).toInetAddress(), 9));
            return socket;
        });
        datagrams.setSoTimeout(3000);
        datagrams.send(new DatagramPacket(new byte[bytes], bytes));
        assertThatThrownBy(() -> datagrams.receive(new DatagramPacket(new byte[10], 10)))
                .isInstanceOf(PortUnreachableException.class);
    }

    @Test
    void nothingOfThisIsDropped() throws Exception {
        theKernelPingsUs(4, 4000);
        theKernelPingsUs(6, 4000);
        assertThat(stack.status().counters().drops())
                .doesNotContainKeys(
                        DropCause.IP_FRAGMENT_BAD, DropCause.IP_FRAGMENT_OVERLAP, DropCause.IP_REASSEMBLY_LIMIT);
    }
}
