package pt.sunbeam.netstack.datagram;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.ip.IpHeader;

/**
 * Sends datagrams, in fragments where one packet is too short. The caller lays the transport header and data out in
 * {@link #buffer} from {@link #START}; the room before it is for IP headers.
 */
public final class DatagramOutput {
    /** Where the transport header begins: behind room for an IPv6 header and a fragment header. */
    public static final int START = 48;

    /** The longest payload of an IPv4 packet without options. */
    private static final int MAX_PAYLOAD_V4 = 65535 - 20;

    private static final int FRAGMENT_HEADER = 8;
    private static final int FRAGMENT_PROTOCOL = 44;

    private final HostRouting routing;
    private final int mtuBytes;
    private byte[] buffer = {};

    /** Identifies a datagram that leaves in fragments (RFC 6864); begins where nobody foresees it. */
    private int id;

    public DatagramOutput(HostRouting routing, int mtuBytes, RandomGenerator random) {
        this.routing = routing;
        this.mtuBytes = mtuBytes;
        id = random.nextInt();
    }

    /** The one buffer, for {@link #START} and a transport payload of up to 64 KiB. */
    public byte[] buffer() {
        if (buffer.length == 0) {
            buffer = new byte[START + 65536];
        }
        return buffer;
    }

    /** Transport bytes that a datagram may have: for IPv6 what fits a packet, for IPv4 what fits in fragments. */
    public int maxPayload(boolean v6) {
        return v6 ? mtuBytes - IpHeader.bytes(true) : MAX_PAYLOAD_V4;
    }

    /**
     * Sends {@code length} transport bytes of {@link #buffer}. IPv6 too is cut into fragments when it must be: what is an
     * answer has to be as long as the question (RFC 4443 section 4.2).
     */
    public SendResult send(IpAddress source, IpAddress target, int protocol, int length) {
        PacketPath path = routing.pathTo(target);
        if (path == null) {
            return SendResult.UNREACHABLE;
        }
        return send(path, source, target, protocol, length);
    }

    private SendResult send(PacketPath path, IpAddress source, IpAddress target, int protocol, int length) {
        int header = IpHeader.bytes(source.v6());
        if (header + length <= mtuBytes) {
            return sendWhole(path, source, target, protocol, length, header);
        }
        int fixed = header + (source.v6() ? FRAGMENT_HEADER : 0);
        int step = (mtuBytes - fixed) / 8 * 8;
        int packets = (length + step - 1) / step;
        if (!path.hasRoom(packets, length + packets * fixed)) {
            return SendResult.QUEUE_FULL;
        }
        id++;
        for (int at = 0; at < length; at += step) {
            int n = Math.min(step, length - at);
            sendFragment(path, source, target, protocol, at, n, at + n < length);
        }
        return SendResult.SENT;
    }

    private SendResult sendWhole(
            PacketPath path, IpAddress source, IpAddress target, int protocol, int length, int header) {
        if (!path.hasRoom(1, header + length)) {
            return SendResult.QUEUE_FULL;
        }
        int packet = START - header;
        IpHeader.write(
                buffer,
                packet,
                source.v6(),
                source.high(),
                source.low(),
                target.high(),
                target.low(),
                protocol,
                length,
                0);
        path.send(buffer, packet, header + length);
        return SendResult.SENT;
    }

    /** The headers are written over the end of the fragment before, which the path has copied. */
    private void sendFragment(
            PacketPath path, IpAddress source, IpAddress target, int protocol, int at, int length, boolean more) {
        int data = START + at;
        if (!source.v6()) {
            int packet = data - IpHeader.bytes(false);
            IpHeader.writeV4Fragment(
                    buffer, packet, (int) source.low(), (int) target.low(), protocol, length, id, at, more);
            path.send(buffer, packet, data - packet + length);
            return;
        }
        int payload = FRAGMENT_HEADER + length;
        int packet = data - FRAGMENT_HEADER - IpHeader.bytes(true);
        IpHeader.write(
                buffer,
                packet,
                true,
                source.high(),
                source.low(),
                target.high(),
                target.low(),
                FRAGMENT_PROTOCOL,
                payload,
                0);
        IpHeader.writeV6FragmentHeader(buffer, data - FRAGMENT_HEADER, protocol, id, at, more);
        path.send(buffer, packet, IpHeader.bytes(true) + payload);
    }

    /** The own address from which {@code target} is spoken to. */
    public @Nullable IpAddress sourceFor(IpAddress target) {
        return routing.sourceFor(target);
    }
}
