package pt.sunbeam.disco;

import java.util.random.RandomGenerator;
import pt.sunbeam.bytes.Endian;

/**
 * What ties a pong to its ping: twelve bytes that only the two ends of one ping can know (Tailscale 1.103, disco/disco.go).
 *
 * @param high the first eight bytes, big-endian
 * @param low the last four
 */
public record TxId(long high, int low) {
    public static final int BYTES = 12;

    public static TxId random(RandomGenerator random) {
        return new TxId(random.nextLong(), random.nextInt());
    }

    /** Reads {@link #BYTES} bytes at {@code offset}. */
    static TxId read(byte[] b, int offset) {
        return new TxId(Endian.longBe(b, offset), Endian.intBe(b, offset + 8));
    }

    void write(byte[] b, int offset) {
        Endian.putLongBe(b, offset, high);
        Endian.putIntBe(b, offset + 8, low);
    }
}
