package pt.sunbeam.sim;

/** Recognises TCP segments that do nothing but acknowledge; IPv6 without extension headers. Any bytes may be given. */
final class PureAck {
    private static final int TCP = 6;
    private static final int ACK = 0x10;

    private PureAck() {}

    static boolean is(byte[] b, int offset, int length) {
        if (length < 40) {
            return false;
        }
        int version = (b[offset] & 0xff) >> 4;
        return switch (version) {
            case 4 -> b[offset + 9] == TCP && isBare(b, offset, (b[offset] & 0xf) * 4, totalLength(b, offset), length);
            case 6 -> b[offset + 6] == TCP && isBare(b, offset, 40, length, length);
            default -> false;
        };
    }

    private static int totalLength(byte[] b, int offset) {
        return (b[offset + 2] & 0xff) << 8 | b[offset + 3] & 0xff;
    }

    private static boolean isBare(byte[] b, int offset, int ipHeader, int total, int length) {
        if (total > length || ipHeader + 20 > total) {
            return false;
        }
        int tcpHeader = ((b[offset + ipHeader + 12] & 0xff) >> 4) * 4;
        return b[offset + ipHeader + 13] == ACK && ipHeader + tcpHeader == total;
    }
}
