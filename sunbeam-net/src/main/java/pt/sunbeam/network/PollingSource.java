package pt.sunbeam.network;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;

/** What Java tells of interfaces, looked at again and again: for systems without netlink, or where it is refused. */
final class PollingSource implements NetworkSource {
    static final long INTERVAL_NANOS = Deadline.seconds(5);

    /** Addresses for documentation (RFC 5737, RFC 3849). Connecting a datagram socket chooses a route and sends nothing. */
    private static final IpAddress FAR_V4 = IpAddress.v4(0xc0000201);

    private static final IpAddress FAR_V6 = IpAddress.v6(0x20010db800000000L, 1);
    private static final int DISCARD_PORT = 9;

    private final Ticker ticker;
    private final Semaphore wakes = new Semaphore(0);
    private long nextNanos;

    PollingSource(Ticker ticker) {
        this.ticker = ticker;
        this.nextNanos = ticker.nanos() + INTERVAL_NANOS;
    }

    @Override
    public boolean await(long timeoutNanos) throws IOException {
        long waitNanos = Math.min(timeoutNanos, nextNanos - ticker.nanos());
        try {
            if (wakes.tryAcquire(Math.max(0, waitNanos), TimeUnit.NANOSECONDS)) {
                return false;
            }
        } catch (InterruptedException e) {
            throw new IOException("interrupted", e);
        }
        if (ticker.nanos() < nextNanos) {
            return false;
        }
        nextNanos = ticker.nanos() + INTERVAL_NANOS;
        return true;
    }

    @Override
    public NetworkState read() throws IOException {
        DefaultRoute v4 = defaultRoute(FAR_V4);
        DefaultRoute v6 = defaultRoute(FAR_V6);
        Set<InterfaceState> interfaces = new HashSet<>();
        for (NetworkInterface i : NetworkInterface.networkInterfaces().toList()) {
            Set<IpAddress> addresses = i.inetAddresses()
                    .map(IpAddress::of)
                    .filter(InterfaceState::isUsable)
                    .collect(Collectors.toSet());
            boolean way = leavesBy(i, v4) || leavesBy(i, v6);
            if (i.isUp() && !i.isLoopback() && !addresses.isEmpty() && (way || !TunnelNames.isTunnel(i.getName()))) {
                interfaces.add(new InterfaceState(i.getName(), addresses));
            }
        }
        return new NetworkState(interfaces, v4, v6);
    }

    private static boolean leavesBy(NetworkInterface i, @Nullable DefaultRoute route) {
        return route != null && route.interfaceName().equals(i.getName());
    }

    private static @Nullable DefaultRoute defaultRoute(IpAddress far) {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.connect(new InetSocketAddress(far.toInetAddress(), DISCARD_PORT));
            InetAddress own = socket.getLocalAddress();
            NetworkInterface leaves = own.isAnyLocalAddress() ? null : NetworkInterface.getByInetAddress(own);
            return leaves == null ? null : new DefaultRoute(leaves.getName(), null);
        } catch (IOException | java.io.UncheckedIOException e) {
            return null;
        }
    }

    /** The wall clock: the only one in Java that goes on in sleep on every system. */
    @Override
    public long sleeplessNanos() {
        return System.currentTimeMillis() * Deadline.MILLI;
    }

    @Override
    public void wake() {
        wakes.release();
    }

    @Override
    public void close() {
        wakes.drainPermits();
    }
}
