package pt.sunbeam.dataplane;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.path.Paths;
import pt.sunbeam.path.PeerPath;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.wireguard.WireGuard;
import pt.sunbeam.wireguard.WireGuardPeer;

/** The usable peers: what the netmap says of each becomes a session, a path and an egress. Owner: the data loop. */
final class PeerLinks {
    private final Map<NodePublic, PeerLink> byKey = new HashMap<>();
    private final WireGuard wireGuard;
    private final Paths paths;
    private final Stack stack;
    private final Consumer<PeerLink> onReady;

    /**
     * @param onReady called when a link has something to send after it had nothing; must only take a note
     */
    PeerLinks(WireGuard wireGuard, Paths paths, Stack stack, Consumer<PeerLink> onReady) {
        this.wireGuard = wireGuard;
        this.paths = paths;
        this.stack = stack;
        this.onReady = onReady;
    }

    @Nullable
    PeerLink get(NodePublic key) {
        return byKey.get(key);
    }

    Collection<PeerLink> all() {
        return byKey.values();
    }

    /** The peer that carries {@code destination}, or null. */
    @Nullable
    PeerLink route(IpAddress destination) {
        WireGuardPeer peer = wireGuard.route(destination);
        return peer == null ? null : byKey.get(peer.key());
    }

    /** Follows {@code node}, which is usable: a new peer, or one that has changed. */
    PeerLink put(Node node, long nowNanos) {
        NodePublic key = node.key();
        List<IpPrefix> routes = UsablePeers.routes(node);
        PeerLink link = byKey.get(key);
        DiscoPublic disco = link == null ? node.discoKey() : link.discoAfter(node);
        PeerPath path = paths.put(key, disco, node.endpoints(), node.homeDerp(), nowNanos);
        if (link == null) {
            link = new PeerLink(wireGuard.putPeer(key, routes), path, stack, onReady, node, nowNanos);
            link.limitReceiveWindow(nowNanos);
            byKey.put(key, link);
            return link;
        }
        if (!link.disco().equals(disco)) {
            // A new disco key means a new process: the session we hold is one the peer no longer has.
            wireGuard.resetSession(key);
        }
        if (!link.node().allowedIps().equals(node.allowedIps())) {
            wireGuard.putPeer(key, routes);
        }
        link.setNode(node, disco);
        return link;
    }

    /**
     * The peer itself has said which disco key it has, ahead of the netmap. The session over which it did is of the process that
     * has this key, so it stays.
     */
    void learnDisco(PeerLink link, DiscoPublic disco, long nowNanos) {
        if (!disco.equals(DiscoPublic.ZERO) && !disco.equals(link.disco()) && link.mayLearnDisco(nowNanos)) {
            Node node = link.node();
            paths.put(node.key(), disco, node.endpoints(), node.homeDerp(), nowNanos);
            link.setNode(node, disco);
        }
    }

    /** Ends the peer's flows, session and path; null when there was no such peer. */
    @Nullable
    PeerLink remove(NodePublic key) {
        PeerLink link = byKey.remove(key);
        if (link != null) {
            stack.abortAll(link.egress, ResetCause.PEER_GONE);
            wireGuard.removePeer(key);
            paths.remove(key);
        }
        return link;
    }
}
