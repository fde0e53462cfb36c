package pt.sunbeam.netstack.ip;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.counters.DropCause;

/**
 * The header of one IPv4 (RFC 791) or IPv6 (RFC 8200) packet, read in place into reused fields.
 *
 * <p>Addresses are two {@code long}s each, an IPv4 address in the lower 32 bits of the second, as in {@link IpAddress}.
 * Trailing bytes beyond the packet's own length (padding of the tunnel) are cut. IPv6 extension headers are skipped;
 * fragments are reported, not joined.
 */
public final class IpHeader {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;
    /** Messages between Tailscale nodes about their flows; the number stands for "any private encryption scheme". */
    public static final int TSMP = 99;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int MAX_EXTENSIONS = 8;

    public boolean v6;
    public long sourceHigh;
    public long sourceLow;
    public long targetHigh;
    public long targetLow;
    public int protocol;
    public int packetOffset;
    public int packetLength;
    public int payloadOffset;
    public int payloadLength;

    /** Reads the header at {@code offset}; null, or why the packet is refused. */
    public @Nullable DropCause read(byte[] b, int offset, int length) {
        if (length < 1) {
            return DropCause.IP_TRUNCATED;
        }
        packetOffset = offset;
        return switch ((b[offset] & 0xff) >>> 4) {
            case 4 -> readV4(b, offset, length);
            case 6 -> readV6(b, offset, length);
            default -> DropCause.IP_BAD_VERSION;
        };
    }

    private @Nullable DropCause readV4(byte[] b, int offset, int length) {
        if (length < 20) {
            return DropCause.IP_TRUNCATED;
        }
        int header = (b[offset] & 0xf) * 4;
        int total = Endian.shortBe(b, offset + 2);
        if (header < 20 || total < header) {
            return DropCause.IP_BAD_HEADER;
        }
        if (total > length) {
            return DropCause.IP_TRUNCATED;
        }
        if (Checksum.fold(Checksum.sum(b, offset, header)) != 0) {
            return DropCause.IP_BAD_CHECKSUM;
        }
        v6 = false;
        packetLength = total;
        sourceHigh = 0;
        targetHigh = 0;
        sourceLow = Endian.intBe(b, offset + 12) & 0xffffffffL;
        targetLow = Endian.intBe(b, offset + 16) & 0xffffffffL;
        protocol = b[offset + 9] & 0xff;
        payloadOffset = offset + header;
        payloadLength = total - header;
        // More fragments to come, or an offset: part of a datagram.
        return (Endian.shortBe(b, offset + 6) & 0x3fff) != 0 ? DropCause.IP_FRAGMENT : checkSource();
    }

    private @Nullable DropCause readV6(byte[] b, int offset, int length) {
        if (length < 40) {
            return DropCause.IP_TRUNCATED;
        }
        int payload = Endian.shortBe(b, offset + 4);
        if (payload > length - 40) {
            return DropCause.IP_TRUNCATED;
        }
        v6 = true;
        packetLength = 40 + payload;
        sourceHigh = Endian.longBe(b, offset + 8);
        sourceLow = Endian.longBe(b, offset + 16);
        targetHigh = Endian.longBe(b, offset + 24);
        targetLow = Endian.longBe(b, offset + 32);
        payloadOffset = offset + 40;
        payloadLength = payload;
        DropCause extensions = skipExtensions(b, b[offset + 6] & 0xff);
        return extensions != null ? extensions : checkSource();
    }

    private @Nullable DropCause skipExtensions(byte[] b, int first) {
        int next = first;
        for (int i = 0; i < MAX_EXTENSIONS; i++) {
            if (next != HOP_BY_HOP && next != ROUTING && next != DESTINATION_OPTIONS && next != FRAGMENT) {
                protocol = next;
                return null;
            }
            if (payloadLength < 8) {
                return DropCause.IP_BAD_HEADER;
            }
            int header = next == FRAGMENT ? 8 : 8 + (b[payloadOffset + 1] & 0xff) * 8;
            if (header > payloadLength || next == ROUTING && b[payloadOffset + 3] != 0) {
                return DropCause.IP_BAD_HEADER;
            }
            // RFC 6946: a fragment header with offset 0 and no more fragments is a whole packet.
            if (next == FRAGMENT && (Endian.shortBe(b, payloadOffset + 2) & 0xfff9) != 0) {
                return DropCause.IP_FRAGMENT;
            }
            next = b[payloadOffset] & 0xff;
            payloadOffset += header;
            payloadLength -= header;
        }
        return DropCause.IP_BAD_HEADER;
    }

