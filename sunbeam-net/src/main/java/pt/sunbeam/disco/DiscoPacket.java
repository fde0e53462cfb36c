package pt.sunbeam.disco;

import java.util.Arrays;
import pt.sunbeam.crypto.NaclBox;
import pt.sunbeam.keys.DiscoPublic;

/**
 * The layout of a disco packet: magic, the sender's disco key, nonce, NaCl box (Tailscale 1.103, disco/disco.go). Packets of
 * WireGuard never begin with the magic, since three of their first four bytes are zero.
 */
public final class DiscoPacket {
    /** "TS" and U+1F4AC. */
    private static final byte[] MAGIC = {'T', 'S', (byte) 0xf0, (byte) 0x9f, (byte) 0x92, (byte) 0xac};

    private static final int KEY_BYTES = 32;

    /** Where nonce and box begin. */
    static final int NONCE_OFFSET = MAGIC.length + KEY_BYTES;

    /** Magic, key and nonce; what is shorter is no disco packet, whatever it begins with. */
    public static final int HEADER_BYTES = NONCE_OFFSET + NaclBox.NONCE_BYTES;

    private DiscoPacket() {}

    /** True when the bytes have a disco packet's magic and at least its header. */
    public static boolean matches(byte[] b, int offset, int length) {
        return length >= HEADER_BYTES && Arrays.equals(b, offset, offset + MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    /** The key that the packet at {@code offset}, which {@link #matches}, claims to come from. */
    static DiscoPublic sender(byte[] b, int offset) {
        int at = offset + MAGIC.length;
        return new DiscoPublic(Arrays.copyOfRange(b, at, at + KEY_BYTES));
    }

    /** A packet of {@code sender} around nonce and box. */
    static byte[] of(DiscoPublic sender, byte[] sealed) {
        byte[] packet = new byte[NONCE_OFFSET + sealed.length];
        System.arraycopy(MAGIC, 0, packet, 0, MAGIC.length);
        System.arraycopy(sender.toBytes(), 0, packet, MAGIC.length, KEY_BYTES);
        System.arraycopy(sealed, 0, packet, NONCE_OFFSET, sealed.length);
        return packet;
    }
}
