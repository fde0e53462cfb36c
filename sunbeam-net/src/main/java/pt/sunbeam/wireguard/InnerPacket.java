package pt.sunbeam.wireguard;

import pt.sunbeam.bytes.Endian;

/** What the tunnel reads of the packets it carries: version, total length, and where the source address is. */
final class InnerPacket {
    static final int SOURCE_AT_V4 = 12;
    static final int SOURCE_AT_V6 = 8;
    private static final int HEADER_BYTES_V4 = 20;
    private static final int HEADER_BYTES_V6 = 40;

    private InnerPacket() {}

    /** 4, 6, or anything else for bytes that are no IP packet. */
    static int version(byte[] b, int offset) {
        return b[offset] >> 4 & 0xf;
    }

    /** The packet's length as its header tells it, without padding; -1 unless a whole packet is there. */
    static int totalLength(byte[] b, int offset, int length) {
        if (length < HEADER_BYTES_V4) {
            return -1;
        }
        int total = switch (version(b, offset)) {
            case 4 -> Endian.shortBe(b, offset + 2);
            case 6 -> length < HEADER_BYTES_V6 ? -1 : HEADER_BYTES_V6 + Endian.shortBe(b, offset + 4);
            default -> -1;
        };
        return total >= HEADER_BYTES_V4 && total <= length ? total : -1;
    }
}
