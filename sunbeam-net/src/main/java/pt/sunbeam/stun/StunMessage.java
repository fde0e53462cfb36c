package pt.sunbeam.stun;

import pt.sunbeam.bytes.Endian;

/** The header that all STUN messages have: type, length of the attributes, magic cookie, transaction (RFC 8489 section 5). */
public final class StunMessage {
    public static final int HEADER_BYTES = 20;

    static final int MAGIC_COOKIE = 0x2112a442;
    static final int LENGTH_OFFSET = 2;
    static final int COOKIE_OFFSET = 4;
    static final int TRANSACTION_OFFSET = 8;
    static final int ATTRIBUTE_HEADER_BYTES = 4;

    static final int BINDING_REQUEST = 0x0001;
    static final int BINDING_SUCCESS = 0x0101;

    private static final int NOT_STUN_BITS = 0xc0;
    private static final int BINDING = 0x01;

    private StunMessage() {}

    /** True when the bytes have the header of a STUN message. */
    public static boolean matches(byte[] b, int offset, int length) {
        return length >= HEADER_BYTES
                && (b[offset] & NOT_STUN_BITS) == 0
                && Endian.intBe(b, offset + COOKIE_OFFSET) == MAGIC_COOKIE;
    }

    /** True for a STUN message that is a binding request or a success response, by its type's second byte. */
    public static boolean matchesBinding(byte[] b, int offset, int length) {
        return matches(b, offset, length) && b[offset + 1] == BINDING;
    }
}
