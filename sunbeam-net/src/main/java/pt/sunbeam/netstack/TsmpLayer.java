package pt.sunbeam.netstack;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.tcp.TcpLayer;
import pt.sunbeam.tsmp.TsmpCodec;
import pt.sunbeam.tsmp.TsmpMessage;

/**
 * Messages between peers inside the tunnel (Tailscale 1.103, net/packet/tsmp.go): answers pings, ends opens that the peer rejects,
 * and passes on which disco key the peer has. WireGuard has proved who sent them, so the peer's word about itself is taken.
 */
final class TsmpLayer {
    /** The peer API, which this program does not serve. */
    private static final int NO_PEER_API = 0;

    private final Host host;
    private final TcpLayer tcp;
    private Consumer<DiscoPublic> onDiscoKey = _ -> {};

    TsmpLayer(Host host, TcpLayer tcp) {
        this.host = host;
        this.tcp = tcp;
    }

    void setDiscoKeyListener(Consumer<DiscoPublic> listener) {
        onDiscoKey = listener;
    }

    /** Takes the packet whose header is {@code ip}; null when it had an effect. */
    @Nullable
    DropCause input(IpHeader ip, byte[] b) {
        return switch (TsmpCodec.decode(b, ip.payloadOffset, ip.payloadLength)) {
            case TsmpMessage.Reject reject ->
                reject.protocol() == IpHeader.TCP && tcp.onReject(ip, reject) ? null : DropCause.TSMP_UNMATCHED;
            case TsmpMessage.Ping(long data) -> answer(ip, data);
            case TsmpMessage.DiscoKey(DiscoPublic key) -> {
                onDiscoKey.accept(key);
                yield null;
            }
            // Nobody here pings this way.
            case TsmpMessage.Pong _ -> DropCause.TSMP_UNMATCHED;
            case TsmpMessage.Unknown() -> DropCause.TSMP_UNKNOWN;
        };
    }

    private @Nullable DropCause answer(IpHeader ip, long data) {
        Egress path = host.pathTo(ip.source());
        if (path == null) {
            return DropCause.TSMP_UNMATCHED;
        }
        path.reply(packet(ip.target(), ip.source(), new TsmpMessage.Pong(data, NO_PEER_API)));
        return null;
    }

    /** Tells the peer at {@code to} this node's disco key, ahead of the data that waits for it. */
    void tellDiscoKey(IpAddress to, DiscoPublic key) {
        IpAddress from = host.sourceFor(to);
        Egress path = host.pathTo(to);
        if (from != null && path != null) {
            path.reply(packet(from, to, new TsmpMessage.DiscoKey(key)));
        }
    }

    private static byte[] packet(IpAddress from, IpAddress to, TsmpMessage.Sendable message) {
        byte[] payload = TsmpCodec.encode(message);
        int headerBytes = IpHeader.bytes(to.v6());
        byte[] packet = new byte[headerBytes + payload.length];
        IpHeader.write(
                packet, 0, to.v6(), from.high(), from.low(), to.high(), to.low(), IpHeader.TSMP, payload.length, 0);
        System.arraycopy(payload, 0, packet, headerBytes, payload.length);
        return packet;
    }
}
