package pt.sunbeam.derp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.keys.NodePublic;

/**
 * The layout of relay frames: one byte of type, a big-endian 32-bit payload length, the payload. Types and limits as
 * in Tailscale 1.102, derp/derp.go.
 */
public final class DerpFrame {
    public static final int HEADER_BYTES = 5;
    public static final int KEY_BYTES = 32;

    /** A frame larger than this ends the connection. */
    public static final int MAX_PAYLOAD_BYTES = 1 << 20;

    /** The largest relayed packet, without keys. */
    public static final int MAX_PACKET_BYTES = 64 << 10;

    /** What stands in front of a packet to send: frame header and destination. */
    public static final int SEND_PREFIX_BYTES = HEADER_BYTES + KEY_BYTES;

    public static final byte SERVER_KEY = 0x01;
    public static final byte CLIENT_INFO = 0x02;
    public static final byte SERVER_INFO = 0x03;
    public static final byte SEND_PACKET = 0x04;
    public static final byte RECV_PACKET = 0x05;
    public static final byte KEEP_ALIVE = 0x06;
    public static final byte NOTE_PREFERRED = 0x07;
    public static final byte PEER_GONE = 0x08;
    public static final byte PING = 0x12;
    public static final byte PONG = 0x13;
    public static final byte HEALTH = 0x14;
    public static final byte RESTARTING = 0x15;

    /** "DERP" and U+1F511, in front of the server's key. */
    static final byte[] MAGIC = "DERP\uD83D\uDD11".getBytes(StandardCharsets.UTF_8);

    private DerpFrame() {}

    /** A whole frame. */
    public static byte[] encode(byte type, byte[]... payload) {
        int length = 0;
        for (byte[] part : payload) {
            length += part.length;
        }
        byte[] out = new byte[HEADER_BYTES + length];
        putHeader(out, 0, type, length);
        int at = HEADER_BYTES;
        for (byte[] part : payload) {
            System.arraycopy(part, 0, out, at, part.length);
            at += part.length;
        }
        return out;
    }

    static void putHeader(byte[] out, int offset, byte type, int payloadBytes) {
        out[offset] = type;
        Endian.putIntBe(out, offset + 1, payloadBytes);
    }

    /**
     * Writes the prefix of a SendPacket frame directly in front of a packet that lies at {@code packetOffset}; returns
     * the frame's offset. The room before the packet is the caller's to guarantee.
     */
    public static int prefixSendPacket(byte[] array, int packetOffset, int packetBytes, byte[] destination) {
        int at = packetOffset - SEND_PREFIX_BYTES;
        putHeader(array, at, SEND_PACKET, KEY_BYTES + packetBytes);
        System.arraycopy(destination, 0, array, at + HEADER_BYTES, KEY_BYTES);
        return at;
    }

    static NodePublic key(byte[] b, int offset) {
        return new NodePublic(Arrays.copyOfRange(b, offset, offset + KEY_BYTES));
    }

    static boolean startsWithMagic(byte[] b, int offset) {
        return Arrays.equals(b, offset, offset + MAGIC.length, MAGIC, 0, MAGIC.length);
    }
}
