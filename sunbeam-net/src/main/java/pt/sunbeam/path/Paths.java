package pt.sunbeam.path;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.disco.DiscoMessage;
import pt.sunbeam.disco.DiscoMessage.CallMeMaybe;
import pt.sunbeam.disco.DiscoMessage.Ignored;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.disco.DiscoMessage.Pong;
import pt.sunbeam.disco.OpenedPacket.Authentic;
import pt.sunbeam.disco.OpenedPacket.Refused;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.path.DiscoOwners.Owners;
import pt.sunbeam.path.PathCounters.Drop;

/**
 * All peers' paths of one node: gives each disco packet to the peer it is from, answers pings, and keeps one deadline for all
 * (Tailscale 1.103, wgengine/magicsock). The owner is the data loop.
 *
 * <p>Whose a packet is, its box proves: it opens with the disco key that the netmap gives a peer. What a packet says about
 * nodes is a hint among the peers with that key, or is checked against the relay's word. An address is used for data once a pong
 * came from behind it, and never because data came from there.
 *
 * <p>It leaves out peer relays, path MTU probes, and peers that speak WireGuard only.
 */
public final class Paths {
    /** What a ping through a relay is said to come from, with the region as port (Tailscale 1.103, tailcfg/derpmap.go). */
    private static final IpAddress RELAY_ADDRESS = IpAddress.v4(0x7f030328);

    private static final int MAX_PORT = 65_535;

    private final OwnNode own;
    private final Map<NodePublic, PeerPath> peers = new HashMap<>();
    private final DiscoOwners owners = new DiscoOwners();

    /**
     * @param self the disco key of this process
     * @param selfNode named in pings
     * @param random for keys of pings and for nonces; has to be cryptographically strong
     */
    public Paths(DiscoPrivate self, NodePublic selfNode, RandomGenerator random, PathSink sink) {
        own = new OwnNode(self, selfNode, random, sink);
    }

    // ---- peers ----

    /**
     * Adds a peer, or follows what changed about it: candidates that stay keep their state, and another disco key means another
     * process, whose path has to be proved anew.
     *
     * @param told its disco key; zero for a peer that has none: it is reached through relays alone
     * @param candidates its endpoints in the netmap; the first {@value Candidates#MAX_WITH_CLAIMS} that may be tried count
     * @param homeRegion its home relay's, 0 for none
     */
    public PeerPath put(NodePublic peer, DiscoPublic told, List<IpEndpoint> candidates, int homeRegion, long nowNanos) {
        // What is sealed for this node's own key anybody could send back as an answer.
        DiscoPublic disco = told.equals(own.disco) ? DiscoPublic.ZERO : told;
        PeerPath path = peers.computeIfAbsent(peer, key -> new PeerPath(own, key, nowNanos));
        DiscoPublic before = path.disco();
        if (!before.equals(disco)) {
            disown(before, path);
            owners.add(disco, path, nowNanos);
        }
        path.follow(disco, candidates, homeRegion, nowNanos);
        return path;
    }

    /** Forgets a peer; what was returned for it has no effect any longer. */
    public void remove(NodePublic peer) {
        PeerPath path = peers.remove(peer);
        if (path != null) {
            path.remove();
            disown(path.disco(), path);
        }
    }

    private void disown(DiscoPublic disco, PeerPath path) {
        if (owners.remove(disco, path)) {
            own.box.forget(disco);
        }
    }

    // ---- this node ----

    /**
     * Says where this node can be reached, best first, as often as it was found out, changed or not. CallMeMaybes that waited
     * for it are sent.
     */
    public void setOwnEndpoints(List<IpEndpoint> endpoints, long nowNanos) {
        own.calls.set(endpoints, nowNanos);
    }

    /**
     * Where datagrams reach this node from within its own host, at which no peer can be: such candidates are dropped, and refused
     * from now on. Other ports of the host are another node's, perhaps. Own endpoints are refused without being named here.
     */
    public void setHostEndpoints(Set<IpEndpoint> endpoints, long nowNanos) {
        own.setHostEndpoints(endpoints);
        List.copyOf(peers.values()).forEach(path -> path.refilter(nowNanos));
    }

    /** Whether there are UDP sockets; at first there are. Without them nothing is pinged, and all goes through relays. */
    public void setUdpWorks(boolean works) {
        if (own.udpWorks() != works) {
            own.setUdpWorks(works);
            List.copyOf(peers.values()).forEach(PeerPath::udpChanged);
        }
    }

    /**
     * The sockets are others, or the network is: no path is trusted any longer, and own endpoints are unknown. Peers in use are
     * looked for at once, the others when something is sent to them.
     */
    public void rebound(long nowNanos) {
        own.calls.forget();
        List.copyOf(peers.values()).forEach(path -> path.rebound(nowNanos));
    }

    // ---- time ----

    public long nextDeadlineNanos() {
        return own.timers.nextDeadlineNanos();
    }

    public void onTimer(long nowNanos) {
        own.timers.fireDue(nowNanos);
    }

    // ---- a person asks ----

    /**
     * Pings {@code peer} over every path at once: all its candidates, as discovery does, and its relay. It counts as use of the
     * path.
     *
     * @return false when no such peer is known, or it has no disco key
     */
    public boolean ping(NodePublic peer, PingListener listener, long nowNanos) {
        PeerPath path = peers.get(peer);
        return path != null && path.ping(listener, nowNanos);
    }

