package pt.sunbeam.stun;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.stun.StunResponse.Reason;

/** Walks the attributes of one binding success response (RFC 8489 sections 14, 14.1 and 14.2). */
final class StunResponseReader {
    private static final int MAPPED_ADDRESS = 0x0001;
    private static final int XOR_MAPPED_ADDRESS = 0x0020;

    /** XOR-MAPPED-ADDRESS as some servers number it, among the attributes that need not be understood. */
    private static final int XOR_MAPPED_ADDRESS_OPTIONAL = 0x8020;

    private static final int FAMILY_V4 = 1;
    private static final int FAMILY_V6 = 2;

    /** A zero byte, the family and the port, in front of the address. */
    private static final int ADDRESS_OFFSET = 4;

    private final byte[] b;
    private final int start;
    private final TransactionId transaction;
    private @Nullable IpEndpoint mapped;
    private @Nullable IpEndpoint xorMapped;

    StunResponseReader(byte[] b, int start) {
        this.b = b;
        this.start = start;
        this.transaction = TransactionId.read(b, start + StunMessage.TRANSACTION_OFFSET);
    }

    /** Why the bytes are no binding success response with all its attributes; null when they are one. */
    static @Nullable Reason refuse(byte[] b, int offset, int length) {
        if (!StunMessage.matches(b, offset, length)) {
            return Reason.NOT_STUN;
        }
        if (length > StunResponse.MAX_BYTES) {
            return Reason.TOO_LONG;
        }
        if (Endian.shortBe(b, offset) != StunMessage.BINDING_SUCCESS) {
            return Reason.NOT_BINDING_SUCCESS;
        }
        int attributesBytes = Endian.shortBe(b, offset + StunMessage.LENGTH_OFFSET);
        return attributesBytes > length - StunMessage.HEADER_BYTES ? Reason.TRUNCATED : null;
    }

    /** The mapped address; the form that middleboxes cannot have rewritten is preferred. */
    StunResponse read() {
        if (!readAttributes()) {
            return new StunResponse.Refused(Reason.MALFORMED_ATTRIBUTE);
        }
        IpEndpoint endpoint = xorMapped == null ? mapped : xorMapped;
        return endpoint == null
                ? new StunResponse.Refused(Reason.NO_MAPPED_ADDRESS)
                : new StunResponse.Mapped(transaction, endpoint);
    }

    private boolean readAttributes() {
        int at = start + StunMessage.HEADER_BYTES;
        int end = at + Endian.shortBe(b, start + StunMessage.LENGTH_OFFSET);
        while (at < end) {
            if (end - at < StunMessage.ATTRIBUTE_HEADER_BYTES) {
                return false;
            }
            int type = Endian.shortBe(b, at);
            int valueBytes = Endian.shortBe(b, at + 2);
            int paddedBytes = (valueBytes + 3) & ~3;
            at += StunMessage.ATTRIBUTE_HEADER_BYTES;
            if (paddedBytes > end - at || !readAttribute(type, at, valueBytes)) {
                return false;
            }
            at += paddedBytes;
        }
        return true;
    }

    private boolean readAttribute(int type, int at, int valueBytes) {
        return switch (type) {
            case MAPPED_ADDRESS -> {
                mapped = endpoint(at, valueBytes, false);
                yield mapped != null;
            }
            case XOR_MAPPED_ADDRESS, XOR_MAPPED_ADDRESS_OPTIONAL -> {
                xorMapped = endpoint(at, valueBytes, true);
                yield xorMapped != null;
            }
            default -> true;
        };
    }

    private @Nullable IpEndpoint endpoint(int at, int valueBytes, boolean xor) {
        if (valueBytes < ADDRESS_OFFSET) {
            return null;
        }
        int family = b[at + 1];
        boolean v6 = family == FAMILY_V6;
        if (!v6 && family != FAMILY_V4 || valueBytes < ADDRESS_OFFSET + (v6 ? 16 : 4)) {
            return null;
        }
        IpAddress address = IpAddress.read(b, at + ADDRESS_OFFSET, v6);
        int port = Endian.shortBe(b, at + 2);
        return xor
                ? new IpEndpoint(unmasked(address).unmapped(), port ^ StunMessage.MAGIC_COOKIE >>> 16)
                : new IpEndpoint(address.unmapped(), port);
    }

    /** The mask is the magic cookie, and for IPv6 the transaction behind it. */
    private IpAddress unmasked(IpAddress address) {
        if (!address.v6()) {
            return IpAddress.v4((int) address.low() ^ StunMessage.MAGIC_COOKIE);
        }
        long high = (long) StunMessage.MAGIC_COOKIE << 32 | transaction.high() >>> 32;
        long low = transaction.high() << 32 | transaction.low() & 0xffffffffL;
        return IpAddress.v6(address.high() ^ high, address.low() ^ low);
    }
}
