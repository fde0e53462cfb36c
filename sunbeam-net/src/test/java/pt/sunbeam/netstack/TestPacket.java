package pt.sunbeam.netstack;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** IP packets in tests: built and taken apart by plain arithmetic here, apart from the code under test. */
final class TestPacket {
    static final int ICMP = 1;
    static final int TCP = 6;
    static final int UDP = 17;
    static final int FRAGMENT = 44;
    static final int ICMPV6 = 58;
    static final int MORE = 0x2000;
    private static final long PREFIX = 0xfd7a115ca1e00000L;

    private TestPacket() {}

    /** An IPv4 packet from {@code from} to {@code to}. */
    static byte[] v4(int from, int to, int protocol, int id, int fragmentField, byte... payload) {
        ByteBuffer p = ByteBuffer.allocate(20 + payload.length);
        p.putShort((short) 0x4500).putShort((short) p.capacity());
        p.putShort((short) id).putShort((short) fragmentField);
        p.put((byte) 64)
                .put((byte) protocol)
                .putShort((short) 0)
                .putInt(from)
                .putInt(to)
                .put(payload);
        p.putShort(10, (short) ~TestSegment.sum(p.array(), 0, 20, 0));
        return p.array();
    }

    /** An IPv6 packet between hosts of our prefix whose last words are {@code from} and {@code to}. */
    static byte[] v6(long from, long to, int next, byte... payload) {
        ByteBuffer p = ByteBuffer.allocate(40 + payload.length);
        p.putInt(0x60000000).putShort((short) payload.length).put((byte) next).put((byte) 64);
        p.putLong(PREFIX).putLong(from).putLong(PREFIX).putLong(to).put(payload);
        return p.array();
    }

    static byte[] fragmentHeader(int next, int offset, boolean more, int id) {
        return ByteBuffer.allocate(8)
                .put((byte) next)
                .put((byte) 0)
                .putShort((short) (offset | (more ? 1 : 0)))
                .putInt(id)
                .array();
    }

    /** A UDP datagram with its checksum for the addresses of {@link HostTest}. */
    static byte[] udp(boolean v6, int sourcePort, int targetPort, byte... data) {
        ByteBuffer p = ByteBuffer.allocate(8 + data.length);
        p.putShort((short) sourcePort).putShort((short) targetPort).putShort((short) p.capacity());
        p.putShort((short) 0).put(data);
        int sum = ~transportSum(v6, HostTest.THEIRS, HostTest.OURS, UDP, p.array()) & 0xffff;
        p.putShort(6, (short) (sum == 0 ? 0xffff : sum));
        return p.array();
    }

    /** An ICMP message with its checksum, from the scripted host to ours. */
    static byte[] icmp(boolean v6, int type, int code, int rest, byte... body) {
        ByteBuffer p = ByteBuffer.allocate(8 + body.length);
        p.put((byte) type).put((byte) code).putShort((short) 0).putInt(rest).put(body);
        int sum = v6
                ? transportSum(true, HostTest.THEIRS, HostTest.OURS, ICMPV6, p.array())
                : TestSegment.sum(p.array(), 0, p.capacity(), 0);
        p.putShort(2, (short) ~sum);
        return p.array();
    }

    /** The ones' complement sum of a segment with its pseudo-header, folded to 16 bits: 0xffff when its checksum is right. */
    static int transportSum(boolean v6, int from, int to, int protocol, byte[] segment) {
        ByteBuffer pseudo = ByteBuffer.allocate(40);
        if (v6) {
            pseudo.putLong(PREFIX).putLong(from & 0xff).putLong(PREFIX).putLong(to & 0xff);
        } else {
            pseudo.putInt(from).putInt(to);
        }
        pseudo.putShort((short) protocol).putShort((short) segment.length);
        return TestSegment.sum(segment, 0, segment.length, TestSegment.sum(pseudo.array(), 0, 40, 0));
    }

    static boolean isV6(byte[] packet) {
        return packet[0] >> 4 == 6;
    }

    static int protocol(byte[] packet) {
        return packet[isV6(packet) ? 6 : 9];
    }

    static byte[] payload(byte[] packet) {
        return Arrays.copyOfRange(packet, isV6(packet) ? 40 : 20, packet.length);
    }

    static byte[] join(byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(p -> p.length).sum();
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    /** Bytes 0, 1, 2 and so on, from {@code seed} on. */
    static byte[] bytes(int length, int seed) {
        byte[] b = new byte[length];
        for (int i = 0; i < length; i++) {
            b[i] = (byte) (i * 7 + seed + (i >> 8));
        }
        return b;
    }
}
