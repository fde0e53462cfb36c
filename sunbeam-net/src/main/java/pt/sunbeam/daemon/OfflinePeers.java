package pt.sunbeam.daemon;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.time.Deadline;

/**
 * The peers that the server calls offline, by their own addresses: a program that asks for one of them need not wait until
 * nothing has answered. The server may be wrong, as after its own restart, when nobody has come back yet: so its word counts
 * once it has stood for {@value #SETTLED_SECONDS} s, and a session that works outweighs it. Immutable.
 */
final class OfflinePeers {
    static final OfflinePeers NONE = new OfflinePeers(Map.of());

    static final int SETTLED_SECONDS = 15;

    private final Map<IpAddress, Absence> byAddress;

    private record Absence(Node peer, long sinceNanos) {}

    private OfflinePeers(Map<IpAddress, Absence> byAddress) {
        this.byAddress = byAddress;
    }

    /** What {@code netmap} says, after what was known before it. */
    OfflinePeers after(Netmap netmap, long nowNanos) {
        Map<IpAddress, Absence> found = new HashMap<>();
        for (Node peer : netmap.peers()) {
            if (Boolean.FALSE.equals(peer.online())) {
                for (IpPrefix own : peer.addresses()) {
                    found.put(own.address(), new Absence(peer, since(own.address(), peer, nowNanos)));
                }
            }
        }
        return found.isEmpty() ? NONE : new OfflinePeers(found);
    }

    private long since(IpAddress address, Node peer, long nowNanos) {
        Absence known = byAddress.get(address);
        return known != null && known.peer().key().equals(peer.key()) ? known.sinceNanos() : nowNanos;
    }

    /** The server's word against {@code address}; empty when there is none that counts, or {@code hasSession} with that peer. */
    String refusal(IpAddress address, Predicate<NodePublic> hasSession, long nowNanos) {
        Absence absence = byAddress.get(address);
        if (absence == null || nowNanos - absence.sinceNanos() < Deadline.seconds(SETTLED_SECONDS)) {
            return "";
        }
        Node peer = absence.peer();
        return hasSession.test(peer.key()) ? "" : TargetProblem.offline(peer, peer.shortName());
    }
}
