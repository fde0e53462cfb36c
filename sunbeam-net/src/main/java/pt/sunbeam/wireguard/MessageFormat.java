package pt.sunbeam.wireguard;

import java.nio.charset.StandardCharsets;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.noise.IkPsk2Initiator;

/**
 * Types, sizes and offsets of the four messages (WireGuard paper, section 5.4). All integers are little-endian; the first
 * four bytes are the type and three zero bytes.
 */
final class MessageFormat {
    static final int INITIATION = 1;
    static final int RESPONSE = 2;
    static final int COOKIE_REPLY = 3;
    static final int TRANSPORT = 4;

    /** What {@link #type} answers for anything that is not a well-sized message. */
    static final int MALFORMED = 0;

    static final int SENDER_INDEX_AT = 4;
    static final int MAC_BYTES = 16;

    static final int INITIATION_NOISE_AT = 8;
    static final int INITIATION_NOISE_BYTES = IkPsk2Initiator.INITIATION_OVERHEAD_BYTES + Tai64n.BYTES;
    static final int INITIATION_BYTES = INITIATION_NOISE_AT + INITIATION_NOISE_BYTES + 2 * MAC_BYTES;

    static final int RESPONSE_RECEIVER_AT = 8;
    static final int RESPONSE_NOISE_AT = 12;
    static final int RESPONSE_NOISE_BYTES = IkPsk2Initiator.RESPONSE_OVERHEAD_BYTES;
    static final int RESPONSE_BYTES = RESPONSE_NOISE_AT + RESPONSE_NOISE_BYTES + 2 * MAC_BYTES;

    /** Where cookie replies and transport messages carry the receiver's index. */
    static final int RECEIVER_AT = 4;

    static final int COOKIE_NONCE_AT = 8;
    static final int COOKIE_SEALED_AT = 32;
    static final int COOKIE_REPLY_BYTES = 64;

    static final int COUNTER_AT = 8;
    static final int TRANSPORT_HEADER_BYTES = 16;
    static final int TAG_BYTES = 16;
    static final int MIN_TRANSPORT_BYTES = TRANSPORT_HEADER_BYTES + TAG_BYTES;

    /** The prologue of the Noise handshake. */
    private static final byte[] IDENTIFIER = "WireGuard v1 zx2c4 Jason@zx2c4.com".getBytes(StandardCharsets.US_ASCII);

    private MessageFormat() {}

    static byte[] prologue() {
        return IDENTIFIER.clone();
    }

    /** The type of a message whose length fits it, else {@link #MALFORMED}. */
    static int type(byte[] b, int offset, int length) {
        if (length < 4) {
            return MALFORMED;
        }
        int type = Endian.intLe(b, offset);
        boolean fits = switch (type) {
            case INITIATION -> length == INITIATION_BYTES;
            case RESPONSE -> length == RESPONSE_BYTES;
            case COOKIE_REPLY -> length == COOKIE_REPLY_BYTES;
            case TRANSPORT -> length >= MIN_TRANSPORT_BYTES;
            default -> false;
        };
        return fits ? type : MALFORMED;
    }
}
