package pt.sunbeam.path;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.disco.TxId;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.time.TokenBucket;

/** Whose a disco key is, as the netmap says: normally one peer's; more are possible. */
final class DiscoOwners {
    /** Pings that are answered in a second, and at once; all from one key together. */
    static final int PONGS_PER_SECOND = 20;

    /** The peers with one disco key. */
    static final class Owners {
        final List<PeerPath> peers = new ArrayList<>(1);
        private final TokenBucket pongs;
        private final SeenPings seen = new SeenPings();

        private Owners(long nowNanos) {
            pongs = new TokenBucket(PONGS_PER_SECOND, PONGS_PER_SECOND, nowNanos);
        }

        /** Notes the ping; false for one that came before, by whatever way. */
        boolean isNew(TxId ping) {
            return seen.add(ping);
        }

        boolean mayAnswer(long nowNanos) {
            return pongs.take(nowNanos);
        }
    }

    private final Map<DiscoPublic, Owners> byKey = new HashMap<>();

    @Nullable
    Owners get(DiscoPublic key) {
        return byKey.get(key);
    }

    boolean isKnown(DiscoPublic key) {
        return byKey.containsKey(key);
    }

    void add(DiscoPublic key, PeerPath peer, long nowNanos) {
        if (!key.isZero()) {
            byKey.computeIfAbsent(key, _ -> new Owners(nowNanos)).peers.add(peer);
        }
    }

    /** Takes {@code peer} away from {@code key}; true when the key is nobody's now. */
    boolean remove(DiscoPublic key, PeerPath peer) {
        Owners owners = byKey.get(key);
        if (owners == null) {
            return false;
        }
        owners.peers.remove(peer);
        if (!owners.peers.isEmpty()) {
            return false;
        }
        byKey.remove(key);
        return true;
    }
}
