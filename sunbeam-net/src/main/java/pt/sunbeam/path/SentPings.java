package pt.sunbeam.path;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.disco.TxId;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Deadline;

/** The pings to one peer that wait for a pong, oldest first; beyond {@link #MAX} the oldest is forgotten. */
final class SentPings {
    /** More than two rounds to all candidates that a peer may have. */
    static final int MAX = 256;

    /**
     * One ping.
     *
     * @param to where to; null for one that went through a relay
     * @param listener who asked for it; null for one of our own
     */
    record SentPing(
            @Nullable IpEndpoint to,
            long sentNanos,
            @Nullable PingListener listener) {}

    private final Map<TxId, SentPing> pings = new LinkedHashMap<>();

    void add(TxId txId, SentPing ping) {
        if (pings.size() == MAX) {
            pings.remove(pings.keySet().iterator().next());
        }
        pings.put(txId, ping);
    }

    @Nullable
    SentPing get(TxId txId) {
        return pings.get(txId);
    }

    void remove(TxId txId) {
        pings.remove(txId);
    }

    void clear() {
        pings.clear();
    }

    /** The oldest, taken out, when it has waited too long; else null. */
    @Nullable
    SentPing takeExpired(long nowNanos) {
        if (nextTimeoutNanos() > nowNanos) {
            return null;
        }
        var eldest = pings.entrySet().iterator();
        SentPing ping = eldest.next().getValue();
        eldest.remove();
        return ping;
    }

    /** When the oldest has waited too long; {@link Deadline#NONE} without any. */
    long nextTimeoutNanos() {
        return pings.isEmpty()
                ? Deadline.NONE
                : pings.values().iterator().next().sentNanos() + PathTiming.PING_TIMEOUT_NANOS;
    }
}
