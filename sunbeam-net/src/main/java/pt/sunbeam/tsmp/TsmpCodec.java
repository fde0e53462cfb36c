package pt.sunbeam.tsmp;

import java.util.Arrays;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.tsmp.TsmpMessage.DiscoKey;
import pt.sunbeam.tsmp.TsmpMessage.Ping;
import pt.sunbeam.tsmp.TsmpMessage.Pong;
import pt.sunbeam.tsmp.TsmpMessage.Reject;
import pt.sunbeam.tsmp.TsmpMessage.Unknown;

/**
 * Messages of TSMP as bytes: one byte of type, then its fields (Tailscale 1.103, net/packet/tsmp.go). What follows the fields
 * that this version knows is ignored.
 */
public final class TsmpCodec {
    private static final byte DISCO_KEY = 'a';
    private static final byte PING = 'p';
    private static final byte PONG = 'o';
    private static final byte REJECT = '!';

    private static final int KEY_BYTES = 32;
    private static final int DISCO_KEY_BYTES = 1 + KEY_BYTES;
    private static final int PING_BYTES = 1 + Long.BYTES;
    private static final int PONG_BYTES = PING_BYTES + Short.BYTES;
    private static final int REJECT_BYTES = 7;
    private static final int MAYBE_BROKEN = 1;
    private static final Unknown UNKNOWN = new Unknown();

    private TsmpCodec() {}

    /** The payload of the IP packet that carries {@code message}. */
    public static byte[] encode(TsmpMessage.Sendable message) {
        return switch (message) {
            case DiscoKey(DiscoPublic key) -> {
                byte[] b = payload(DISCO_KEY, DISCO_KEY_BYTES);
                System.arraycopy(key.toBytes(), 0, b, 1, KEY_BYTES);
                yield b;
            }
            case Ping(long data) -> {
                byte[] b = payload(PING, PING_BYTES);
                Endian.putLongBe(b, 1, data);
                yield b;
            }
            case Pong(long data, int peerApiPort) -> {
                byte[] b = payload(PONG, PONG_BYTES);
                Endian.putLongBe(b, 1, data);
                Endian.putShortBe(b, PING_BYTES, peerApiPort);
                yield b;
            }
        };
    }

    private static byte[] payload(byte type, int lengthBytes) {
        byte[] b = new byte[lengthBytes];
        b[0] = type;
        return b;
    }

    /** The message in the payload of {@code length} bytes at {@code offset}. */
    public static TsmpMessage decode(byte[] b, int offset, int length) {
        if (length == 0) {
            return UNKNOWN;
        }
        return switch (b[offset]) {
            case DISCO_KEY -> length < DISCO_KEY_BYTES ? UNKNOWN : discoKey(b, offset + 1);
            case PING -> length < PING_BYTES ? UNKNOWN : new Ping(Endian.longBe(b, offset + 1));
            case PONG -> length < PING_BYTES ? UNKNOWN : pong(b, offset, length);
            case REJECT -> length < REJECT_BYTES ? UNKNOWN : reject(b, offset, length);
            default -> UNKNOWN;
        };
    }

    private static DiscoKey discoKey(byte[] b, int offset) {
        return new DiscoKey(new DiscoPublic(Arrays.copyOfRange(b, offset, offset + KEY_BYTES)));
    }

    private static Pong pong(byte[] b, int offset, int length) {
        int port = length < PONG_BYTES ? 0 : Endian.shortBe(b, offset + PING_BYTES);
        return new Pong(Endian.longBe(b, offset + 1), port);
    }

    private static Reject reject(byte[] b, int offset, int length) {
        boolean maybeBroken = length > REJECT_BYTES && (b[offset + REJECT_BYTES] & MAYBE_BROKEN) != 0;
        return new Reject(
                b[offset + 1] & 0xff,
                reason(b[offset + 2]),
                maybeBroken,
                Endian.shortBe(b, offset + 3),
                Endian.shortBe(b, offset + 5));
    }

    private static Reject.Reason reason(byte code) {
        return switch (code) {
            case 'A', 'S' -> Reject.Reason.POLICY;
            case 'W' -> Reject.Reason.HOST_FIREWALL;
            case 'F', 'T' -> Reject.Reason.NOT_FORWARDED;
            default -> Reject.Reason.OTHER;
        };
    }
}
