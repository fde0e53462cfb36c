package pt.sunbeam.wireguard;

import java.util.random.RandomGenerator;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.crypto.Blake2s;
import pt.sunbeam.crypto.XChaCha20Poly1305;

/**
 * Makes cookies, and the replies that carry them, without remembering anything about whom they were made for (WireGuard
 * paper, section 5.4.7): a cookie is a MAC of the sender's address under a secret that changes every two minutes.
 */
final class CookieSource {
    private static final int SECRET_BYTES = 32;

    private final byte[] replyKey;
    private final RandomGenerator random;
    private final byte[] secret = new byte[SECRET_BYTES];
    private long secretUntilNanos = Long.MIN_VALUE;

    CookieSource(byte[] ownStaticPublic, RandomGenerator random) {
        this.replyKey = MessageMacs.cookieKey(ownStaticPublic);
        this.random = random;
    }

    byte[] cookie(Origin origin, long nowNanos) {
        if (nowNanos >= secretUntilNanos) {
            random.nextBytes(secret);
            secretUntilNanos = nowNanos + Limits.COOKIE_NANOS;
        }
        byte[] address = origin.cookieBytes();
        return Blake2s.mac(secret, address, 0, address.length);
    }

    /** The cookie reply to a handshake message whose mac1 is right. */
    byte[] reply(byte[] message, Origin origin, long nowNanos) {
        return reply(message, cookie(origin, nowNanos));
    }

    byte[] reply(byte[] message, byte[] cookie) {
        byte[] nonce = new byte[XChaCha20Poly1305.NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = XChaCha20Poly1305.seal(replyKey, nonce, MessageMacs.mac1(message), cookie);
        byte[] out = new byte[MessageFormat.COOKIE_REPLY_BYTES];
        Endian.putIntLe(out, 0, MessageFormat.COOKIE_REPLY);
        System.arraycopy(message, MessageFormat.SENDER_INDEX_AT, out, MessageFormat.RECEIVER_AT, Integer.BYTES);
        System.arraycopy(nonce, 0, out, MessageFormat.COOKIE_NONCE_AT, nonce.length);
        System.arraycopy(sealed, 0, out, MessageFormat.COOKIE_SEALED_AT, sealed.length);
        return out;
    }
}
