package pt.sunbeam.netstack.ip;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.netstack.counters.DropCause;

/**
 * The extension headers of an IPv6 packet (RFC 8200 section 4), walked up to the transport header or a fragment's data: at
 * most {@link #MAX_HEADERS} of them. Hop-by-hop and destination options and routing headers that name no further hop are
 * skipped; a fragment header with offset 0 and nothing to follow is a whole packet (RFC 6946).
 */
public final class ExtensionHeaders {
    static final int MAX_HEADERS = 8;

    static final int HOP_BY_HOP = 0;
    static final int ROUTING = 43;
    static final int FRAGMENT = 44;
    static final int DESTINATION_OPTIONS = 60;

    private static final int ERRONEOUS_FIELD = 0;
    private static final int UNKNOWN_NEXT_HEADER = 1;
    private static final int UNKNOWN_OPTION = 2;
    private static final int OPTION_PAD1 = 0;
    private static final int OPTION_PADN = 1;
    private static final int MAX_DATAGRAM = 65535;

    private ExtensionHeaders() {}

    /** True for the kinds that {@link #skip} can pass. */
    public static boolean isExtension(int protocol) {
        return protocol == HOP_BY_HOP || protocol == ROUTING || protocol == FRAGMENT || protocol == DESTINATION_OPTIONS;
    }

    /** Length of the header of kind {@code protocol} at {@code at}, which has at least 8 bytes. */
    public static int length(byte[] b, int at, int protocol) {
        return protocol == FRAGMENT ? 8 : 8 + (b[at + 1] & 0xff) * 8;
    }

    /**
     * Moves {@code ip} to the transport header or, when {@link IpHeader#isFragment} is true afterwards, to a fragment's data.
     *
     * @param reassembled the packet was put together from fragments: it can be no fragment again
     * @return null, or why the packet is refused; {@link IpHeader#problemCode} then tells whether its sender has to know
     */
    public static @Nullable DropCause skip(IpHeader ip, byte[] b, boolean reassembled) {
        ip.problemCode = IpHeader.NO_PROBLEM;
        for (int i = 0; isExtension(ip.protocol); i++) {
            if (i == MAX_HEADERS) {
                return DropCause.IP_EXTENSION_LIMIT;
            }
            DropCause bad = skipOne(ip, b, reassembled);
            if (bad != null || ip.isFragment()) {
                return bad;
            }
        }
        return null;
    }

    private static @Nullable DropCause skipOne(IpHeader ip, byte[] b, boolean reassembled) {
        int kind = ip.protocol;
        int at = ip.payloadOffset;
        if (ip.payloadLength < 8) {
            return DropCause.IP_BAD_HEADER;
        }
        int length = length(b, at, kind);
        if (length > ip.payloadLength) {
            return DropCause.IP_BAD_HEADER;
        }
        DropCause bad = switch (kind) {
            case HOP_BY_HOP -> checkHopByHop(ip, b, length, reassembled);
            case ROUTING -> checkRouting(ip, b);
            case FRAGMENT -> readFragment(ip, b, reassembled);
            default -> checkOptions(ip, b, length);
        };
        if (bad == null) {
            ip.protocol = b[at] & 0xff;
            ip.nextHeaderOffset = at - ip.packetOffset;
            ip.payloadOffset = at + length;
            ip.payloadLength -= length;
        }
        return bad;
    }

    /** Hop-by-hop options stand behind the IPv6 header or nowhere (RFC 8200 section 4). */
    private static @Nullable DropCause checkHopByHop(IpHeader ip, byte[] b, int length, boolean reassembled) {
        if (ip.nextHeaderOffset != IpHeader.NEXT_HEADER_V6 || reassembled) {
            return problem(ip, UNKNOWN_NEXT_HEADER, ip.nextHeaderOffset, DropCause.IP_BAD_HEADER);
        }
        return checkOptions(ip, b, length);
    }

    /** RFC 8200 section 4.4: an unknown kind with segments left is refused; the kinds in use do not end at a host like us. */
    private static @Nullable DropCause checkRouting(IpHeader ip, byte[] b) {
        int at = ip.payloadOffset;
        return b[at + 3] == 0
                ? null
                : problem(ip, ERRONEOUS_FIELD, at + 2 - ip.packetOffset, DropCause.IP_SOURCE_ROUTE);
    }

    /** RFC 8200 section 4.2: the upper two bits of an unknown option say what becomes of the packet. */
    private static @Nullable DropCause checkOptions(IpHeader ip, byte[] b, int length) {
        int i = ip.payloadOffset + 2;
        int end = ip.payloadOffset + length;
        while (i < end) {
            int type = b[i] & 0xff;
            if (type == OPTION_PAD1) {
                i++;
                continue;
            }
            if (i + 2 > end || i + 2 + (b[i + 1] & 0xff) > end) {
                return DropCause.IP_BAD_HEADER;
            }
            if (type != OPTION_PADN && type >>> 6 != 0) {
                return type >>> 6 == 1
                        ? DropCause.IP_BAD_OPTION
                        : problem(ip, UNKNOWN_OPTION, i - ip.packetOffset, DropCause.IP_BAD_OPTION);
            }
            i += 2 + (b[i + 1] & 0xff);
        }
        return null;
    }

    /** RFC 8200 section 4.5. */
    private static @Nullable DropCause readFragment(IpHeader ip, byte[] b, boolean reassembled) {
        int at = ip.payloadOffset;
        int field = Endian.shortBe(b, at + 2);
        boolean more = (field & 1) != 0;
        int offset = field & 0xfff8;
        if (!more && offset == 0) {
            return null;
        }
        int length = ip.payloadLength - 8;
        if (reassembled) {
            return DropCause.IP_BAD_HEADER;
        }
        ip.fragmentOffset = offset;
        if (more && length % 8 != 0) {
            return problem(ip, ERRONEOUS_FIELD, IpHeader.LENGTH_V6, DropCause.IP_FRAGMENT_BAD);
        }
        if (offset + length > MAX_DATAGRAM) {
            return problem(ip, ERRONEOUS_FIELD, at + 2 - ip.packetOffset, DropCause.IP_FRAGMENT_BAD);
        }
        ip.moreFragments = more;
        ip.fragmentId = Endian.intBe(b, at + 4);
        return null;
    }

    private static DropCause problem(IpHeader ip, int code, int pointer, DropCause cause) {
        ip.problemCode = code;
        ip.problemPointer = pointer;
        return cause;
    }
}
