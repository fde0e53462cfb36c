package pt.sunbeam.dataplane;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.Node;

/** Which peers of a netmap this node talks to, and for which addresses. */
final class UsablePeers {
    private UsablePeers() {}

    /**
     * The peers with a usable key, by key. A peer is left out when its key has expired, when it is reachable only by plain
     * WireGuard over UDP, or when it knows this node under another address (masquerading, which this client does not do).
     * A locked tailnet has none: signatures are not verified here, and unverified peers are what the lock forbids.
     */
    static Map<NodePublic, Node> of(Netmap netmap, Instant wallNow) {
        Map<NodePublic, Node> usable = new LinkedHashMap<>();
        if (netmap.locked()) {
            return usable;
        }
        for (Node peer : netmap.peers()) {
            boolean talks = !peer.key().isZero() && !peer.wireGuardOnly() && !netmap.expired(peer, wallNow);
            if (talks && !masquerades(peer.masqueradeV4(), netmap) && !masquerades(peer.masqueradeV6(), netmap)) {
                usable.put(peer.key(), peer);
            }
        }
        return usable;
    }

    private static boolean masquerades(@Nullable IpAddress seenAs, Netmap netmap) {
        return seenAs != null
                && netmap.ownAddresses().stream().noneMatch(own -> own.address().equals(seenAs));
    }

    /** The prefixes that lead to {@code peer}: its own and its subnet routes; default routes are never used. */
    static List<IpPrefix> routes(Node peer) {
        List<IpPrefix> routes = new ArrayList<>();
        for (IpPrefix prefix : peer.allowedIps()) {
            if (!prefix.isDefaultRoute()) {
                routes.add(prefix);
            }
        }
        return routes;
    }
}