    /** How the path of {@code peer} stands, or null when no such peer is known. */
    public @Nullable PathView view(NodePublic peer, long nowNanos) {
        PeerPath path = peers.get(peer);
        return path == null ? null : path.view(nowNanos);
    }

    public PathCounters counters() {
        return own.counters;
    }

    // ---- in, over UDP ----

    /**
     * Takes a disco packet from a socket.
     *
     * @param arrivalNanos when it was read
     */
    public void onDatagram(byte[] b, int offset, int length, IpEndpoint source, long arrivalNanos) {
        if (!own.udpWorks()) {
            own.counters.drop(Drop.UDP_OFF);
            return;
        }
        Authentic packet = open(b, offset, length);
        Owners senders = packet == null ? null : owners.get(packet.sender());
        if (packet == null || senders == null) {
            return;
        }
        switch (packet.message()) {
            case Ping ping -> onPing(ping, packet.sender(), senders, Candidates.unmapped(source), arrivalNanos);
            case Pong pong -> onPong(pong, senders, arrivalNanos);
            case CallMeMaybe _ -> own.counters.drop(Drop.CALL_OVER_UDP);
            case Ignored ignored -> own.counters.drop(ignored.reason());
        }
    }

    private @Nullable Authentic open(byte[] b, int offset, int length) {
        return switch (own.box.open(b, offset, length, owners::isKnown)) {
            case Authentic authentic -> authentic;
            case Refused refused -> {
                own.counters.drop(refused.reason());
                yield null;
            }
        };
    }

    private void onPing(Ping ping, DiscoPublic sender, Owners senders, IpEndpoint source, long nowNanos) {
        if (!own.filter.verdict(source).accepted()) {
            own.counters.drop(Drop.REFUSED_SOURCE);
            return;
        }
        if (!mayAnswer(ping, senders, nowNanos)) {
            return;
        }
        for (PeerPath path : sendersOf(ping, sender, senders)) {
            path.onPing(source, nowNanos);
        }
        byte[] pong = pong(sender, ping, source);
        if (pong != null) {
            own.sink.sendDatagram(source, pong);
        }
    }

    /** A ping that is replayed may not take an answer from those that are new. */
    private boolean mayAnswer(Ping ping, Owners senders, long nowNanos) {
        if (!senders.isNew(ping.txId())) {
            own.counters.drop(Drop.DUPLICATE_PING);
            return false;
        }
        if (!senders.mayAnswer(nowNanos)) {
            own.counters.drop(Drop.PING_LIMIT);
            return false;
        }
        return true;
    }

    /** The peer that the ping names, if that has the disco key; else all that have it. */
    private List<PeerPath> sendersOf(Ping ping, DiscoPublic sender, Owners senders) {
        NodePublic named = ping.nodeKey();
        if (named == null) {
            return List.copyOf(senders.peers);
        }
        PeerPath path = peers.get(named);
        if (path != null && path.disco().equals(sender)) {
            return List.of(path);
        }
        own.counters.drop(Drop.FOREIGN_NODE_KEY);
        return List.copyOf(senders.peers);
    }

    private byte @Nullable [] pong(DiscoPublic sender, Ping ping, IpEndpoint source) {
        byte[] packet = own.box.seal(sender, new Pong(ping.txId(), source));
        if (packet != null) {
            own.counters.pongSent();
        }
        return packet;
    }

    private void onPong(Pong pong, Owners senders, long nowNanos) {
        for (PeerPath path : senders.peers) {
            if (path.onPong(pong.txId(), nowNanos)) {
                return;
            }
        }
        own.counters.drop(Drop.UNKNOWN_PONG);
    }

    // ---- in, through a relay ----

    /**
     * Takes a disco packet from a relay.
     *
     * @param region the relay's, above 0
     * @param source whose packet the relay says it is
     * @param arrivalNanos when it was read
     */
    public void onRelayed(byte[] b, int offset, int length, int region, NodePublic source, long arrivalNanos) {
        Authentic packet = open(b, offset, length);
        if (packet == null) {
            return;
        }
        PeerPath path = peers.get(source);
        if (path == null || !path.disco().equals(packet.sender())) {
            own.counters.drop(Drop.FOREIGN_RELAY_SOURCE);
            return;
        }
        path.heardThrough(region);
        onRelayedMessage(packet.message(), path, region, arrivalNanos);
    }

    private void onRelayedMessage(DiscoMessage message, PeerPath path, int region, long nowNanos) {
        switch (message) {
            case Ping ping -> onRelayedPing(ping, path, region, nowNanos);
            case Pong pong -> {
                if (!path.onRelayedPong(pong.txId(), region, nowNanos)) {
                    own.counters.drop(Drop.UNKNOWN_PONG);
                }
            }
            case CallMeMaybe call -> path.onCall(call, nowNanos);
            case Ignored ignored -> own.counters.drop(ignored.reason());
        }
    }

    private void onRelayedPing(Ping ping, PeerPath path, int region, long nowNanos) {
        Owners senders = owners.get(path.disco());
        if (senders == null || !mayAnswer(ping, senders, nowNanos)) {
            return;
        }
        byte[] pong = pong(path.disco(), ping, new IpEndpoint(RELAY_ADDRESS, Math.min(region, MAX_PORT)));
        if (pong != null) {
            own.sink.sendRelayed(region, path.peer(), pong);
        }
    }
}
