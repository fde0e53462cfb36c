package pt.sunbeam.stun;

import java.util.random.RandomGenerator;
import pt.sunbeam.bytes.Endian;

/**
 * What ties a response to its request: 96 bits (RFC 8489 section 5).
 *
 * @param high the first eight bytes, big-endian
 * @param low the last four
 */
public record TransactionId(long high, int low) {
    public static final int BYTES = 12;

    /** A fresh one; {@code random} has to be cryptographically strong, or others could answer. */
    public static TransactionId random(RandomGenerator random) {
        return new TransactionId(random.nextLong(), random.nextInt());
    }

    /** Reads {@link #BYTES} bytes at {@code offset}. */
    static TransactionId read(byte[] b, int offset) {
        return new TransactionId(Endian.longBe(b, offset), Endian.intBe(b, offset + 8));
    }

    void write(byte[] b, int offset) {
        Endian.putLongBe(b, offset, high);
        Endian.putIntBe(b, offset + 8, low);
    }
}