    private @Nullable DropCause checkSource() {
        boolean bad = v6
                ? sourceHigh >>> 56 == 0xff || sourceHigh == 0 && (sourceLow == 0 || sourceLow == 1)
                : sourceLow >>> 28 >= 0xe || sourceLow >>> 24 == 127 || sourceLow >>> 24 == 0;
        return bad || sourceLow == targetLow && sourceHigh == targetHigh ? DropCause.IP_BAD_SOURCE : null;
    }

    /**
     * Reads the cut header that an ICMP error quotes: its checksum may have changed on the way, its total length exceeds
     * what is quoted. At least the first 8 bytes of the transport header must be there.
     */
    public boolean readQuoted(byte[] b, int offset, int length) {
        if (length < 28) {
            return false;
        }
        int header = (b[offset] & 0xff) >>> 4 == 6 ? 40 : (b[offset] & 0xf) * 4;
        v6 = (b[offset] & 0xff) >>> 4 == 6;
        if (length < header + 8 || !v6 && (header < 20 || (b[offset] & 0xff) >>> 4 != 4)) {
            return false;
        }
        sourceHigh = v6 ? Endian.longBe(b, offset + 8) : 0;
        sourceLow = v6 ? Endian.longBe(b, offset + 16) : Endian.intBe(b, offset + 12) & 0xffffffffL;
        targetHigh = v6 ? Endian.longBe(b, offset + 24) : 0;
        targetLow = v6 ? Endian.longBe(b, offset + 32) : Endian.intBe(b, offset + 16) & 0xffffffffL;
        protocol = b[offset + (v6 ? 6 : 9)] & 0xff;
        packetOffset = offset;
        payloadOffset = offset + header;
        payloadLength = length - header;
        return true;
    }

    public IpAddress source() {
        return new IpAddress(v6, sourceHigh, sourceLow);
    }

    public IpAddress target() {
        return new IpAddress(v6, targetHigh, targetLow);
    }

    /** The sum of the pseudo-header of a transport segment of {@code length} bytes in this packet. */
    public long pseudoHeaderSum(int transport, int length) {
        return Checksum.pseudoHeader(sourceHigh, sourceLow, targetHigh, targetLow, transport, length);
    }

    /** 20 or 40. */
    public static int bytes(boolean v6) {
        return v6 ? 40 : 20;
    }

    /**
     * Writes a header without options for a payload of {@code payloadBytes}; hop limit 64, never to be fragmented.
     *
     * @param id the IPv4 identification (RFC 6864: without meaning here); unused for IPv6
     */
    public static void write(
            byte[] b,
            int offset,
            boolean v6,
            long sourceHigh,
            long sourceLow,
            long targetHigh,
            long targetLow,
            int protocol,
            int payloadBytes,
            int id) {
        if (v6) {
            Endian.putIntBe(b, offset, 6 << 28);
            Endian.putIntBe(b, offset + 4, payloadBytes << 16 | protocol << 8 | 64);
            Endian.putLongBe(b, offset + 8, sourceHigh);
            Endian.putLongBe(b, offset + 16, sourceLow);
            Endian.putLongBe(b, offset + 24, targetHigh);
            Endian.putLongBe(b, offset + 32, targetLow);
        } else {
            Endian.putIntBe(b, offset, 0x45000000 | payloadBytes + 20);
            Endian.putIntBe(b, offset + 4, id << 16 | 0x4000);
            Endian.putIntBe(b, offset + 8, 64 << 24 | protocol << 16);
            Endian.putIntBe(b, offset + 12, (int) sourceLow);
            Endian.putIntBe(b, offset + 16, (int) targetLow);
            Endian.putShortBe(b, offset + 10, Checksum.fold(Checksum.sum(b, offset, 20)));
        }
    }
}
