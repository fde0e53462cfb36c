package pt.sunbeam.portmap;

import java.util.random.RandomGenerator;
import pt.sunbeam.bytes.Endian;

/**
 * What ties answers and later requests to one mapping: 96 bits (RFC 6887 section 11.1).
 *
 * @param high the first eight bytes, big-endian
 * @param low the last four
 */
public record PcpNonce(long high, int low) {
    /** A fresh one; {@code random} has to be cryptographically strong, or others could answer. */
    static PcpNonce random(RandomGenerator random) {
        return new PcpNonce(random.nextLong(), random.nextInt());
    }

    static PcpNonce read(byte[] b, int offset) {
        return new PcpNonce(Endian.longBe(b, offset), Endian.intBe(b, offset + 8));
    }

    void write(byte[] b, int offset) {
        Endian.putLongBe(b, offset, high);
        Endian.putIntBe(b, offset + 8, low);
    }
}
