package pt.sunbeam.stun;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import pt.sunbeam.bytes.Endian;

/**
 * A binding request as the servers of Tailscale and Headscale answer it, and no other (Tailscale 1.103, net/stun/stun.go): the
 * attributes are SOFTWARE "tailnode" and FINGERPRINT (RFC 8489 sections 14.14 and 14.7).
 */
public final class StunRequest {
    public static final int BYTES = 40;

    private static final int SOFTWARE = 0x8022;
    private static final byte[] SOFTWARE_NAME = "tailnode".getBytes(StandardCharsets.US_ASCII);
    private static final int FINGERPRINT = 0x8028;
    private static final int FINGERPRINT_XOR = 0x5354554e;
    private static final int FINGERPRINT_OFFSET = 32;

    private StunRequest() {}

    /** The request of this transaction. It has to leave through the socket whose address is asked for. */
    public static byte[] encode(TransactionId transaction) {
        byte[] b = new byte[BYTES];
        Endian.putShortBe(b, 0, StunMessage.BINDING_REQUEST);
        Endian.putShortBe(b, StunMessage.LENGTH_OFFSET, BYTES - StunMessage.HEADER_BYTES);
        Endian.putIntBe(b, StunMessage.COOKIE_OFFSET, StunMessage.MAGIC_COOKIE);
        transaction.write(b, StunMessage.TRANSACTION_OFFSET);
        int at = attribute(b, StunMessage.HEADER_BYTES, SOFTWARE, SOFTWARE_NAME.length);
        System.arraycopy(SOFTWARE_NAME, 0, b, at, SOFTWARE_NAME.length);
        at = attribute(b, FINGERPRINT_OFFSET, FINGERPRINT, Integer.BYTES);
        Endian.putIntBe(b, at, fingerprint(b));
        return b;
    }

    private static int attribute(byte[] b, int offset, int type, int valueBytes) {
        Endian.putShortBe(b, offset, type);
        Endian.putShortBe(b, offset + 2, valueBytes);
        return offset + StunMessage.ATTRIBUTE_HEADER_BYTES;
    }

    /** The checksum of all before the attribute, whose own bytes the header's length already counts. */
    private static int fingerprint(byte[] b) {
        CRC32 crc = new CRC32();
        crc.update(b, 0, FINGERPRINT_OFFSET);
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }
}
