package pt.sunbeam.wireguard;

import static pt.sunbeam.wireguard.MessageFormat.MAC_BYTES;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.crypto.Blake2s;

/**
 * mac1 and mac2, the last 32 bytes of both handshake messages (WireGuard paper, section 5.4.4): keyed BLAKE2s over everything
 * before them. mac1 shows that the sender knows whom it talks to; mac2, that it receives at its address.
 */
final class MessageMacs {
    private static final byte[] LABEL_MAC1 = "mac1----".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LABEL_COOKIE = "cookie--".getBytes(StandardCharsets.US_ASCII);

    private MessageMacs() {}

    /** The key of mac1 in messages to the owner of {@code staticPublic}. */
    static byte[] mac1Key(byte[] staticPublic) {
        return Blake2s.hash(LABEL_MAC1, staticPublic);
    }

    /** The key of cookie replies from the owner of {@code staticPublic}. */
    static byte[] cookieKey(byte[] staticPublic) {
        return Blake2s.hash(LABEL_COOKIE, staticPublic);
    }

    /** Writes mac1, and mac2 when there is a cookie, into a message that is complete but for them; returns mac1. */
    static byte[] stamp(byte[] message, byte[] mac1Key, byte @Nullable [] cookie) {
        int mac1At = message.length - 2 * MAC_BYTES;
        byte[] mac1 = Blake2s.mac(mac1Key, message, 0, mac1At);
        System.arraycopy(mac1, 0, message, mac1At, MAC_BYTES);
        if (cookie != null) {
            byte[] mac2 = Blake2s.mac(cookie, message, 0, mac1At + MAC_BYTES);
            System.arraycopy(mac2, 0, message, mac1At + MAC_BYTES, MAC_BYTES);
        }
        return mac1;
    }

    static boolean mac1Matches(byte[] message, byte[] mac1Key) {
        return matches(message, message.length - 2 * MAC_BYTES, mac1Key);
    }

    static boolean mac2Matches(byte[] message, byte[] cookie) {
        return matches(message, message.length - MAC_BYTES, cookie);
    }

    static byte[] mac1(byte[] message) {
        int at = message.length - 2 * MAC_BYTES;
        return Arrays.copyOfRange(message, at, at + MAC_BYTES);
    }

    private static boolean matches(byte[] message, int macAt, byte[] key) {
        byte[] sent = Arrays.copyOfRange(message, macAt, macAt + MAC_BYTES);
        return MessageDigest.isEqual(sent, Blake2s.mac(key, message, 0, macAt));
    }
}
