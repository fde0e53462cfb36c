package pt.sunbeam.dataplane;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.Node;

/** Which peers of a netmap this node talks to, and for which addresses. */
final class UsablePeers {
    private UsablePeers() {}

    /**
     * False for a peer without a key, with an expired one, reachable only by plain WireGuard over UDP, or that knows this
     * node under another address (masquerading, which this client does not do). A locked tailnet has no usable peer:
     * signatures are not verified here, and unverified peers are what the lock forbids.
     */
    static boolean isUsable(Node peer, Netmap netmap, Instant wallNow) {
        return !netmap.locked()
                && !peer.key().isZero()
                && !peer.wireGuardOnly()
                && !netmap.expired(peer, wallNow)
                && !masquerades(peer.masqueradeV4(), netmap)
                && !masquerades(peer.masqueradeV6(), netmap);
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
