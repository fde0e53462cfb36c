package pt.sunbeam.dataplane;

import java.util.EnumMap;
import java.util.Map;

/** How often the data plane passed something over, by reason. Owner: the data loop. */
public final class DataPlaneCounters {
    /** Why. */
    public enum Drop {
        /** From a key that is no peer of ours. */
        UNKNOWN_PEER,
        /** The packet filter of the tailnet does not allow it. */
        FILTERED,
        /** Neither a relay nor a direct path is known for the peer. */
        NO_PATH
    }

    private final long[] drops = new long[Drop.values().length];

    void drop(Drop reason, int packets) {
        drops[reason.ordinal()] += packets;
    }

    public long dropped(Drop reason) {
        return drops[reason.ordinal()];
    }

    /** A copy of all of them. */
    public Map<Drop, Long> snapshot() {
        Map<Drop, Long> out = new EnumMap<>(Drop.class);
        for (Drop reason : Drop.values()) {
            out.put(reason, drops[reason.ordinal()]);
        }
        return out;
    }
}
