package pt.sunbeam.netstack.udp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.datagram.DatagramQueue;
import pt.sunbeam.netstack.datagram.EventSource;
import pt.sunbeam.netstack.datagram.Received;
import pt.sunbeam.netstack.datagram.SendResult;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.ip.IpHeader;

/**
 * A UDP port of this host, on all its addresses; when it is connected, only for datagrams of one remote end. Confined to
 * the stack's owner thread. Datagrams that nobody takes are dropped beyond the limits of {@link DatagramQueue}.
 */
public final class UdpSocket extends EventSource {
    private final UdpLayer layer;
    private final int localPort;
    private final @Nullable IpEndpoint remote;
    private final DatagramQueue queue;
    private @Nullable UdpEvents listener;
    private @Nullable IpEndpoint refusedBy;
    private Icmp.ErrorKind refusal = Icmp.ErrorKind.SOFT;

    /** The next socket whose port shares its bucket. */
    @Nullable
    UdpSocket next;

    UdpSocket(UdpLayer layer, int localPort, @Nullable IpEndpoint remote, DatagramQueue queue, UdpEvents listener) {
        this.layer = layer;
        this.localPort = localPort;
        this.remote = remote;
        this.queue = queue;
        this.listener = listener;
    }

    /** 1 to 65535. */
    public int localPort() {
        return localPort;
    }

    /** Null: any. */
    public @Nullable IpEndpoint remote() {
        return remote;
    }

    /** Sends the remaining bytes of {@code data} to the end that this socket is connected to, all of them or none. */
    public SendResult send(ByteBuffer data) {
        return remote == null ? SendResult.NOT_POSSIBLE : send(remote, data);
    }

    /** Sends the remaining bytes of {@code data}, all of them or none; a connected socket knows one target only. */
    public SendResult send(IpEndpoint target, ByteBuffer data) {
        boolean elsewhere = remote != null && !remote.equals(target);
        return listener == null || elsewhere ? SendResult.NOT_POSSIBLE : layer.send(localPort, target, data);
    }

    /** Takes the first waiting datagram; its length, of which {@code target} may hold less, or -1. */
    public int receive(ByteBuffer target, Received from) {
        return queue.take(target, from);
    }

    /** Datagrams that wait. */
    public int readableDatagrams() {
        return queue.count();
    }

    /** Drops what waits and gives the port back; no further event is delivered. */
    public void close() {
        if (listener != null) {
            listener = null;
            queue.clear();
            layer.closed(this);
        }
    }

    boolean isConnectedTo(boolean v6, long high, long low, int port) {
        IpEndpoint r = remote;
        return r != null
                && r.port() == port
                && r.address().low() == low
                && r.address().high() == high
                && r.address().v6() == v6;
    }

    @Nullable
    DropCause onDatagram(IpHeader ip, int sourcePort, byte[] b, int offset, int length, long arrivalNanos) {
        DropCause full = queue.add(ip, sourcePort, b, offset, length, arrivalNanos);
        if (full == null) {
            layer.raise(this);
        }
        return full;
    }

    void onError(IpEndpoint target, Icmp.ErrorKind kind) {
        refusedBy = target;
        refusal = kind;
        layer.raise(this);
    }

    @Override
    protected void deliver() {
        IpEndpoint target = refusedBy;
        refusedBy = null;
        if (listener != null && target != null) {
            listener.unreachable(this, target, refusal);
        }
        if (listener != null && !queue.isEmpty()) {
            listener.readable(this);
        }
    }
}
