package pt.sunbeam.ipc;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.json.JsonObject;

/**
 * What {@code sunbeam ping} asks the daemon for.
 *
 * @param peer a name as {@code status} shows it, a full name, or an address in the tailnet
 * @param count how many pings, 1 to {@value #MAX_COUNT}
 * @param timeoutMillis how long each of them waits for a pong, 1 to {@value #MAX_TIMEOUT_MILLIS}
 * @param untilDirect whether the first pong that did not come through a relay is the last
 */
public record PingRequest(String peer, int count, int timeoutMillis, boolean untilDirect) {
    public static final int MAX_COUNT = 100_000;
    public static final int MAX_TIMEOUT_MILLIS = 60_000;

    JsonObject writeTo(JsonObject out) {
        return out.put("peer", peer)
                .put("count", count)
                .put("timeoutMillis", timeoutMillis)
                .put("untilDirect", untilDirect);
    }

    /** The request in {@code in}, or null when a member is absent or out of its range. */
    static @Nullable PingRequest fromJson(JsonObject in) {
        String peer = in.text("peer", "");
        long count = in.number("count", 0);
        long timeoutMillis = in.number("timeoutMillis", 0);
        boolean valid = !peer.isEmpty()
                && count >= 1
                && count <= MAX_COUNT
                && timeoutMillis >= 1
                && timeoutMillis <= MAX_TIMEOUT_MILLIS;
        return valid ? new PingRequest(peer, (int) count, (int) timeoutMillis, in.flag("untilDirect")) : null;
    }
}
