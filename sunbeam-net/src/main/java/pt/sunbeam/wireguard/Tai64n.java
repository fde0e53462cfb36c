package pt.sunbeam.wireguard;

import java.time.Instant;
import pt.sunbeam.bytes.Endian;

/**
 * A TAI64N label as WireGuard puts it into initiations: ordered, its origin of no importance to anyone.
 *
 * @param seconds the 64-bit label: 2^62 + 10 + seconds since 1970, ordered as an unsigned number
 * @param nanos the nanoseconds within that second; from the wire any 32 bits, ordered as an unsigned number
 */
public record Tai64n(long seconds, int nanos) implements Comparable<Tai64n> {
    public static final int BYTES = 12;

    /** Earlier than, or equal to, every label. */
    public static final Tai64n MIN = new Tai64n(0, 0);

    private static final long BASE = 0x400000000000000aL;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    public static Tai64n of(Instant instant) {
        return new Tai64n(BASE + instant.getEpochSecond(), instant.getNano());
    }

    static Tai64n read(byte[] b, int offset) {
        return new Tai64n(Endian.longBe(b, offset), Endian.intBe(b, offset + 8));
    }

    /** The 12 bytes of the wire form. */
    public byte[] toBytes() {
        byte[] b = new byte[BYTES];
        Endian.putLongBe(b, 0, seconds);
        Endian.putIntBe(b, 8, nanos);
        return b;
    }

    /** The label {@code delta} nanoseconds later, for labels of our own making. */
    Tai64n plusNanos(long delta) {
        long sum = nanos + delta;
        return new Tai64n(seconds + sum / NANOS_PER_SECOND, (int) (sum % NANOS_PER_SECOND));
    }

    @Override
    public int compareTo(Tai64n other) {
        int bySeconds = Long.compareUnsigned(seconds, other.seconds);
        return bySeconds != 0 ? bySeconds : Integer.compareUnsigned(nanos, other.nanos);
    }
}
