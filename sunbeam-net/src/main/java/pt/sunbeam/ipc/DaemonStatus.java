package pt.sunbeam.ipc;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.json.JsonObject;

/**
 * Everything the daemon tells about itself: an immutable picture, replaced at each change.
 *
 * @param state where it stands
 * @param pid its process
 * @param version the program's version
 * @param context whose daemon it is
 * @param server the coordination server's URL
 * @param hostname the name it asked for
 * @param name this node's short name as the server knows it; empty before the first map
 * @param fullName the same with the tailnet's domain, without a final dot; empty before the first map
 * @param caFiles the PEM files it trusts beside the system's
 * @param portMapping whether it may ask the router for a port
 * @param uptimeSeconds since the daemon's start
 * @param addresses this node's, IPv4 first; empty before the first map
 * @param relay the home relay, or null before one is chosen
 * @param peers sorted by name
 * @param forwards as they were asked for, also before they are open
 * @param health what the server or the relay complains about
 * @param counters named numbers: drops by cause, bytes, the longest turn of the data loop
 */
public record DaemonStatus(
        DaemonState state,
        long pid,
        String version,
        String context,
        String server,
        String hostname,
        String name,
        String fullName,
        List<String> caFiles,
        boolean portMapping,
        long uptimeSeconds,
        List<String> addresses,
        @Nullable RelayStatus relay,
        List<PeerStatus> peers,
        List<ForwardStatus> forwards,
        List<String> health,
        JsonObject counters) {

    /** The form's version: raised when a member changes its meaning, not when one is added. */
    public static final int SCHEMA = 1;

    public DaemonStatus {
        caFiles = List.copyOf(caFiles);
        addresses = List.copyOf(addresses);
        peers = List.copyOf(peers);
        forwards = List.copyOf(forwards);
        health = List.copyOf(health);
    }

    /**
     * The home relay.
     *
     * @param region its number
     * @param name its display name; may be empty
     * @param connected whether the connection is up now
     */
    public record RelayStatus(int region, String name, boolean connected) {}

    /**
     * One peer.
     *
     * @param name its short name
     * @param addresses its own, IPv4 first
     * @param online null when the server does not say
     * @param lastSeen RFC 3339 text, or empty
     * @param path "direct IP:PORT", "relay NAME", or "-" while there is no traffic
     * @param receivedBytes of this daemon's life
     * @param sentBytes of this daemon's life
     * @param lastHandshakeSeconds its age, or -1 when there was none
     */
    public record PeerStatus(
            String name,
            List<String> addresses,
            @Nullable Boolean online,
            String lastSeen,
            String path,
            long receivedBytes,
            long sentBytes,
            long lastHandshakeSeconds) {
        public PeerStatus {
            addresses = List.copyOf(addresses);
        }
    }

    /**
     * One local forward.
     *
     * @param listen ADDRESS:PORT on this machine
     * @param target HOST:PORT in the tailnet
     * @param connections open now
     * @param lastFailure why the last connection could not be made; empty when there was none
     * @param problem why the target cannot be reached now, as far as the server's map says; empty when it can
     */
    public record ForwardStatus(String listen, String target, int connections, String lastFailure, String problem) {
        /** The same with another problem. */
        public ForwardStatus withProblem(String other) {
            return new ForwardStatus(listen, target, connections, lastFailure, other);
        }
    }

    public JsonObject toJson() {
        JsonObject out = new JsonObject().put("schema", SCHEMA);
        state.writeTo(out);
        out.put("pid", pid)
                .put("version", version)
                .put("context", context)
                .put("server", server)
                .put("hostname", hostname)
                .put("name", name)
                .put("fullName", fullName)
                .put("caFiles", caFiles)
                .put("portMapping", portMapping)
                .put("uptimeSeconds", uptimeSeconds)
                .put("addresses", addresses);
        if (relay != null) {
            out.put("derpHome", StatusJson.relay(relay));
        }
        return out.put("peers", peers.stream().map(StatusJson::peer).toList())
                .put("forwards", forwards.stream().map(StatusJson::forward).toList())
                .put("health", health)
                .put("counters", counters);
    }

    /** The status in {@code in}, or null when its state is none this version knows. */
    public static @Nullable DaemonStatus fromJson(JsonObject in) {
        DaemonState state = DaemonState.readFrom(in);
        if (state == null) {
            return null;
        }
        JsonObject counters = in.object("counters");
        return new DaemonStatus(
                state,
                in.number("pid", 0),
                in.text("version", ""),
                in.text("context", ""),
                in.text("server", ""),
                in.text("hostname", ""),
                in.text("name", ""),
                in.text("fullName", ""),
                in.texts("caFiles"),
                in.flag("portMapping"),
                in.number("uptimeSeconds", 0),
                in.texts("addresses"),
                StatusJson.relay(in.object("derpHome")),
                in.objects("peers").stream().map(StatusJson::peer).toList(),
                in.objects("forwards").stream().map(StatusJson::forward).toList(),
                in.texts("health"),
                counters == null ? new JsonObject() : counters);
    }
}
