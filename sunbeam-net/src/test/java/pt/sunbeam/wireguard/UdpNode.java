package pt.sunbeam.wireguard;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.time.Deadline;

/** {@link WireGuard} behind one blocking UDP socket, with a monotonic clock that can be moved ahead. */
final class UdpNode implements AutoCloseable {
    private static final int POLL_MILLIS = 5;

    final Recorder sink = new Recorder();
    final WireGuard wireGuard;
    final TimestampSource timestamps;
    private final IpEndpoint remote;
    private final NodePublic remoteKey;
    private DatagramSocket socket;
    private long aheadNanos;

    UdpNode(NodePrivate key, NodePublic remoteKey, IpEndpoint remote, long wallSeconds, @Nullable Tai64n persisted)
            throws IOException {
        this.remote = remote;
        this.remoteKey = remoteKey;
        this.socket = bind();
        InstantSource clock = () -> Instant.now().plusSeconds(wallSeconds);
        this.timestamps = persisted == null ? new TimestampSource(clock) : new TimestampSource(clock, persisted);
        this.wireGuard = new WireGuard(key, RandomGenerator.of("SecureRandom"), timestamps, sink);
        wireGuard.putPeer(remoteKey, List.of(IpPrefix.parse("100.64.9.0/24"), IpPrefix.parse("fd7a:115c:a1e0::/64")));
    }

    WireGuardPeer peer() {
        return wireGuard.peer(remoteKey);
    }

    int port() {
        return socket.getLocalPort();
    }

    long now() {
        return System.nanoTime() + aheadNanos;
    }

    /** From now on this node believes that {@code seconds} more have passed. */
    void skipSeconds(int seconds) {
        aheadNanos += Deadline.seconds(seconds);
    }

    /** Goes on from another port. */
    void roam() throws IOException {
        DatagramSocket old = socket;
        socket = bind();
        old.close();
    }

    void send(byte[] packet) throws IOException {
        wireGuard.send(peer(), TestNode.batch(packet), now());
        flush();
    }

    /** Receives and runs timers until {@code done}, at most {@code millis}; says whether it came true. */
    boolean pumpUntil(BooleanSupplier done, int millis) throws IOException {
        long untilNanos = System.nanoTime() + Deadline.millis(millis);
        PacketBatch batch = PacketBatch.ofPackets(1, 2048);
        byte[] buffer = new byte[2048];
        while (!done.getAsBoolean() && System.nanoTime() < untilNanos) {
            DatagramPacket datagram = new DatagramPacket(buffer, buffer.length);
            if (receive(datagram)) {
                batch.clear();
                batch.add(buffer, 0, datagram.getLength());
                var source = IpEndpoint.of((InetSocketAddress) datagram.getSocketAddress());
                wireGuard.receive(batch, new Origin.Udp(source), now());
            }
            wireGuard.onTimer(now());
            flush();
        }
        return done.getAsBoolean();
    }

    private boolean receive(DatagramPacket into) throws IOException {
        try {
            socket.receive(into);
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    private void flush() throws IOException {
        for (byte[] datagram : sink.takeTransmitted()) {
            socket.send(new DatagramPacket(datagram, datagram.length, remote.toSocketAddress()));
        }
    }

    private static DatagramSocket bind() throws IOException {
        DatagramSocket socket = new DatagramSocket(new IpEndpoint(WireGuardGoNamespace.OUR_OUTER, 0).toSocketAddress());
        socket.setSoTimeout(POLL_MILLIS);
        return socket;
    }

    @Override
    public void close() {
        socket.close();
    }
}
