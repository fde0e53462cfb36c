package pt.sunbeam.netmap;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DisplayMessage;
import pt.sunbeam.tailcfg.DnsConfig;
import pt.sunbeam.tailcfg.FilterRule;
import pt.sunbeam.tailcfg.MapResponse;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.tailcfg.PeerChange;
import pt.sunbeam.tailcfg.UserProfile;

/**
 * Folds the messages of one map stream into netmaps. Owned by the thread that reads the stream.
 *
 * <p>A stream starts from nothing and its first message that is not a keep-alive gives the whole picture; a new stream
 * needs a new fold. Null members mean "unchanged". The peers of a message are either a complete list, or changes applied in
 * the order removed, changed, seen, online, patched; ids that are not known are ignored. The rules are those of Tailscale
 * 1.102 ({@code control/controlclient/map.go}).
 */
public final class NetmapFold {
    /** A difference between the clocks up to this much is noise. */
    static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private static final String BASE_FILTER = "base";
    private static final String ALL = "*";

    private final TreeMap<Long, Node> peers = new TreeMap<>();
    private final TreeMap<String, List<FilterRule>> rules = new TreeMap<>();
    private final Map<Long, UserProfile> users = new LinkedHashMap<>();
    private final Map<String, DisplayMessage> displayMessages = new LinkedHashMap<>();
    private @Nullable Node self;
    private DerpMap derpMap = DerpMap.EMPTY;
    private DnsConfig dnsConfig = DnsConfig.EMPTY;
    private String domain = "";
    private List<String> health = List.of();
    private Duration clockDelta = Duration.ZERO;
    private boolean locked;
    private PacketFilter filter = PacketFilter.DENY_ALL;

    /**
     * Applies one message.
     *
     * @param wallNow the local clock, compared with the server's
     */
    public FoldResult apply(MapResponse message, Instant wallNow) {
        if (message.controlTime() != null) {
            Duration delta = Duration.between(wallNow, message.controlTime());
            clockDelta = delta.abs().compareTo(CLOCK_TOLERANCE) > 0 ? delta : Duration.ZERO;
        }
        if (message.keepAlive()) {
            return new FoldResult.KeptAlive();
        }
        Node newSelf = message.node() == null ? self : message.node().withCapabilitiesInMap();
        if (newSelf == null) {
            return new FoldResult.Broken("the first message does not describe this node");
        }
        self = newSelf;
        boolean peersChanged = foldPeers(message, wallNow);
        boolean rulesChanged = foldRules(message);
        foldRest(message);
        if (rulesChanged || peersChanged && !rules.isEmpty()) {
            filter = PacketFilter.compile(allRules(), peers.values());
        }
        return new FoldResult.Updated(netmap(newSelf));
    }

    private Netmap netmap(Node newSelf) {
        return new Netmap(
                newSelf,
                List.copyOf(peers.values()),
                derpMap,
                filter,
                dnsConfig,
                domain,
                Map.copyOf(users),
                health,
                Collections.unmodifiableMap(new LinkedHashMap<>(displayMessages)),
                clockDelta,
                locked);
    }

    private boolean foldPeers(MapResponse message, Instant wallNow) {
        List<Node> whole = message.peers();
        if (whole != null && !whole.isEmpty()) {
            peers.clear();
            whole.forEach(peer -> peers.put(peer.id(), peer));
            return true;
        }
        boolean changed = false;
        if (message.peersRemoved() != null) {
            changed |= peers.keySet().removeAll(message.peersRemoved());
        }
        if (message.peersChanged() != null) {
            message.peersChanged().forEach(peer -> peers.put(peer.id(), peer));
            changed |= !message.peersChanged().isEmpty();
        }
        if (message.peerSeenChange() != null) {
            message.peerSeenChange()
                    .forEach((id, seen) -> edit(
                            id,
                            peer -> peer.edit().lastSeen(seen ? wallNow : null).node()));
        }
        if (message.onlineChange() != null) {
            message.onlineChange()
                    .forEach((id, online) ->
                            edit(id, peer -> peer.edit().online(online).node()));
        }
        if (message.peersChangedPatch() != null) {
            for (PeerChange change : message.peersChangedPatch()) {
                edit(change.nodeId(), peer -> peer.patched(change));
                changed |= change.capMap() != null;
            }
        }
        return changed;
    }

    private void edit(long id, UnaryOperator<Node> change) {
        peers.computeIfPresent(id, (key, peer) -> change.apply(peer));
    }

    /** An empty list is a filter that blocks everything; only null leaves the filter as it is. */
    private boolean foldRules(MapResponse message) {
        boolean changed = false;
        if (message.packetFilter() != null) {
            rules.put(BASE_FILTER, message.packetFilter());
            changed = true;
        }
        if (message.packetFilters() != null) {
            applyPatch(rules, message.packetFilters());
            changed = true;
        }
        return changed;
    }

    private void foldRest(MapResponse message) {
        derpMap = message.derpMap() == null ? derpMap : derpMap.merge(message.derpMap());
        dnsConfig = message.dnsConfig() == null ? dnsConfig : message.dnsConfig();
        domain = message.domain() == null || message.domain().isEmpty() ? domain : message.domain();
        health = message.health() == null ? health : message.health();
        locked = message.tkaInfo() == null ? locked : !message.tkaInfo().disabled();
        if (message.userProfiles() != null) {
            message.userProfiles().forEach(user -> users.put(user.id(), user));
        }
        if (message.displayMessages() != null) {
            applyPatch(displayMessages, message.displayMessages());
        }
    }

    /** {@code *} with null clears; another key with null is deleted; the rest is set. */
    private static <V> void applyPatch(Map<String, V> target, Map<String, @Nullable V> patch) {
        if (patch.containsKey(ALL) && patch.get(ALL) == null) {
            target.clear();
        }
        patch.forEach((key, value) -> {
            if (value == null) {
                target.remove(key);
            } else {
                target.put(key, value);
            }
        });
    }

    private List<FilterRule> allRules() {
        List<FilterRule> all = new ArrayList<>();
        rules.values().forEach(all::addAll);
        return all;
    }
}
