package pt.sunbeam.path;

import java.util.EnumMap;
import java.util.Map;
import pt.sunbeam.disco.DiscoMessage.Ignored;
import pt.sunbeam.disco.OpenedPacket;

/** What the paths sent and received, and how often something was ignored, by reason. Owner: the data loop. */
public final class PathCounters {
    /** Why something had no effect, or less than it asked for. */
    public enum Drop {
        /** No disco packet: another magic, or shorter than a header. */
        NOT_DISCO,
        /** A disco packet without room for a box, or a message shorter than its type needs. */
        TOO_SHORT,
        /** Longer than any disco packet. */
        TOO_LONG,
        /** From a disco key that is no peer's. */
        UNKNOWN_SENDER,
        /** From or to a disco key with which anybody could seal. */
        WEAK_KEY,
        /** The box does not open. */
        NOT_AUTHENTIC,
        /** A message of peer relays, which this node does not use. */
        PEER_RELAY,
        /** A message of an unknown type. */
        UNKNOWN_TYPE,
        /** Over UDP while there is no UDP. */
        UDP_OFF,
        /** Through a relay, from a node that is no peer, or whose disco key is another than the packet's. */
        FOREIGN_RELAY_SOURCE,
        /** A ping that names a node which has another disco key; the name is passed over, the ping is not. */
        FOREIGN_NODE_KEY,
        /** A ping that came twice. */
        DUPLICATE_PING,
        /** A ping beyond those that are answered in a second. */
        PING_LIMIT,
        /** A ping from an address that {@link CandidateFilter} refuses. */
        REFUSED_SOURCE,
        /** A pong for no ping of ours, or for one that is too old or was answered. */
        UNKNOWN_PONG,
        /** A pong that took another kind of way than its ping. */
        PONG_BY_ANOTHER_WAY,
        /** A pong for an address that is no candidate any longer. */
        GONE_CANDIDATE,
        /** A CallMeMaybe over UDP. */
        CALL_OVER_UDP,
        /** A CallMeMaybe beyond those that are followed in a second. */
        CALL_LIMIT,
        /** An endpoint of a CallMeMaybe beyond those that are read. */
        CALL_ENDPOINTS_LIMIT,
        /** A candidate beyond those that are kept for a peer. */
        CANDIDATE_LIMIT
    }

    private final long[] drops = new long[Drop.values().length];
    private final long[] refusedCandidates = new long[CandidateVerdict.values().length];
    private long pingsSent;
    private long pongsSent;
    private long callsSent;
    private long pongsReceived;

    void drop(Drop reason) {
        drop(reason, 1);
    }

    void drop(Drop reason, int count) {
        drops[reason.ordinal()] += count;
    }

    void drop(OpenedPacket.Reason reason) {
        drop(
                switch (reason) {
                    case NOT_DISCO -> Drop.NOT_DISCO;
                    case TOO_SHORT -> Drop.TOO_SHORT;
                    case TOO_LONG -> Drop.TOO_LONG;
                    case UNKNOWN_SENDER -> Drop.UNKNOWN_SENDER;
                    case WEAK_KEY -> Drop.WEAK_KEY;
                    case NOT_AUTHENTIC -> Drop.NOT_AUTHENTIC;
                });
    }

    void drop(Ignored.Reason reason) {
        drop(
                switch (reason) {
                    case TOO_SHORT -> Drop.TOO_SHORT;
                    case PEER_RELAY -> Drop.PEER_RELAY;
                    case UNKNOWN_TYPE -> Drop.UNKNOWN_TYPE;
                });
    }

    void refused(CandidateVerdict verdict) {
        refusedCandidates[verdict.ordinal()]++;
    }

    void pingSent() {
        pingsSent++;
    }

    void pongSent() {
        pongsSent++;
    }

    void callSent() {
        callsSent++;
    }

    void pongReceived() {
        pongsReceived++;
    }

    public long dropped(Drop reason) {
        return drops[reason.ordinal()];
    }

    /** How many candidates were refused with {@code verdict}; one that is offered again counts again. */
    public long refusedCandidates(CandidateVerdict verdict) {
        return refusedCandidates[verdict.ordinal()];
    }

    public long pingsSent() {
        return pingsSent;
    }

    public long pongsSent() {
        return pongsSent;
    }

    /** How many CallMeMaybes were sent. */
    public long callsSent() {
        return callsSent;
    }

    /** How many pongs answered a ping of ours. */
    public long pongsReceived() {
        return pongsReceived;
    }

    /** A copy of all drops. */
    public Map<Drop, Long> snapshot() {
        Map<Drop, Long> out = new EnumMap<>(Drop.class);
        for (Drop reason : Drop.values()) {
            out.put(reason, drops[reason.ordinal()]);
        }
        return out;
    }
}
