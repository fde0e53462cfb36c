package pt.sunbeam.cli;

import java.util.ArrayList;
import java.util.List;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.DaemonStatus.ForwardStatus;
import pt.sunbeam.ipc.DaemonStatus.PeerStatus;
import pt.sunbeam.ipc.DaemonStatus.RelayStatus;
import pt.sunbeam.ipc.IpcError;

/** A daemon's status as lines for a person. */
final class StatusText {
    static final String NOT_RUNNING = "VPN: not running";

    private StatusText() {}

    /** {@code VPN: STATE}, the block below it, then a line for each peer and each forward. */
    static List<String> lines(DaemonStatus status) {
        List<String> lines = new ArrayList<>();
        lines.add("VPN: " + Text.printable(status.state().text()));
        if (status.state() instanceof DaemonState.Reconnecting(int attempt, IpcError error, long retryInMillis)) {
            lines.add("  last failure: " + Text.printable(error.message()));
        }
        if (status.state() instanceof DaemonState.Running || !status.addresses().isEmpty()) {
            lines.add("  addresses: " + Text.printable(String.join(", ", status.addresses())));
            lines.add("  peers: " + status.peers().size());
            lines.add("  derp home: " + relay(status));
            lines.addAll(
                    Text.columns(status.peers().stream().map(StatusText::peer).toList()));
        }
        lines.addAll(
                Text.columns(status.forwards().stream().map(StatusText::forward).toList()));
        for (String complaint : status.health()) {
            lines.add("health: " + Text.printable(complaint));
        }
        return lines;
    }

    /** What {@code connect} says when it is done. */
    static String connected(DaemonStatus status) {
        return "Connected (" + Text.printable(String.join(", ", status.addresses())) + ") — "
                + status.peers().size() + " peers visible";
    }

    private static String relay(DaemonStatus status) {
        RelayStatus relay = status.relay();
        if (relay == null) {
            return "none";
        }
        return "region " + relay.region() + (relay.name().isEmpty() ? "" : " (" + Text.printable(relay.name()) + ")")
                + (relay.connected() ? "" : ", not connected");
    }

    private static List<String> peer(PeerStatus peer) {
        String address = peer.addresses().isEmpty() ? "-" : peer.addresses().getFirst();
        List<String> row = new ArrayList<>(List.of(
                Text.printable(peer.name()), Text.printable(address), presence(peer), Text.printable(peer.path())));
        if (peer.lastHandshakeSeconds() >= 0 || peer.receivedBytes() > 0 || peer.sentBytes() > 0) {
            row.add(handshake(peer));
            row.add("received " + Text.bytes(peer.receivedBytes()) + ", sent " + Text.bytes(peer.sentBytes()));
        }
        return row;
    }

    private static String handshake(PeerStatus peer) {
        return peer.lastHandshakeSeconds() < 0
                ? "no handshake"
                : "handshake " + Text.age(peer.lastHandshakeSeconds()) + " ago";
    }

    private static String presence(PeerStatus peer) {
        Boolean online = peer.online();
        if (online != null && online) {
            return "online";
        }
        String seen = peer.lastSeen().isEmpty() ? "" : ", last seen " + Text.printable(peer.lastSeen());
        return online == null && seen.isEmpty() ? "-" : "offline" + seen;
    }

    private static List<String> forward(ForwardStatus forward) {
        String failure = forward.lastFailure().isEmpty() ? "" : ", last failure: " + forward.lastFailure();
        return List.of(
                "forward",
                forward.listen(),
                "-> " + Text.printable(forward.target()),
                "connections: " + forward.connections() + Text.printable(failure));
    }
}
