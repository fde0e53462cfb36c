package pt.sunbeam.disco;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.disco.DiscoMessage.CallMeMaybe;
import pt.sunbeam.disco.DiscoMessage.Ignored;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.disco.DiscoMessage.Pong;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.NodePublic;

/**
 * The plaintext of a disco box: type, version, body (Tailscale 1.103, disco/disco.go). Bodies may be longer than this version
 * expects. An address takes 16 bytes, an IPv4 one in its mapped form. Every input is a message; what has no effect is
 * {@link Ignored}.
 */
public final class DiscoCodec {
    /** As much as a datagram of 64 KiB could carry, more or less; the largest MTU that is probed is 9000. */
    public static final int MAX_PADDING_BYTES = 65_535;

    private static final int PING = 1;
    private static final int PONG = 2;
    private static final int CALL_ME_MAYBE = 3;
    private static final int FIRST_OF_PEER_RELAY = 4;
    private static final int LAST_OF_PEER_RELAY = 9;
    private static final int VERSION = 0;

    private static final int HEADER_BYTES = 2;
    private static final int NODE_KEY_BYTES = 32;
    private static final int ADDRESS_BYTES = 16;
    private static final int ENDPOINT_BYTES = ADDRESS_BYTES + 2;
    private static final int AFTER_TX_ID = HEADER_BYTES + TxId.BYTES;

    private DiscoCodec() {}

    /** The plaintext of {@code message}. */
    public static byte[] encode(DiscoMessage.Sendable message) {
        return switch (message) {
            case Ping ping -> encodePing(ping);
            case Pong pong -> encodePong(pong);
            case CallMeMaybe call -> encodeCallMeMaybe(call);
        };
    }

    private static byte[] encodePing(Ping ping) {
        NodePublic key = ping.nodeKey();
        int keyBytes = key == null ? 0 : NODE_KEY_BYTES;
        byte[] b = plaintext(PING, TxId.BYTES + keyBytes + ping.paddingBytes());
        ping.txId().write(b, HEADER_BYTES);
        if (key != null) {
            System.arraycopy(key.toBytes(), 0, b, AFTER_TX_ID, NODE_KEY_BYTES);
        }
        return b;
    }

    private static byte[] encodePong(Pong pong) {
        byte[] b = plaintext(PONG, TxId.BYTES + ENDPOINT_BYTES);
        pong.txId().write(b, HEADER_BYTES);
        writeEndpoint(pong.source(), b, AFTER_TX_ID);
        return b;
    }

    private static byte[] encodeCallMeMaybe(CallMeMaybe call) {
        byte[] b = plaintext(CALL_ME_MAYBE, call.endpoints().size() * ENDPOINT_BYTES);
        int at = HEADER_BYTES;
        for (IpEndpoint endpoint : call.endpoints()) {
            writeEndpoint(endpoint, b, at);
            at += ENDPOINT_BYTES;
        }
        return b;
    }

    private static byte[] plaintext(int type, int bodyBytes) {
        byte[] b = new byte[HEADER_BYTES + bodyBytes];
        b[0] = (byte) type;
        b[1] = VERSION;
        return b;
    }

    /** The message that {@code plaintext} spells. */
    public static DiscoMessage decode(byte[] plaintext) {
        int type = plaintext.length == 0 ? 0 : plaintext[0] & 0xff;
        if (plaintext.length < HEADER_BYTES) {
            return new Ignored(type, Ignored.Reason.TOO_SHORT);
        }
        return switch (type) {
            case PING -> decodePing(plaintext);
            case PONG -> decodePong(plaintext);
            case CALL_ME_MAYBE -> decodeCallMeMaybe(plaintext);
            default -> new Ignored(type, reasonToIgnore(type));
        };
    }

    private static Ignored.Reason reasonToIgnore(int type) {
        return type >= FIRST_OF_PEER_RELAY && type <= LAST_OF_PEER_RELAY
                ? Ignored.Reason.PEER_RELAY
                : Ignored.Reason.UNKNOWN_TYPE;
    }

    private static DiscoMessage decodePing(byte[] b) {
        int rest = b.length - AFTER_TX_ID;
        if (rest < 0) {
            return new Ignored(PING, Ignored.Reason.TOO_SHORT);
        }
        TxId txId = TxId.read(b, HEADER_BYTES);
        NodePublic key = rest < NODE_KEY_BYTES
                ? NodePublic.ZERO
                : new NodePublic(Arrays.copyOfRange(b, AFTER_TX_ID, AFTER_TX_ID + NODE_KEY_BYTES));
        // Zeros in the key's place are the padding of a ping that names no node.
        boolean named = !key.isZero();
        int padding = Math.min(named ? rest - NODE_KEY_BYTES : rest, MAX_PADDING_BYTES);
        return new Ping(txId, named ? key : null, padding);
    }

    private static DiscoMessage decodePong(byte[] b) {
        if (b.length < AFTER_TX_ID + ENDPOINT_BYTES) {
            return new Ignored(PONG, Ignored.Reason.TOO_SHORT);
        }
        return new Pong(TxId.read(b, HEADER_BYTES), readEndpoint(b, AFTER_TX_ID));
    }

    /** A body that is no whole number of endpoints, or of another version, is a message without any. */
    private static DiscoMessage decodeCallMeMaybe(byte[] b) {
        int bodyBytes = b.length - HEADER_BYTES;
        boolean readable = b[1] == VERSION && bodyBytes % ENDPOINT_BYTES == 0;
        int count = readable ? bodyBytes / ENDPOINT_BYTES : 0;
        int kept = Math.min(count, CallMeMaybe.MAX_ENDPOINTS);
        List<IpEndpoint> endpoints = new ArrayList<>(kept);
        for (int i = 0; i < kept; i++) {
            endpoints.add(readEndpoint(b, HEADER_BYTES + i * ENDPOINT_BYTES));
        }
        return new CallMeMaybe(endpoints, count - kept);
    }

    private static IpEndpoint readEndpoint(byte[] b, int offset) {
        IpAddress address = IpAddress.read(b, offset, true).unmapped();
        return new IpEndpoint(address, Endian.shortBe(b, offset + ADDRESS_BYTES));
    }

    private static void writeEndpoint(IpEndpoint endpoint, byte[] b, int offset) {
        endpoint.address().mapped().write(b, offset);
        Endian.putShortBe(b, offset + ADDRESS_BYTES, endpoint.port());
    }
}
