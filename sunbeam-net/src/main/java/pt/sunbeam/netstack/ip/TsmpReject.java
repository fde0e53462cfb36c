package pt.sunbeam.netstack.ip;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;

/**
 * The message by which a Tailscale peer says that it rejected a flow: TSMP, IP protocol 99 (Tailscale 1.102
 * net/packet/tsmp.go). On the wire, after the IP header: '!', the rejected protocol, a reason, the flow's source and
 * destination ports as its sender saw them, and sometimes a byte of flags.
 *
 * @param protocol IP protocol of the rejected flow
 * @param maybeBroken the peer is not sure: no more than a hint
 * @param localPort port of the side that receives the message
 * @param remotePort port of the side that sent it
 */
public record TsmpReject(int protocol, Reason reason, boolean maybeBroken, int localPort, int remotePort) {
    private static final int TYPE = '!';
    private static final int MIN_BYTES = 7;
    private static final int MAYBE_BROKEN = 1;

    /** Why the flow was rejected. */
    public enum Reason {
        /** The access rules do not allow it, or the peer takes no connections at all ("shields up"). */
        POLICY,
        /** The firewall of the peer's host. */
        HOST_FIREWALL,
        /** The peer does not forward to that address. */
        NOT_FORWARDED,
        /** A reason that this version does not know. */
        OTHER
    }

    /** The rejection in {@code ip}'s payload; null when it is another message or too short. */
    public static @Nullable TsmpReject read(IpHeader ip, byte[] b) {
        int at = ip.payloadOffset;
        if (ip.payloadLength < MIN_BYTES || b[at] != TYPE) {
            return null;
        }
        boolean maybeBroken = ip.payloadLength > MIN_BYTES && (b[at + 7] & MAYBE_BROKEN) != 0;
        return new TsmpReject(
                b[at + 1] & 0xff, reason(b[at + 2]), maybeBroken, Endian.shortBe(b, at + 3), Endian.shortBe(b, at + 5));
    }

    private static Reason reason(byte code) {
        return switch (code) {
            case 'A', 'S' -> Reason.POLICY;
            case 'W' -> Reason.HOST_FIREWALL;
            case 'F', 'T' -> Reason.NOT_FORWARDED;
            default -> Reason.OTHER;
        };
    }
}
