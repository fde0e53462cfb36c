package pt.sunbeam.network;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;

/** A cursor over the attributes of one message or of one nest (netlink(7), linux/netlink.h): length, type, value, padding. */
final class NetlinkAttributes {
    private static final int HEADER_BYTES = 4;
    /** NLA_TYPE_MASK: the bits above say nested and network byte order. */
    private static final int TYPE_MASK = 0x3fff;

    private final byte[] b;
    private final int end;
    private int next;
    private int at;
    private int type;
    private int valueBytes;
    private boolean malformed;

    /** The caller has checked that the bytes from {@code start} to {@code end} are there. */
    NetlinkAttributes(byte[] b, int start, int end) {
        this.b = b;
        this.next = start;
        this.end = end;
    }

    /** Steps to the next attribute; false at the end, and at one that does not fit. */
    boolean next() {
        if (malformed || end - next < HEADER_BYTES) {
            return false;
        }
        int lengthBytes = Endian.shortLe(b, next);
        if (lengthBytes < HEADER_BYTES || lengthBytes > end - next) {
            malformed = true;
            return false;
        }
        type = Endian.shortLe(b, next + 2) & TYPE_MASK;
        at = next + HEADER_BYTES;
        valueBytes = lengthBytes - HEADER_BYTES;
        next = Math.min(end, next + (lengthBytes + 3 & ~3));
        return true;
    }

    boolean isMalformed() {
        return malformed;
    }

    int type() {
        return type;
    }

    /** The value's 32 bits, or {@code absent} when it is shorter. */
    int intOr(int absent) {
        return valueBytes < 4 ? absent : Endian.intLe(b, at);
    }

    /** The value as ASCII text up to a zero byte; other bytes become '?'. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (int i = at; i < at + valueBytes && b[i] != 0; i++) {
            text.append(b[i] > ' ' && b[i] < 127 ? (char) b[i] : '?');
        }
        return text.toString();
    }

    /** The address behind {@code skip} bytes of the value, which must end with it; null when the size is another. */
    @Nullable
    IpAddress address(boolean v6, int skip) {
        return valueBytes - skip == (v6 ? 16 : 4) ? IpAddress.read(b, at + skip, v6) : null;
    }

    /** The value's first 16 bits, or -1. */
    int shortValue() {
        return valueBytes < 2 ? -1 : Endian.shortLe(b, at);
    }

    NetlinkAttributes nested() {
        return new NetlinkAttributes(b, at, at + valueBytes);
    }

    int valueOffset() {
        return at;
    }

    int valueBytes() {
        return valueBytes;
    }
}
