package pt.sunbeam.bench.kernel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bench.Path;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.sim.emulator.LinkEmulator;
import pt.sunbeam.sim.tun.KernelSocket;
import pt.sunbeam.sim.tun.TunDevice;

/**
 * Two namespaces with an emulated link between them. On the near side are a kernel and, behind a TUN device of its own
 * from which that kernel forwards, our stack; on the far side is a kernel. So our packets take the same way as the near
 * kernel's, and one step more.
 */
final class Testbed implements AutoCloseable {
    private static final String FAR = "10.99.0.2";
    static final String NEAR = "10.99.0.1";
    static final String OURS = "10.98.0.2";
    private static final int MTU = 1280;

    // More than two bandwidth-delay products of the longest path: the kernel shall not be measured by its small
    // default.
    private static final String BUFFERS = "4096 131072 67108864";

    private final NamespaceThread near = new NamespaceThread();
    private final NamespaceThread far = new NamespaceThread();
    private final TunDevice nearLink;
    private final TunDevice farLink;
    private final LinkEmulator emulator;
    private final Thread emulatorLoop;
    private final long seed;
    private @Nullable StackHost ours;

    Testbed(Path path, long seed) throws IOException, InterruptedException {
        this.seed = seed;
        nearLink = device(near, NEAR + "/24");
        farLink = device(far, FAR + "/24");
        far.run("ip route add 10.98.0.0/24 dev link0");
        near.sysctl("net.ipv4.ip_forward", "1");
        for (NamespaceThread side : new NamespaceThread[] {near, far}) {
            side.sysctl("net.ipv4.tcp_wmem", BUFFERS);
            side.sysctl("net.ipv4.tcp_rmem", BUFFERS);
            side.sysctl("net.ipv4.tcp_no_metrics_save", "1");
        }
        emulator = new LinkEmulator(nearLink, farLink, path.profile(), path.profile(), seed);
        emulatorLoop = Thread.ofPlatform().name("emulator").daemon().start(emulator);
    }

    private static TunDevice device(NamespaceThread side, String address) throws IOException, InterruptedException {
        TunDevice device = side.call(() -> TunDevice.open("link0"));
        side.run("ip link set link0 mtu " + MTU + " txqueuelen 10000 up", "ip addr add " + address + " dev link0");
        return device;
    }

    /** Our stack on the near side, one in a testbed; the first call decides about its controller. */
    StackHost ours(CongestionControl controller) throws IOException, InterruptedException {
        if (ours != null) {
            return ours;
        }
        TunDevice device = near.call(() -> TunDevice.open("ours0"));
        near.run("ip link set ours0 mtu " + MTU + " txqueuelen 10000 up", "ip addr add 10.98.0.1/24 dev ours0");
        TcpConfig tcp = TcpConfig.DEFAULT.withMtuBytes(MTU).withCongestionControl(controller);
        IpAddress own = IpAddress.of(InetAddress.getByName(OURS));
        StackHost host = new StackHost(device, StackConfig.DEFAULT.withTcp(tcp), own, seed);
        ours = host;
        return host;
    }

    ServerSocket listenFar() throws IOException, InterruptedException {
        return far.call(() -> new ServerSocket(0, 10, InetAddress.getByName(FAR)));
    }

    /** A socket of the near kernel, connected to what listens on the far side. */
    KernelSocket connectNear(String controller, int port) throws IOException, InterruptedException {
        return near.call(() -> KernelSocket.connect(new InetSocketAddress(FAR, port), controller));
    }

    ServerSocket listenNear() throws IOException, InterruptedException {
        return near.call(() -> new ServerSocket(0, 10, InetAddress.getByName(NEAR)));
    }

    /** A socket of the far kernel, connected to what listens at {@link #NEAR} or {@link #OURS}. */
    KernelSocket connectFar(String controller, String address, int port) throws IOException, InterruptedException {
        return far.call(() -> KernelSocket.connect(new InetSocketAddress(address, port), controller));
    }

    static IpEndpoint farEndpoint(int port) throws IOException {
        return new IpEndpoint(IpAddress.of(InetAddress.getByName(FAR)), port);
    }

    /** Packets that the emulator delivered more than a millisecond late: above a few in a thousand the run is no measure. */
    double lateShare() {
        long late =
                emulator.leftToRight().latePackets() + emulator.rightToLeft().latePackets();
        long all = emulator.leftToRight().deliveredPackets()
                + emulator.rightToLeft().deliveredPackets();
        return all == 0 ? 0 : (double) late / all;
    }

    void stopEmulator() {
        emulator.stop();
        Joining.join(emulatorLoop);
    }

    @Override
    public void close() {
        if (ours != null) {
            ours.close();
        }
        stopEmulator();
        emulator.close();
        nearLink.close();
        farLink.close();
        near.close();
        far.close();
    }
}
