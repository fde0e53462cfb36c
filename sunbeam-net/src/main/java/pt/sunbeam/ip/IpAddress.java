package pt.sunbeam.ip;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;

/**
 * An IPv4 or IPv6 address as a value.
 *
 * @param v6 true for IPv6
 * @param high the upper 64 bits of an IPv6 address; 0 for IPv4
 * @param low the lower 64 bits of an IPv6 address; the 32 bits of an IPv4 address
 */
public record IpAddress(boolean v6, long high, long low) implements Comparable<IpAddress> {
    public static final IpAddress ANY_V4 = v4(0);
    public static final IpAddress LOOPBACK_V4 = v4(0x7f000001);
    private static final int MAX_TEXT = 45;
    private static final long MAPPED = 0xffff;

    public static IpAddress v4(int bits) {
        return new IpAddress(false, 0, bits & 0xffffffffL);
    }

    public static IpAddress v6(long high, long low) {
        return new IpAddress(true, high, low);
    }

    /** Reads 4 or 16 bytes at {@code offset}. */
    public static IpAddress read(byte[] b, int offset, boolean v6) {
        return v6 ? v6(Endian.longBe(b, offset), Endian.longBe(b, offset + 8)) : v4(Endian.intBe(b, offset));
    }

    public static IpAddress of(InetAddress address) {
        byte[] b = address.getAddress();
        return read(b, 0, b.length == 16);
    }

    /** The address that {@code text} spells (no name, no zone, no port), or null. Never asks a resolver. */
    public static @Nullable IpAddress parse(String text) {
        if (text.isEmpty() || text.length() > MAX_TEXT) {
            return null;
        }
        return text.indexOf(':') >= 0 ? Ipv6Text.parse(text) : parseV4(text);
    }

    /** Strict dotted decimal: four numbers, no leading zero. */
    static @Nullable IpAddress parseV4(String text) {
        int bits = 0;
        int octets = 0;
        int value = -1;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (value < 0 || ++octets > 4) {
                    return null;
                }
                bits = bits << 8 | value;
                value = -1;
            } else if (c >= '0' && c <= '9' && value != 0) {
                value = Math.max(value, 0) * 10 + (c - '0');
                if (value > 255) {
                    return null;
                }
            } else {
                return null;
            }
        }
        return octets == 4 ? v4(bits) : null;
    }

    /** 4 or 16. */
    public int byteCount() {
        return v6 ? 16 : 4;
    }

    /** 32 or 128. */
    public int bitCount() {
        return v6 ? 128 : 32;
    }

    public void write(byte[] b, int offset) {
        if (v6) {
            Endian.putLongBe(b, offset, high);
            Endian.putLongBe(b, offset + 8, low);
        } else {
            Endian.putIntBe(b, offset, (int) low);
        }
    }

    public byte[] toBytes() {
        byte[] b = new byte[byteCount()];
        write(b, 0);
        return b;
    }

    /** Bit {@code index} counted from the most significant one; 0 or 1. */
    public int bit(int index) {
        if (!v6) {
            return (int) (low >>> (31 - index)) & 1;
        }
        return (int) (index < 64 ? high >>> (63 - index) : low >>> (127 - index)) & 1;
    }

    /** The IPv4 address that an IPv4-mapped one, ::ffff:0:0/96, stands for (RFC 4291 section 2.5.5.2); else this address. */
    public IpAddress unmapped() {
        return v6 && high == 0 && low >>> 32 == MAPPED ? v4((int) low) : this;
    }

    /** This address in 16 bytes: the IPv4-mapped form of an IPv4 address (RFC 4291 section 2.5.5.2). */
    public IpAddress mapped() {
        return v6 ? this : v6(0, MAPPED << 32 | low);
    }

    public boolean isUnspecified() {
        return high == 0 && low == 0;
    }

    /** 127.0.0.0/8 or ::1 (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3). */
    public boolean isLoopback() {
        return v6 ? high == 0 && low == 1 : low >>> 24 == 127;
    }

    /** 224.0.0.0/4 or ff00::/8. */
    public boolean isMulticast() {
        return v6 ? high >>> 56 == 0xff : low >>> 28 == 0xe;
    }

    /** 169.254.0.0/16 or fe80::/10. */
    public boolean isLinkLocal() {
        return v6 ? high >>> 54 == 0x3fa : low >>> 16 == 0xa9fe;
    }

    public InetAddress toInetAddress() {
        try {
            return InetAddress.getByAddress(toBytes());
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are always an address", e);
        }
    }

    @Override
    public int compareTo(IpAddress other) {
        if (v6 != other.v6) {
            return v6 ? 1 : -1;
        }
        return Arrays.compareUnsigned(toBytes(), other.toBytes());
    }

    /** Dotted decimal, or RFC 5952 text. */
    @Override
    public String toString() {
        if (v6) {
            return Ipv6Text.format(high, low);
        }
        return (low >>> 24) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255);
    }
}
