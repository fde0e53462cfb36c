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
            lines.addAll(failure(error));
        }
        lines.addAll(nextStep(status.state()));
        if (status.state() instanceof DaemonState.Running || !status.addresses().isEmpty()) {
            lines.add("  addresses: " + Text.printable(String.join(", ", status.addresses())));
            lines.add("  peers: " + status.peers().size());
            lines.add("  derp home: " + relay(status));
            if (!status.name().isEmpty()) {
                lines.add("  name: " + name(status));
            }
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
                + status.peers().size() + (status.peers().size() == 1 ? " peer" : " peers") + " visible";
    }

    /** Why something failed, and what to do about it. */
    static List<String> failure(IpcError error) {
        String message = "  last failure: " + Text.printable(error.message());
        return error.advice().isEmpty() ? List.of(message) : List.of(message, next(error.advice()));
    }

    private static String next(String advice) {
        return "  next: " + Text.printable(advice);
    }

    private static List<String> nextStep(DaemonState state) {
        return switch (state) {
            case DaemonState.LoginNeeded _ ->
                List.of(next("open that URL, or give a key: sunbeam connect --auth-key file:PATH"));
            case DaemonState.ApprovalNeeded() -> List.of(next("ask an administrator of the tailnet to approve it"));
            default -> List.of();
        };
    }

    /** The name that the server gave, which peers use; it may differ from the one asked for. */
    private static String name(DaemonStatus status) {
        boolean more = !status.fullName().isEmpty() && !status.fullName().equals(status.name());
        return Text.printable(status.name() + (more ? " (" + status.fullName() + ")" : ""));
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
        String seen = peer.lastSeen().isEmpty() ? "" : ", last seen " + Text.printable(wholeSeconds(peer.lastSeen()));
        return online == null && seen.isEmpty() ? "-" : "offline" + seen;
    }

    private static String wholeSeconds(String rfc3339) {
        return rfc3339.replaceFirst("\\.\\d+", "");
    }

    private static List<String> forward(ForwardStatus forward) {
        String problem = forward.problem().isEmpty() || forward.problem().equals(forward.lastFailure())
                ? ""
                : ", " + forward.problem();
        String failure = forward.lastFailure().isEmpty() ? "" : ", last failure: " + forward.lastFailure();
        return List.of(
                "forward",
                forward.listen(),
                "-> " + Text.printable(forward.target()),
                "connections: " + forward.connections() + Text.printable(problem + failure));
    }
}
