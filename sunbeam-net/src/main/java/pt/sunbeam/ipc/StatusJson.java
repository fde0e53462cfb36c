package pt.sunbeam.ipc;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ipc.DaemonStatus.ForwardStatus;
import pt.sunbeam.ipc.DaemonStatus.PeerStatus;
import pt.sunbeam.ipc.DaemonStatus.RelayStatus;
import pt.sunbeam.json.JsonObject;

/** The parts of a {@link DaemonStatus} as JSON, both ways. */
final class StatusJson {
    private StatusJson() {}

    static JsonObject relay(RelayStatus relay) {
        return new JsonObject()
                .put("region", relay.region())
                .put("name", relay.name())
                .put("connected", relay.connected());
    }

    static @Nullable RelayStatus relay(@Nullable JsonObject in) {
        return in == null
                ? null
                : new RelayStatus((int) in.number("region", 0), in.text("name", ""), in.flag("connected"));
    }

    static JsonObject peer(PeerStatus peer) {
        return new JsonObject()
                .put("name", peer.name())
                .put("addresses", peer.addresses())
                .put("online", peer.online())
                .put("lastSeen", peer.lastSeen())
                .put("path", peer.path())
                .put("receivedBytes", peer.receivedBytes())
                .put("sentBytes", peer.sentBytes())
                .put("lastHandshakeSeconds", peer.lastHandshakeSeconds());
    }

    static PeerStatus peer(JsonObject in) {
        return new PeerStatus(
                in.text("name", ""),
                in.texts("addresses"),
                in.has("online") ? (Boolean) in.flag("online") : null,
                in.text("lastSeen", ""),
                in.text("path", "-"),
                in.number("receivedBytes", 0),
                in.number("sentBytes", 0),
                in.number("lastHandshakeSeconds", -1));
    }

    static JsonObject forward(ForwardStatus forward) {
        return new JsonObject()
                .put("listen", forward.listen())
                .put("target", forward.target())
                .put("connections", forward.connections())
                .put("lastFailure", forward.lastFailure())
                .put("problem", forward.problem());
    }

    static ForwardStatus forward(JsonObject in) {
        return new ForwardStatus(
                in.text("listen", ""),
                in.text("target", ""),
                (int) in.number("connections", 0),
                in.text("lastFailure", ""),
                in.text("problem", ""));
    }
}
