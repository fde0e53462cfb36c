package pt.sunbeam.netstack.ip;

import pt.sunbeam.bytes.Endian;

/**
 * The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit words.
 *
 * <p>Sums are carried as a {@code long} that {@link #fold} reduces; they may be added in any order.
 */
public final class Checksum {
    private Checksum() {}

    /** The sum of {@code length} bytes; an odd last byte counts as the upper half of a word. */
    public static long sum(byte[] b, int offset, int length) {
        long sum = 0;
        int i = offset;
        int end = offset + length;
        for (; i <= end - 4; i += 4) {
            sum += Endian.intBe(b, i) & 0xffffffffL;
        }
        if (i <= end - 2) {
            sum += Endian.shortBe(b, i);
            i += 2;
        }
        if (i < end) {
            sum += (b[i] & 0xff) << 8;
        }
        return sum;
    }

    /** The sum of a transport pseudo-header (RFC 9293 section 3.1, RFC 8200 section 8.1). */
    public static long pseudoHeader(
            long sourceHigh, long sourceLow, long targetHigh, long targetLow, int protocol, int length) {
        return words(sourceHigh) + words(sourceLow) + words(targetHigh) + words(targetLow) + protocol + length;
    }

    private static long words(long bits) {
        return (bits >>> 32) + (bits & 0xffffffffL);
    }

    /** The 16-bit checksum of a sum, as it is written into a header. */
    public static int fold(long sum) {
        long s = (sum >>> 32) + (sum & 0xffffffffL);
        s = (s >>> 32) + (s & 0xffffffffL);
        s = (s >>> 16) + (s & 0xffff);
        s = (s >>> 16) + (s & 0xffff);
        return (int) ~s & 0xffff;
    }
}
