package pt.sunbeam.netstack.udp;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.datagram.DatagramOutput;
import pt.sunbeam.netstack.datagram.DatagramQueue;
import pt.sunbeam.netstack.datagram.EventQueue;
import pt.sunbeam.netstack.datagram.SendResult;
import pt.sunbeam.netstack.icmp.IcmpErrors;
import pt.sunbeam.netstack.ip.Checksum;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.memory.ChunkPool;

/** All UDP of one stack. Confined to the stack's owner thread. */
public final class UdpLayer {
    private static final int HEADER = 8;

    private final DatagramOutput output;
    private final IcmpErrors errors;
    private final ChunkPool chunks;
    private final StackCounters counters;
    private final EventQueue events;
    private final RandomGenerator random;
    private final UdpPorts ports = new UdpPorts();

    public UdpLayer(
            DatagramOutput output,
            IcmpErrors errors,
            ChunkPool chunks,
            StackCounters counters,
            EventQueue events,
            RandomGenerator random) {
        this.output = output;
        this.errors = errors;
        this.chunks = chunks;
        this.counters = counters;
        this.events = events;
        this.random = random;
    }

    public int socketCount() {
        return ports.count();
    }

    /**
     * Opens a socket.
     *
     * @param port 1 to 65535, or 0 for one that is free
     * @param remote the one end to speak with, or null
     * @return null when the port is taken or too many sockets are open
     */
    public @Nullable UdpSocket open(int port, @Nullable IpEndpoint remote, UdpEvents listener) {
        if (ports.isFull()) {
            counters.drop(DropCause.DATAGRAM_SOCKET_LIMIT);
            return null;
        }
        if (port != 0 && ports.find(port) != null) {
            return null;
        }
        int local = port != 0 ? port : ports.freePort(random);
        UdpSocket socket = new UdpSocket(this, local, remote, new DatagramQueue(chunks), listener);
        ports.add(socket);
        return socket;
    }

    void closed(UdpSocket socket) {
        ports.remove(socket);
    }

    void raise(UdpSocket socket) {
        events.add(socket);
    }

    SendResult send(int localPort, IpEndpoint to, ByteBuffer data) {
        IpAddress target = to.address();
        int length = HEADER + data.remaining();
        if (length > output.maxPayload(target.v6())) {
            return SendResult.TOO_BIG;
        }
        IpAddress source = output.sourceFor(target);
        if (source == null) {
            return SendResult.UNREACHABLE;
        }
        byte[] b = output.buffer();
        data.get(data.position(), b, DatagramOutput.START + HEADER, data.remaining());
        writeHeader(b, source, localPort, to, length);
        SendResult result = output.send(source, target, IpHeader.UDP, length);
        if (result == SendResult.SENT) {
            data.position(data.limit());
        }
        return result;
    }

    private static void writeHeader(byte[] b, IpAddress source, int localPort, IpEndpoint to, int length) {
        IpAddress target = to.address();
        int at = DatagramOutput.START;
        Endian.putShortBe(b, at, localPort);
        Endian.putShortBe(b, at + 2, to.port());
        Endian.putShortBe(b, at + 4, length);
        Endian.putShortBe(b, at + 6, 0);
        long pseudo =
                Checksum.pseudoHeader(source.high(), source.low(), target.high(), target.low(), IpHeader.UDP, length);
        int checksum = Checksum.fold(pseudo + Checksum.sum(b, at, length));
        // RFC 768: 0 would say that there is none.
        Endian.putShortBe(b, at + 6, checksum == 0 ? 0xffff : checksum);
    }

    /** Takes the datagram in {@code ip}; null, or why it is dropped. */
    public @Nullable DropCause input(IpHeader ip, byte[] b, long arrivalNanos, long nowNanos) {
        int at = ip.payloadOffset;
        int length = length(ip, b);
        if (length < HEADER || !isChecksumRight(ip, b, length)) {
            return DropCause.UDP_BAD;
        }
        int sourcePort = Endian.shortBe(b, at);
        UdpSocket socket = find(Endian.shortBe(b, at + 2), ip.v6, ip.sourceHigh, ip.sourceLow, sourcePort);
        if (socket == null) {
            errors.portUnreachable(ip, b, nowNanos);
            return DropCause.UDP_NO_LISTENER;
        }
        return socket.onDatagram(ip, sourcePort, b, at + HEADER, length - HEADER, arrivalNanos);
    }

    private static int length(IpHeader ip, byte[] b) {
        if (ip.payloadLength < HEADER) {
            return 0;
        }
        int length = Endian.shortBe(b, ip.payloadOffset + 4);
        return length > ip.payloadLength ? 0 : length;
    }

    /** RFC 768: 0 is no checksum; RFC 8200 section 8.1: not for IPv6. */
    private static boolean isChecksumRight(IpHeader ip, byte[] b, int length) {
        int at = ip.payloadOffset;
        if (Endian.shortBe(b, at + 6) == 0) {
            return !ip.v6;
        }
        return Checksum.fold(ip.pseudoHeaderSum(IpHeader.UDP, length) + Checksum.sum(b, at, length)) == 0;
    }

    private @Nullable UdpSocket find(int localPort, boolean v6, long remoteHigh, long remoteLow, int remotePort) {
        UdpSocket socket = ports.find(localPort);
        boolean forOther = socket != null
                && socket.remote() != null
                && !socket.isConnectedTo(v6, remoteHigh, remoteLow, remotePort);
        return forOther ? null : socket;
    }

    /** An ICMP error quotes a datagram of ours; returns false when it matches no socket. */
    public boolean onError(IpHeader quoted, byte[] b, Icmp.ErrorKind kind) {
        int at = quoted.payloadOffset;
        int remotePort = Endian.shortBe(b, at + 2);
        UdpSocket socket = find(Endian.shortBe(b, at), quoted.v6, quoted.targetHigh, quoted.targetLow, remotePort);
        if (socket == null) {
            return false;
        }
        socket.onError(new IpEndpoint(quoted.target(), remotePort), kind);
        return true;
    }
}
