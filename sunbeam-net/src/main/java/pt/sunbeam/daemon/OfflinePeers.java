package pt.sunbeam.daemon;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.Node;

/**
 * The peers that the server calls offline, by their own addresses: a program that asks for one of them need not wait until
 * nothing has answered. The server may be wrong, as after its own restart; so a session that works outweighs its word.
 * Immutable.
 */
final class OfflinePeers {
    static final OfflinePeers NONE = new OfflinePeers(Map.of());

    private final Map<IpAddress, Node> byAddress;

    private OfflinePeers(Map<IpAddress, Node> byAddress) {
        this.byAddress = byAddress;
    }

    static OfflinePeers of(Netmap netmap) {
        Map<IpAddress, Node> found = new HashMap<>();
        for (Node peer : netmap.peers()) {
            if (Boolean.FALSE.equals(peer.online())) {
                for (IpPrefix own : peer.addresses()) {
                    found.put(own.address(), peer);
                }
            }
        }
        return found.isEmpty() ? NONE : new OfflinePeers(found);
    }

    /** The server's word against {@code address}; empty when there is none, or when {@code hasSession} with that peer. */
    String refusal(IpAddress address, Predicate<NodePublic> hasSession) {
        Node peer = byAddress.get(address);
        return peer == null || hasSession.test(peer.key()) ? "" : TargetProblem.offline(peer, peer.shortName());
    }
}
