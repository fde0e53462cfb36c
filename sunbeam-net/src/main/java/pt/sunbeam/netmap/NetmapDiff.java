package pt.sunbeam.netmap;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.tailcfg.Node;

/**
 * What differs between two netmaps, for those who follow them.
 *
 * <p>A peer whose node key changed is a new WireGuard peer: it appears in {@code removed} and in {@code added}, never in
 * {@code changed}. Endpoints, home relay, online state and last-seen time are hints for the path and never a reason to end
 * a session.
 *
 * @param added peers, by id
 * @param removed peers as they were
 * @param changed peers with the same id and node key
 * @param ownAddresses this node's addresses differ
 * @param ownNode anything else about this node differs
 * @param relayMap the relays differ
 * @param filter the packet filter differs
 * @param dns name resolution differs
 */
public record NetmapDiff(
        List<Node> added,
        List<Node> removed,
        List<Changed> changed,
        boolean ownAddresses,
        boolean ownNode,
        boolean relayMap,
        boolean filter,
        boolean dns) {
    /** A peer before and after; at least one member differs. */
    public record Changed(Node before, Node after) {
        /** The peer restarted: its paths and its session start again. */
        public boolean discoKey() {
            return !before.discoKey().equals(after.discoKey());
        }

        public boolean name() {
            return !before.name().equals(after.name())
                    || !before.addresses().equals(after.addresses())
                    || !before.shortName().equals(after.shortName());
        }

        public boolean routes() {
            return !before.allowedIps().equals(after.allowedIps())
                    || !before.addresses().equals(after.addresses());
        }

        public boolean endpoints() {
            return !before.endpoints().equals(after.endpoints());
        }

        public boolean homeRelay() {
            return before.homeDerp() != after.homeDerp();
        }
    }

    /** From {@code before}, null at the first netmap, to {@code after}. */
    public static NetmapDiff between(@Nullable Netmap before, Netmap after) {
        List<Node> added = new ArrayList<>();
        List<Node> removed = new ArrayList<>();
        List<Changed> changed = new ArrayList<>();
        comparePeers(before == null ? List.of() : before.peers(), after.peers(), added, removed, changed);
        return new NetmapDiff(
                List.copyOf(added),
                List.copyOf(removed),
                List.copyOf(changed),
                before == null || !before.ownAddresses().equals(after.ownAddresses()),
                before == null || !before.self().equals(after.self()),
                before == null || !before.derpMap().equals(after.derpMap()),
                before == null || !before.packetFilter().equals(after.packetFilter()),
                before == null || !before.dnsConfig().equals(after.dnsConfig()));
    }

    /** True when some peer's routes changed, came or went. */
    public boolean routes() {
        return !added.isEmpty() || !removed.isEmpty() || changed.stream().anyMatch(Changed::routes);
    }

    /** True when some peer's name or address changed, came or went. */
    public boolean names() {
        return !added.isEmpty() || !removed.isEmpty() || changed.stream().anyMatch(Changed::name);
    }

    public boolean isEmpty() {
        return added.isEmpty()
                && removed.isEmpty()
                && changed.isEmpty()
                && !ownAddresses
                && !ownNode
                && !relayMap
                && !filter
                && !dns;
    }

    /** Both lists are sorted by id: one pass. */
    private static void comparePeers(
            List<Node> old, List<Node> now, List<Node> added, List<Node> removed, List<Changed> changed) {
        int i = 0;
        int j = 0;
        while (i < old.size() || j < now.size()) {
            Node was = i < old.size() ? old.get(i) : null;
            Node is = j < now.size() ? now.get(j) : null;
            if (is == null || was != null && was.id() < is.id()) {
                removed.add(old.get(i++));
            } else if (was == null || is.id() < was.id()) {
                added.add(now.get(j++));
            } else {
                comparePeer(was, is, added, removed, changed);
                i++;
                j++;
            }
        }
    }

    private static void comparePeer(Node was, Node is, List<Node> added, List<Node> removed, List<Changed> changed) {
        if (!was.key().equals(is.key())) {
            removed.add(was);
            added.add(is);
        } else if (!was.equals(is)) {
            changed.add(new Changed(was, is));
        }
    }
}
