package pt.sunbeam.wireguard;

import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;

/** ICMP echo requests of both families (RFC 792, RFC 4443 section 4.1), made by hand. */
final class EchoPackets {
    private static final int PAYLOAD_BYTES = 56;

    private EchoPackets() {}

    static byte[] request(IpAddress source, IpAddress destination, int sequence) {
        return source.v6() ? requestV6(source, destination, sequence) : requestV4(source, destination, sequence);
    }

    /** The sequence number of an echo reply of either family, or -1. */
    static int replySequence(byte[] packet) {
        boolean v6 = packet[0] >> 4 == 6;
        int icmp = v6 ? 40 : 20;
        int type = packet[icmp] & 0xff;
        return type == (v6 ? 129 : 0) ? Endian.shortBe(packet, icmp + 6) : -1;
    }

    private static byte[] requestV4(IpAddress source, IpAddress destination, int sequence) {
        byte[] b = new byte[28 + PAYLOAD_BYTES];
        b[0] = 0x45;
        Endian.putShortBe(b, 2, b.length);
        b[8] = 64;
        b[9] = 1;
        source.write(b, 12);
        destination.write(b, 16);
        Endian.putShortBe(b, 10, checksum(b, 0, 20, 0));
        b[20] = 8;
        Endian.putShortBe(b, 26, sequence);
        Endian.putShortBe(b, 22, checksum(b, 20, b.length - 20, 0));
        return b;
    }

    private static byte[] requestV6(IpAddress source, IpAddress destination, int sequence) {
        byte[] b = new byte[48 + PAYLOAD_BYTES];
        b[0] = 0x60;
        Endian.putShortBe(b, 4, b.length - 40);
        b[6] = 58;
        b[7] = 64;
        source.write(b, 8);
        destination.write(b, 24);
        b[40] = (byte) 128;
        Endian.putShortBe(b, 46, sequence);
        // The pseudo-header is the addresses, the length and the next header (RFC 8200 section 8.1).
        Endian.putShortBe(b, 42, checksum(b, 8, b.length - 8, b.length - 40 + 58));
        return b;
    }

    private static int checksum(byte[] b, int offset, int length, int start) {
        int sum = start;
        for (int i = offset; i < offset + length; i += 2) {
            sum += Endian.shortBe(b, i);
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return ~sum & 0xffff;
    }
}
