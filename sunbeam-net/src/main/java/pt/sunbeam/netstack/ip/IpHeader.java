package pt.sunbeam.netstack.ip;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.counters.DropCause;

/**
 * The header of one IPv4 (RFC 791) or IPv6 (RFC 8200) packet, read in place into reused fields.
 *
 * <p>Addresses are two {@code long}s each, an IPv4 address in the lower 32 bits of the second, as in {@link IpAddress}.
 * Trailing bytes beyond the packet's own length (padding of the tunnel) are cut. IPv6 extension headers are left to
 * {@link ExtensionHeaders}.
 */
public final class IpHeader {
    public static final int ICMP = 1;
    public static final int TCP = 6;
    public static final int UDP = 17;
    public static final int ICMPV6 = 58;
    /** IPv6: nothing follows (RFC 8200 section 4.7). */
    public static final int NO_NEXT_HEADER = 59;

    /** Messages between Tailscale nodes about their flows; the number stands for "any private encryption scheme". */
    public static final int TSMP = 99;

    /** No parameter problem is to be reported. */
    public static final int NO_PROBLEM = -1;

    static final int LENGTH_V6 = 4;
    static final int NEXT_HEADER_V6 = 6;
    private static final int DONT_FRAGMENT = 0x4000;
    private static final int MORE_FRAGMENTS = 0x2000;
    private static final int HOP_LIMIT = 64;

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

    /** Where the field that names {@link #protocol} lies, from the start of the packet. */
    public int nextHeaderOffset;

    /** Place of a fragment's data in its datagram, in bytes. */
    public int fragmentOffset;

    public boolean moreFragments;
    public int fragmentId;

    /** Code of the ICMPv6 parameter problem (RFC 4443 section 3.4) that the sender has to hear of, or {@link #NO_PROBLEM}. */
    public int problemCode = NO_PROBLEM;

    /** The byte at fault, from the start of the packet. */
    public int problemPointer;

    /** True when this is a part of a datagram. */
    public boolean isFragment() {
        return moreFragments || fragmentOffset != 0;
    }

    /** Reads the header at {@code offset}; null, or why the packet is refused. */
    public @Nullable DropCause read(byte[] b, int offset, int length) {
        if (length < 1) {
            return DropCause.IP_TRUNCATED;
        }
        packetOffset = offset;
        moreFragments = false;
        fragmentOffset = 0;
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
        nextHeaderOffset = 9;
        fragmentId = Endian.shortBe(b, offset + 4);
        int fragment = Endian.shortBe(b, offset + 6);
        moreFragments = (fragment & MORE_FRAGMENTS) != 0;
        fragmentOffset = (fragment & 0x1fff) * 8;
        return null;
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
        protocol = b[offset + NEXT_HEADER_V6] & 0xff;
        nextHeaderOffset = NEXT_HEADER_V6;
        return null;
    }

    /** True when no host on the net can have this source: multicast, broadcast, unspecified, loopback, or the target. */
    public boolean hasImpossibleSource() {
        boolean bad = v6
                ? sourceHigh >>> 56 == 0xff || sourceHigh == 0 && (sourceLow == 0 || sourceLow == 1)
                : sourceLow >>> 28 >= 0xe || sourceLow >>> 24 == 127 || sourceLow >>> 24 == 0;
        return bad || sourceLow == targetLow && sourceHigh == targetHigh;
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
        if (length < header + 8 || !v6 && !isFirstOfV4(b, offset, header)) {
            return false;
        }
        sourceHigh = v6 ? Endian.longBe(b, offset + 8) : 0;
        sourceLow = v6 ? Endian.longBe(b, offset + 16) : Endian.intBe(b, offset + 12) & 0xffffffffL;
        targetHigh = v6 ? Endian.longBe(b, offset + 24) : 0;
        targetLow = v6 ? Endian.longBe(b, offset + 32) : Endian.intBe(b, offset + 16) & 0xffffffffL;
        protocol = b[offset + (v6 ? 6 : 9)] & 0xff;
        packetOffset = offset;
        packetLength = v6 ? 40 + Endian.shortBe(b, offset + LENGTH_V6) : Endian.shortBe(b, offset + 2);
        payloadOffset = offset + header;
        payloadLength = length - header;
        return true;
    }

    private static boolean isFirstOfV4(byte[] b, int offset, int header) {
        boolean v4 = header >= 20 && (b[offset] & 0xff) >>> 4 == 4;
        return v4 && (Endian.shortBe(b, offset + 6) & 0x1fff) == 0;
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
     * @param id the IPv4 identification (RFC 6864: without meaning in a packet that is never fragmented); unused for IPv6
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
            writeV6(b, offset, sourceHigh, sourceLow, targetHigh, targetLow, protocol, payloadBytes);
        } else {
            writeV4(b, offset, (int) sourceLow, (int) targetLow, protocol, payloadBytes, id << 16 | DONT_FRAGMENT);
        }
    }

    /** Writes the IPv4 header of a fragment whose data begins at byte {@code dataOffset} of the datagram, a multiple of 8. */
    public static void writeV4Fragment(
            byte[] b,
            int offset,
            int source,
            int target,
            int protocol,
            int payloadBytes,
            int id,
            int dataOffset,
            boolean more) {
        int fragment = dataOffset / 8 | (more ? MORE_FRAGMENTS : 0);
        writeV4(b, offset, source, target, protocol, payloadBytes, id << 16 | fragment);
    }

    /** Writes an IPv6 fragment header (RFC 8200 section 4.5). */
    public static void writeV6FragmentHeader(byte[] b, int offset, int protocol, int id, int dataOffset, boolean more) {
        Endian.putIntBe(b, offset, protocol << 24 | dataOffset | (more ? 1 : 0));
        Endian.putIntBe(b, offset + 4, id);
    }

    private static void writeV6(
            byte[] b,
            int offset,
            long sourceHigh,
            long sourceLow,
            long targetHigh,
            long targetLow,
            int protocol,
            int payloadBytes) {
        Endian.putIntBe(b, offset, 6 << 28);
        Endian.putIntBe(b, offset + 4, payloadBytes << 16 | protocol << 8 | HOP_LIMIT);
        Endian.putLongBe(b, offset + 8, sourceHigh);
        Endian.putLongBe(b, offset + 16, sourceLow);
        Endian.putLongBe(b, offset + 24, targetHigh);
        Endian.putLongBe(b, offset + 32, targetLow);
    }

    private static void writeV4(
            byte[] b, int offset, int source, int target, int protocol, int payloadBytes, int fragmentWord) {
        Endian.putIntBe(b, offset, 0x45000000 | payloadBytes + 20);
        Endian.putIntBe(b, offset + 4, fragmentWord);
        Endian.putIntBe(b, offset + 8, HOP_LIMIT << 24 | protocol << 16);
        Endian.putIntBe(b, offset + 12, source);
        Endian.putIntBe(b, offset + 16, target);
        Endian.putShortBe(b, offset + 10, Checksum.fold(Checksum.sum(b, offset, 20)));
    }
}
