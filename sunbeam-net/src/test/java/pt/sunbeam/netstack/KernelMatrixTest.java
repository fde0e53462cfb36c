package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.sim.tun.KernelSocket;
import pt.sunbeam.time.Deadline;

/** Streams to and from the kernel's TCP with each of its congestion controllers, without each of its options, over bad paths. */
class KernelMatrixTest {
    private static final int PORT = 80;
    private static final int BYTES = 4_000_000;
    private static final int FEWER_BYTES = 1_000_000;

    /** Notes the longest time without a byte. */
    private static final class TimedPeer extends StreamPeer {
        private long lastNanos;
        private volatile long longestGapNanos;

        TimedPeer(long bytes) {
            super(5, bytes);
        }

        @Override
        public void connected(TcpConnection c) {
            lastNanos = System.nanoTime();
            super.connected(c);
        }

        @Override
        public void readable(TcpConnection c) {
            long now = System.nanoTime();
            longestGapNanos = Math.max(longestGapNanos, now - lastNanos);
            lastNanos = now;
            super.readable(c);
        }
    }

    @BeforeEach
    void begin() {
        KernelBed.needs();
    }

    private static KernelBed bed(CongestionControl controller) throws Exception {
        return new KernelBed(StackConfig.DEFAULT.withTcp(TcpConfig.DEFAULT.withCongestionControl(controller)));
    }

    /** The kernel opens; returns the longest time in which one of the ends got nothing. */
    private static long kernelOpens(KernelBed bed, int family, String controller, int bytes) throws Exception {
        TimedPeer server = new TimedPeer(bytes);
        bed.listen(PORT, server);
        InetAddress target = KernelBed.ours(family).toInetAddress();
        KernelSocket socket = bed.in(() -> KernelSocket.connect(new InetSocketAddress(target, PORT), controller));
        KernelExchange kernel = KernelExchange.run(socket, bytes, bed.kernelSide);
        return checked(server, kernel, bytes);
    }

    private static long weOpen(KernelBed bed, int family, int bytes) throws Exception {
        ServerSocket listener = bed.in(() -> new ServerSocket(0, 10, KernelBed.kernelAddress(family)));
        Future<KernelExchange> kernel =
                bed.kernelSide.submit(() -> KernelExchange.run(listener.accept(), bytes, bed.kernelSide));
        TimedPeer client = new TimedPeer(bytes);
        IpEndpoint target = new IpEndpoint(IpAddress.of(KernelBed.kernelAddress(family)), listener.getLocalPort());
        bed.onLoop(() -> bed.stack.connect(target, ConnectOptions.DEFAULT, client, System.nanoTime()));
        return checked(client, kernel.get(60, TimeUnit.SECONDS), bytes);
    }

    private static long checked(TimedPeer ours, KernelExchange kernel, int bytes) throws Exception {
        KernelBed.await(() -> ours.closed);
        assertThat(ours.received).isEqualTo(bytes);
        assertThat(ours.receivedHash()).isEqualTo(kernel.sentHash());
        assertThat(ours.sentHash()).isEqualTo(kernel.receivedHash());
        assertThat(ours.reset).isNull();
        return Math.max(ours.longestGapNanos, kernel.longestGapNanos());
    }

    @ParameterizedTest
    @CsvSource({
        "4,cubic,CUBIC",
        "4,cubic,BBR",
        "4,bbr,CUBIC",
        "4,bbr,BBR",
        "6,cubic,CUBIC",
        "6,cubic,BBR",
        "6,bbr,CUBIC",
        "6,bbr,BBR"
    })
    void aGoodPathIsByteExactAndNeverStalls(int family, String theirs, CongestionControl ours) throws Exception {
        try (KernelBed bed = bed(ours)) {
            assertThat(kernelOpens(bed, family, theirs, BYTES)).isLessThan(Deadline.SECOND);
            assertThat(weOpen(bed, family, BYTES)).isLessThan(Deadline.SECOND);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tcp_window_scaling", "tcp_sack", "tcp_timestamps"})
    void aKernelWithoutAnOptionGetsAndSendsAllTheSame(String option) throws Exception {
        try (KernelBed bed = bed(CongestionControl.CUBIC)) {
            bed.sysctl("net.ipv4." + option, "0");
            assertThat(kernelOpens(bed, 4, "cubic", BYTES)).isLessThan(Deadline.SECOND);
            assertThat(weOpen(bed, 4, BYTES)).isLessThan(Deadline.SECOND);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tcp_window_scaling,CUBIC",
        "tcp_window_scaling,BBR",
        "tcp_sack,CUBIC",
        "tcp_sack,BBR",
        "tcp_timestamps,CUBIC",
        "tcp_timestamps,BBR"
    })
    void lossWithoutAnOptionChangesNoByte(String option, CongestionControl ours) throws Exception {
        try (KernelBed bed = bed(ours)) {
            bed.sysctl("net.ipv4." + option, "0");
            bed.loss = 0.01;
            kernelOpens(bed, 4, "cubic", FEWER_BYTES);
            weOpen(bed, 6, FEWER_BYTES);
        }
    }

    @ParameterizedTest
    @CsvSource({"4,cubic,CUBIC", "6,bbr,BBR"})
    void packetsThatTheFirewallDropsAreSentAgain(int family, String theirs, CongestionControl ours) throws Exception {
        KernelBed.needs("nft");
        try (KernelBed bed = bed(ours)) {
            bed.run("nft add table inet loss");
            for (String hook : new String[] {"input", "output"}) {
                bed.run("nft add chain inet loss " + hook + " { type filter hook " + hook + " priority 0 ; }");
                bed.run("nft add rule inet loss " + hook + " numgen random mod 1000 < 20 counter drop");
            }
            kernelOpens(bed, family, theirs, FEWER_BYTES);
            weOpen(bed, family, FEWER_BYTES);
            assertThat(bed.run("nft list table inet loss")).containsPattern("packets [1-9]");
        }
    }

    @Test
    void aKernelBehindASlowLinkDeliversAll() throws Exception {
        KernelBed.needs("tc");
        try (KernelBed bed = bed(CongestionControl.BBR)) {
            bed.run("tc qdisc add dev tun0 root tbf rate 40mbit burst 16kb latency 50ms");
            kernelOpens(bed, 4, "cubic", BYTES);
            weOpen(bed, 4, BYTES);
        }
    }
}
