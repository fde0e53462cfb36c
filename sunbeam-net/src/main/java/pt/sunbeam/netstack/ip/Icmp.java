package pt.sunbeam.netstack.ip;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;

/** ICMP (RFC 792) and ICMPv6 (RFC 4443): the few messages the stack reads and writes. */
public final class Icmp {
    /** An error message quotes at most what fits in the least size every host accepts (RFC 1812, RFC 4443). */
    private static final int MAX_ERROR_V4 = 576;

    private static final int MAX_ERROR_V6 = 1280;
    /** Length of the fixed part of every message read here. */
    public static final int HEADER = 8;

    private static final int ECHO_REPLY_V4 = 0;
    private static final int ECHO_REQUEST_V4 = 8;
    private static final int ECHO_REQUEST_V6 = 128;
    private static final int ECHO_REPLY_V6 = 129;
    private static final int REDIRECT_V6 = 137;
    private static final int MIN_MTU_V4 = 576;
    private static final int MIN_MTU_V6 = 1280;

    /** The plateau of RFC 1191 section 7 below our largest packets. */
    private static final int PLATEAU = 1006;

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
        return (b[ip.payloadOffset] & 0xff) == (ip.v6 ? ECHO_REQUEST_V6 : ECHO_REQUEST_V4)
                && b[ip.payloadOffset + 1] == 0;
    }

    /** The reply to the echo request in {@code ip}: identifier, sequence and payload untouched. */
    public static byte[] echoReply(IpHeader ip, byte[] b) {
        byte[] out = reply(ip, ip.payloadLength);
        int at = IpHeader.bytes(ip.v6);
        System.arraycopy(b, ip.payloadOffset, out, at, ip.payloadLength);
        out[at] = (byte) (ip.v6 ? ECHO_REPLY_V6 : ECHO_REPLY_V4);
        writeChecksum(ip, out, at, ip.payloadLength);
        return out;
    }

    public static boolean isEchoReply(IpHeader ip, byte[] b) {
        return (b[ip.payloadOffset] & 0xff) == (ip.v6 ? ECHO_REPLY_V6 : ECHO_REPLY_V4) && b[ip.payloadOffset + 1] == 0;
    }

    /** Identifier of an echo request or reply at {@code at}. */
    public static int echoId(byte[] b, int at) {
        return Endian.shortBe(b, at + 4);
    }

    /** Sequence number of an echo request or reply at {@code at}. */
    public static int echoSequence(byte[] b, int at) {
        return Endian.shortBe(b, at + 6);
    }

    /**
     * Completes an echo request whose payload already lies behind its header.
     *
     * @param length header and payload, in bytes
     */
    public static void writeEchoRequest(
            byte[] b, int at, int length, IpAddress source, IpAddress target, int id, int sequence) {
        Endian.putShortBe(b, at, (source.v6() ? ECHO_REQUEST_V6 : ECHO_REQUEST_V4) << 8);
        Endian.putShortBe(b, at + 2, 0);
        Endian.putShortBe(b, at + 4, id);
        Endian.putShortBe(b, at + 6, sequence);
        long pseudo = source.v6()
                ? Checksum.pseudoHeader(
                        source.high(), source.low(), target.high(), target.low(), IpHeader.ICMPV6, length)
                : 0;
        Endian.putShortBe(b, at + 2, Checksum.fold(pseudo + Checksum.sum(b, at, length)));
    }

    /**
     * An error message about the packet in {@code ip}, quoting its beginning.
     *
     * @param rest the second word of the message: a pointer, or 0
     */
    public static byte[] error(IpHeader ip, byte[] b, int type, int code, int rest) {
        int at = IpHeader.bytes(ip.v6);
        int quoted = Math.min(ip.packetLength, (ip.v6 ? MAX_ERROR_V6 : MAX_ERROR_V4) - at - HEADER);
        byte[] out = reply(ip, HEADER + quoted);
        out[at] = (byte) type;
        out[at + 1] = (byte) code;
        Endian.putIntBe(out, at + 4, rest);
        System.arraycopy(b, ip.packetOffset, out, at + HEADER, quoted);
        writeChecksum(ip, out, at, HEADER + quoted);
        return out;
    }

    /**
     * True when the packet carries an ICMP error, or may do so behind headers that cannot be read: it is never answered
     * with one (RFC 1122 section 3.2.2, RFC 4443 section 2.4).
     */
    public static boolean isAboutError(IpHeader ip, byte[] b) {
        int next = ip.protocol;
        int at = ip.payloadOffset;
        int end = at + ip.payloadLength;
        while (ip.v6 && ExtensionHeaders.isExtension(next)) {
            if (at + HEADER > end) {
                return true;
            }
            int kind = next;
            next = b[at] & 0xff;
            at += ExtensionHeaders.length(b, at, kind);
        }
        if (next != (ip.v6 ? IpHeader.ICMPV6 : IpHeader.ICMP)) {
            return false;
        }
        return at >= end || !isQuery(b[at] & 0xff, ip.v6);
    }

    private static boolean isQuery(int type, boolean v6) {
        return v6
                ? type >= ECHO_REQUEST_V6 && type != REDIRECT_V6
                : type == ECHO_REPLY_V4 || type == ECHO_REQUEST_V4 || type >= 13;
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

    /**
     * The MTU that "packet too big" or "fragmentation needed" tells, in bytes: for IPv4 at least 576, and guessed where an
     * old router leaves it out (RFC 1191 section 5); for IPv6 0 when it is below 1280, which changes nothing (RFC 8200
     * section 5, RFC 8021).
     *
     * @param quotedBytes length of the packet that was too big
     */
    public static int mtuBytes(IpHeader ip, byte[] b, int quotedBytes) {
        int word = Endian.intBe(b, ip.payloadOffset + 4);
        if (ip.v6) {
            int mtu = word < 0 ? Integer.MAX_VALUE : word;
            return mtu < MIN_MTU_V6 ? 0 : mtu;
        }
        int mtu = word & 0xffff;
        if (mtu == 0) {
            return quotedBytes > PLATEAU ? PLATEAU : MIN_MTU_V4;
        }
        return Math.max(mtu, MIN_MTU_V4);
    }

    /** Where the quoted packet begins. */
    public static int quoteOffset(IpHeader ip) {
        return ip.payloadOffset + HEADER;
    }

    public static int quoteLength(IpHeader ip) {
        return ip.payloadLength - HEADER;
    }
}
