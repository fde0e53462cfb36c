package pt.sunbeam.netmap;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;

/**
 * What the filter needs of an inner packet ({@code net/packet/packet.go} of Tailscale 1.102).
 *
 * @param sourcePort 0 for a protocol without ports
 * @param port the destination's, 0 for a protocol without ports
 * @param tcpSyn a SYN without ACK: it opens a connection
 * @param icmpAnswer an echo reply or an error message
 * @param laterFragment not the first one: it carries no transport header
 */
record InnerPacket(
        int protocol,
        IpAddress source,
        IpAddress destination,
        int sourcePort,
        int port,
        boolean tcpSyn,
        boolean icmpAnswer,
        boolean laterFragment) {
    private static final int IPV4_MIN_BYTES = 20;
    private static final int IPV6_BYTES = 40;
    private static final int IPV6_FRAGMENT = 44;
    private static final int IPV6_FRAGMENT_BYTES = 8;

    /** A later fragment below 80 bytes could overwrite a transport header (RFC 1858); offsets count 8 bytes. */
    private static final int MIN_FRAGMENT_UNITS = 10;

    private static final int TCP_BYTES = 20;
    private static final int PORTS_BYTES = 8;
    private static final int SYN_ACK = 0x12;
    private static final int SYN = 0x02;

    /** Null when it cannot be parsed or is a fragment made to deceive. */
    static @Nullable InnerPacket read(byte[] b, int offset, int length) {
        if (length < IPV4_MIN_BYTES) {
            return null;
        }
        return switch ((b[offset] & 0xf0) >> 4) {
            case 4 -> readV4(b, offset, length);
            case 6 -> readV6(b, offset, length);
            default -> null;
        };
    }

    private static @Nullable InnerPacket readV4(byte[] b, int offset, int length) {
        int headerBytes = (b[offset] & 0x0f) * 4;
        int total = Endian.shortBe(b, offset + 2);
        if (headerBytes < IPV4_MIN_BYTES || total < headerBytes || total > length) {
            return null;
        }
        IpAddress source = IpAddress.read(b, offset + 12, false);
        IpAddress destination = IpAddress.read(b, offset + 16, false);
        int protocol = b[offset + 9] & 0xff;
        int units = Endian.shortBe(b, offset + 6) & 0x1fff;
        if (units > 0) {
            return units < MIN_FRAGMENT_UNITS ? null : later(protocol, source, destination);
        }
        return transport(b, offset + headerBytes, total - headerBytes, protocol, source, destination);
    }

    private static @Nullable InnerPacket readV6(byte[] b, int offset, int length) {
        if (length < IPV6_BYTES) {
            return null;
        }
        int payload = Endian.shortBe(b, offset + 4);
        if (payload > length - IPV6_BYTES) {
            return null;
        }
        IpAddress source = IpAddress.read(b, offset + 8, true);
        IpAddress destination = IpAddress.read(b, offset + 24, true);
        int protocol = b[offset + 6] & 0xff;
        int at = offset + IPV6_BYTES;
        if (protocol != IPV6_FRAGMENT) {
            return transport(b, at, payload, protocol, source, destination);
        }
        if (payload < IPV6_FRAGMENT_BYTES) {
            return null;
        }
        int inner = b[at] & 0xff;
        int units = Endian.shortBe(b, at + 2) >>> 3;
        if (units > 0) {
            return units < MIN_FRAGMENT_UNITS ? null : later(inner, source, destination);
        }
        int rest = payload - IPV6_FRAGMENT_BYTES;
        return transport(b, at + IPV6_FRAGMENT_BYTES, rest, inner, source, destination);
    }

    private static InnerPacket later(int protocol, IpAddress source, IpAddress destination) {
        return new InnerPacket(protocol, source, destination, 0, 0, false, false, true);
    }

    private static @Nullable InnerPacket transport(
            byte[] b, int at, int length, int protocol, IpAddress source, IpAddress destination) {
        return switch (protocol) {
            case InboundFilter.TCP, InboundFilter.UDP, InboundFilter.SCTP -> {
                if (length < (protocol == InboundFilter.TCP ? TCP_BYTES : PORTS_BYTES)) {
                    yield null;
                }
                boolean syn = protocol == InboundFilter.TCP && (b[at + 13] & SYN_ACK) == SYN;
                int from = Endian.shortBe(b, at);
                int to = Endian.shortBe(b, at + 2);
                yield new InnerPacket(protocol, source, destination, from, to, syn, false, false);
            }
            case InboundFilter.ICMP, InboundFilter.ICMP6 -> {
                if (length < PORTS_BYTES) {
                    yield null;
                }
                boolean answer = isAnswer(protocol, b[at] & 0xff);
                yield new InnerPacket(protocol, source, destination, 0, 0, false, answer, false);
            }
            default -> new InnerPacket(protocol, source, destination, 0, 0, false, false, false);
        };
    }

    /** RFC 792: 0 echo reply, 3 unreachable, 11 time exceeded, 12 parameter problem. RFC 4443: 1 to 4 errors, 129 echo reply. */
    private static boolean isAnswer(int protocol, int type) {
        return protocol == InboundFilter.ICMP
                ? type == 0 || type == 3 || type == 11 || type == 12
                : type >= 1 && type <= 4 || type == 129;
    }
}
