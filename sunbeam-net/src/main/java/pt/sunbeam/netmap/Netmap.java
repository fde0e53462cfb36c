package pt.sunbeam.netmap;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DisplayMessage;
import pt.sunbeam.tailcfg.DnsConfig;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.tailcfg.UserProfile;

/**
 * Everything the control server told of the tailnet, whole at one moment.
 *
 * @param self this node
 * @param peers sorted by id, without duplicates
 * @param derpMap the relays
 * @param packetFilter what peers may open towards this node
 * @param dnsConfig how names resolve
 * @param domain the tailnet's name
 * @param users by id
 * @param health the server's complaints in words; empty: all is well
 * @param displayMessages the same in the newer form, by id
 * @param clockDelta how far the server's clock is ahead of the local one; zero when they agree within a minute
 * @param locked the tailnet uses tailnet lock: peers should be signed, and this client cannot check it
 */
public record Netmap(
        Node self,
        List<Node> peers,
        DerpMap derpMap,
        PacketFilter packetFilter,
        DnsConfig dnsConfig,
        String domain,
        Map<Long, UserProfile> users,
        List<String> health,
        Map<String, DisplayMessage> displayMessages,
        Duration clockDelta,
        boolean locked) {
    /** Expiry is not judged by a clock that shows an earlier time than this: it was never set (Unix 1673373066). */
    private static final Instant IMPLAUSIBLE_BEFORE = Instant.ofEpochSecond(1_673_373_066L);

    public @Nullable Node peer(long id) {
        int low = 0;
        int high = peers.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long found = peers.get(middle).id();
            if (found == id) {
                return peers.get(middle);
            }
            if (found < id) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return null;
    }

    public @Nullable Node peer(NodePublic key) {
        for (Node peer : peers) {
            if (peer.key().equals(key)) {
                return peer;
            }
        }
        return null;
    }

    /** The addresses of this node. */
    public List<IpPrefix> ownAddresses() {
        return self.addresses();
    }

    /** The suffix of all nodes' names: this node's name without its first label and the final dot; empty if unknown. */
    public String magicDnsSuffix() {
        String name = self.name();
        int dot = name.indexOf('.');
        int end = name.endsWith(".") ? name.length() - 1 : name.length();
        return dot < 0 || dot + 1 > end ? "" : name.substring(dot + 1, end);
    }

    /** True when this node's key is past its expiry and a new login is needed. */
    public boolean selfExpired(Instant wallNow) {
        return self.expired() || isPast(self.keyExpiry(), wallNow);
    }

    /** True when {@code peer}'s key is past its expiry: no session with it is possible. */
    public boolean expired(Node peer, Instant wallNow) {
        return peer.expired() || isPast(peer.keyExpiry(), wallNow);
    }

    /** The earliest expiry still to come of this node or a peer, on the local clock. */
    public Optional<Instant> nextExpiry(Instant wallNow) {
        Instant next = upcoming(self.keyExpiry(), wallNow, null);
        for (Node peer : peers) {
            next = upcoming(peer.keyExpiry(), wallNow, next);
        }
        return Optional.ofNullable(next);
    }

    private @Nullable Instant upcoming(@Nullable Instant expiry, Instant wallNow, @Nullable Instant best) {
        if (expiry == null || isPast(expiry, wallNow)) {
            return best;
        }
        Instant local = expiry.minus(clockDelta);
        return best == null || local.isBefore(best) ? local : best;
    }

    private boolean isPast(@Nullable Instant expiry, Instant wallNow) {
        Instant serverNow = wallNow.plus(clockDelta);
        return expiry != null && !serverNow.isBefore(IMPLAUSIBLE_BEFORE) && !expiry.isAfter(serverNow);
    }
}
