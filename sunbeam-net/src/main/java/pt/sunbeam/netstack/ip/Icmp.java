package pt.sunbeam.netstack.ip;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;

/** ICMP (RFC 792) and ICMPv6 (RFC 4443): the few messages the stack reads and writes. */
public final class Icmp {
    /** An error message quotes at most what fits in the least size every host accepts (RFC 1812, RFC 4443). */
    private static final int MAX_ERROR_V4 = 576;

    private static final int MAX_ERROR_V6 = 1280;
    private static final int HEADER = 8;

    private Icmp() {}

    /** True when the message in {@code ip}'s payload is long enough and its checksum is right. */
    public static boolean isValid(IpHeader ip, byte[] b) {
        if (ip.payloadLength < HEADER) {
            return false;
        }
        long pseudo = ip.v6 ? ip.pseudoHeaderSum(IpHeader.ICMPV6, ip.payloadLength) : 0;
        return Checksum.fold(pseudo + Checksum.sum(b, ip.payloadOffset, ip.payloadLength)) == 0;
    }

    public static boolean isEchoRequest(IpHeader ip, byte[] b) {
        return (b[ip.payloadOffset] & 0xff) == (ip.v6 ? 128 : 8) && b[ip.payloadOffset + 1] == 0;
    }

    /** The reply to the echo request in {@code ip}: identifier, sequence and payload untouched. */
    public static byte[] echoReply(IpHeader ip, byte[] b) {
        byte[] out = reply(ip, ip.payloadLength);
        int at = IpHeader.bytes(ip.v6);
        System.arraycopy(b, ip.payloadOffset, out, at, ip.payloadLength);
        out[at] = (byte) (ip.v6 ? 129 : 0);
        writeChecksum(ip, out, at, ip.payloadLength);
        return out;
    }

    /** "Port unreachable" for the packet in {@code ip}, quoting its beginning. */
    public static byte[] portUnreachable(IpHeader ip, byte[] b) {
        int at = IpHeader.bytes(ip.v6);
        int quoted = Math.min(ip.packetLength, (ip.v6 ? MAX_ERROR_V6 : MAX_ERROR_V4) - at - HEADER);
        byte[] out = reply(ip, HEADER + quoted);
        out[at] = (byte) (ip.v6 ? 1 : 3);
        out[at + 1] = (byte) (ip.v6 ? 4 : 3);
        System.arraycopy(b, ip.packetOffset, out, at + HEADER, quoted);
        writeChecksum(ip, out, at, HEADER + quoted);
        return out;
    }

    @SuppressWarnings("ArgumentSelectionDefectChecker") // a reply goes back to the source
    private static byte[] reply(IpHeader ip, int payload) {
        byte[] out = new byte[IpHeader.bytes(ip.v6) + payload];
        int protocol = ip.v6 ? IpHeader.ICMPV6 : IpHeader.ICMP;
        IpHeader.write(out, 0, ip.v6, ip.targetHigh, ip.targetLow, ip.sourceHigh, ip.sourceLow, protocol, payload, 0);
        return out;
    }

    private static void writeChecksum(IpHeader ip, byte[] out, int at, int length) {
        Endian.putShortBe(out, at + 2, 0);
        long pseudo = ip.v6 ? ip.pseudoHeaderSum(IpHeader.ICMPV6, length) : 0;
        Endian.putShortBe(out, at + 2, Checksum.fold(pseudo + Checksum.sum(out, at, length)));
    }

    /** What an error message says of the packet it quotes. */
    public enum ErrorKind {
        /** Port, protocol or administratively unreachable: a definite answer. */
        REFUSED,
        /** Network or host unreachable, time exceeded, parameter problem: may pass. */
        SOFT,
        /** The packet was too big for a link. */
        TOO_BIG
    }

    /** The kind of the error message in {@code ip}, or null when it is no error message. */
    public static @Nullable ErrorKind errorKind(IpHeader ip, byte[] b) {
        int type = b[ip.payloadOffset] & 0xff;
        int code = b[ip.payloadOffset + 1] & 0xff;
        if (ip.v6) {
            return switch (type) {
                case 1 -> code == 1 || code == 4 || code == 5 || code == 6 ? ErrorKind.REFUSED : ErrorKind.SOFT;
                case 2 -> ErrorKind.TOO_BIG;
                case 3, 4 -> ErrorKind.SOFT;
                default -> null;
            };
        }
        return switch (type) {
            case 3 ->
                switch (code) {
                    case 2, 3, 9, 10, 13 -> ErrorKind.REFUSED;
                    case 4 -> ErrorKind.TOO_BIG;
                    default -> ErrorKind.SOFT;
                };
            case 11, 12 -> ErrorKind.SOFT;
            default -> null;
        };
    }

    /** The message's second word: the MTU of "packet too big" and "fragmentation needed". */
    public static int mtu(IpHeader ip, byte[] b) {
        int word = Endian.intBe(b, ip.payloadOffset + 4);
        return ip.v6 ? word : word & 0xffff;
    }

    /** Where the quoted packet begins. */
    public static int quoteOffset(IpHeader ip) {
        return ip.payloadOffset + HEADER;
    }

    public static int quoteLength(IpHeader ip) {
        return ip.payloadLength - HEADER;
    }
}
