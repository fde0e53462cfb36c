package pt.sunbeam.dataplane;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.disco.DiscoPacket;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netmap.InboundFilter;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.netmap.NetmapDiff;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.Egress;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.path.DatagramKind;
import pt.sunbeam.path.PathSink;
import pt.sunbeam.path.Paths;
import pt.sunbeam.path.PingListener;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.wireguard.Origin;
import pt.sunbeam.wireguard.TimestampSource;
import pt.sunbeam.wireguard.WireGuard;
import pt.sunbeam.wireguard.WireGuardPeer;
import pt.sunbeam.wireguard.WireGuardSink;

/**
 * The tunnel as one machine: sealed packets of sockets and relays on one side, TCP connections on the other, the netmap deciding who is
 * who. Owner: the data loop; sockets, threads and clocks are outside.
 *
 * <p>What leaves is pulled, {@link PullTurns}. Which way a peer's datagrams take is the business of {@link Carriage} and {@link Paths}.
 */
public final class DataPlane {
    /** From this capability version on peers tell each other their disco keys inside the tunnel (Tailscale 1.103). */
    private static final int TELLS_DISCO_KEYS = 144;

    private final DataPlaneSink sink;
    private final WireGuard wireGuard;
    private final Paths paths;
    private final Carriage carriage;
    private final Stack stack;
    private final InboundFilter filter = new InboundFilter();
    private final DataPlaneCounters counters = new DataPlaneCounters();
    private final PeerLinks links;
    private final PullTurns turns;
    private final PacketBatch single = PacketBatch.ofPackets(1, 2048);
    private TailnetNames names = TailnetNames.EMPTY;
    private final DiscoPublic ownDisco;

    /** What the peer whose packets are being taken in has said of its disco key; null: nothing. */
    private @Nullable DiscoPublic toldDisco;

    private long nowNanos;

    public DataPlane(
            NodePrivate self,
            DiscoPrivate disco,
            TimestampSource timestamps,
            StackConfig stackConfig,
            RandomGenerator random,
            DataPlaneSink sink) {
        this.sink = sink;
        this.ownDisco = disco.publicKey();
        this.wireGuard = new WireGuard(self, random, timestamps, new FromWireGuard());
        this.paths = new Paths(disco, self.publicKey(), random, new FromPaths());
        this.carriage = new Carriage(sink, counters);
        this.stack = new Stack(stackConfig, random, this::route);
        stack.setDiscoKeyListener(key -> toldDisco = key);
        this.turns = new PullTurns(stack, wireGuard, carriage, filter);
        this.links = new PeerLinks(wireGuard, paths, stack, turns::add);
    }

    // ---- the netmap ----

    /**
     * Follows a change of the netmap: peers come and go, routes, addresses and rules change; sessions and flows of peers that
     * stay go on.
     *
     * @param diff from the netmap followed before; from null for one that starts anew
     * @param newNames the names of {@code netmap}, made outside because they take long in a large tailnet; null: unchanged
     * @param wallNow decides whose keys have expired
     */
    public void onNetmap(Netmap netmap, NetmapDiff diff, @Nullable TailnetNames newNames, Instant wallNow, long now) {
        nowNanos = now;
        stack.at(now);
        for (Node gone : diff.removed()) {
            remove(gone.key());
        }
        for (Node node : diff.added()) {
            follow(node, netmap, wallNow);
        }
        for (NetmapDiff.Changed change : diff.changed()) {
            follow(change.after(), netmap, wallNow);
        }
        if (newNames != null) {
            names = newNames;
        }
        if (diff.ownAddresses()) {
            List<IpAddress> own = new ArrayList<>();
            for (IpPrefix prefix : netmap.ownAddresses()) {
                own.add(prefix.address());
            }
            stack.setAddresses(own);
        }
        if (diff.filter() || diff.ownAddresses()) {
            filter.use(netmap.packetFilter(), netmap.ownAddresses());
        }
        pump(now);
    }

    private void follow(Node node, Netmap netmap, Instant wallNow) {
        if (UsablePeers.isUsable(node, netmap, wallNow)) {
            turns.wake(links.put(node, nowNanos));
        } else {
            remove(node.key());
        }
    }

    private void remove(NodePublic key) {
        PeerLink gone = links.remove(key);
        if (gone != null) {
            turns.forget(gone);
        }
    }

    private @Nullable Egress route(IpAddress destination) {
        PeerLink link = links.route(destination);
        return link == null ? null : link.egress;
    }

    // ---- from the relays ----

    /** Takes packets of one relay read; call {@link #pump} when the read is over. */
    public void onRelayPackets(int region, NodePublic source, PacketBatch packets, long now) {
        nowNanos = now;
        if (links.get(source) == null) {
            counters.drop(DataPlaneCounters.Drop.UNKNOWN_PEER, packets.count());
            return;
        }
        int kept = 0;
        for (int i = 0; i < packets.count(); i++) {
            if (DiscoPacket.matches(packets.array(), packets.offset(i), packets.length(i))) {
                paths.onRelayed(
                        packets.array(), packets.offset(i), packets.length(i), region, source, packets.arrivalNanos());
            } else {
                packets.setRange(kept++, packets.offset(i), packets.length(i));
            }
        }
        packets.setCount(kept);
        if (kept > 0) {
            wireGuard.receive(packets, new Origin.Relay(region, source), now);
        }
    }

    // ---- from the sockets ----

    /** Takes datagrams of one socket read and one source; call {@link #pump} when the read is over. */
    public void onDatagrams(IpEndpoint source, PacketBatch datagrams, long now) {
        nowNanos = now;
        byte[] b = datagrams.array();
        int kept = 0;
        for (int i = 0; i < datagrams.count(); i++) {
            int offset = datagrams.offset(i);
            int length = datagrams.length(i);
            switch (DatagramKind.of(b, offset, length)) {
                case STUN -> sink.stunReceived(source, datagrams.copy(i), datagrams.arrivalNanos());
                case DISCO -> paths.onDatagram(b, offset, length, source, datagrams.arrivalNanos());
                case WIREGUARD -> datagrams.setRange(kept++, offset, length);
                case IGNORED -> {}
            }
        }
        datagrams.setCount(kept);
        if (kept > 0) {
            wireGuard.receive(datagrams, new Origin.Udp(source), now);
        }
    }

    /** The system refused to send to {@code to}. */
    public void onSendFailed(IpEndpoint to, long now) {
        for (PeerLink link : links.all()) {
            if (to.equals(link.path.endpoint())) {
                link.path.sendFailed(to, now);
            }
        }
    }

    /** Where this node can be reached, best first. */
    public void setOwnEndpoints(List<IpEndpoint> endpoints, long now) {
        nowNanos = now;
        paths.setOwnEndpoints(endpoints, now);
        sink.flush();
    }

    /** Where this node's sockets are reached from within its own host; see {@link Paths#setHostEndpoints}. */
    public void setHostEndpoints(Set<IpEndpoint> endpoints, long now) {
        nowNanos = now;
        paths.setHostEndpoints(endpoints, now);
        sink.flush();
    }

    /** The sockets are new, or the network around them is; the machine may have slept. */
    public void onRebound(boolean udpWorks, long now) {
        nowNanos = now;
        paths.setUdpWorks(udpWorks);
        paths.rebound(now);
        wireGuard.doubtSessions();
        pump(now);
    }

    /** When anything was last sent to any peer. */
    public long lastSentNanos() {
        return carriage.lastSentNanos();
    }

    /** A person's ping, {@link Paths#ping}. */
    public boolean ping(NodePublic peer, PingListener listener, long now) {
        nowNanos = now;
        boolean sent = paths.ping(peer, listener, now);
        pump(now);
        return sent;
    }

    public Paths paths() {
        return paths;
    }

    /**
     * A relay came up, or a relay or socket takes packets again: flows that waited for it go on. Like every method here, it is
     * never called from within a call of the sink: the batches of the turn that goes on would be overwritten.
     */
    public void onWritable(long now) {
        turns.wakeAll();
        pump(now);
    }

    public void onRelayPeerGone(int region, NodePublic peer) {
        PeerLink link = links.get(peer);
        if (link != null) {
            link.goneFrom(region);
        }
    }

    // ---- connections ----

    /** Opens a TCP connection into the tailnet, or says why there can be none; the outcome comes through {@code events}. */
    public ConnectResult connect(IpEndpoint remote, ConnectOptions options, TcpEvents events, long now) {
        nowNanos = now;
        ConnectResult result = stack.connect(remote, options, events, now);
        pump(now);
        return result;
    }

    /** The address a forward's host means now: a literal, or a peer's exact name; null when nobody has it. */
    public @Nullable IpAddress resolve(String host) {
        return names.resolve(host);
    }

    public Stack stack() {
        return stack;
    }

    // ---- time ----

    public long nextDeadlineNanos() {
        return Math.min(paths.nextDeadlineNanos(), Math.min(wireGuard.nextDeadlineNanos(), stack.nextDeadlineNanos()));
    }

    public void onTimer(long now) {
        nowNanos = now;
        wireGuard.onTimer(now);
        paths.onTimer(now);
        stack.advance(now);
        turns.onTimer(now);
        pump(now);
    }

    /** Sends whatever may leave now, peers in turn, and ends the turn with one flush. */
    public void pump(long now) {
        nowNanos = now;
        turns.run(now);
        sink.flush();
    }

    public DataPlaneCounters counters() {
        return counters;
    }

    public WireGuard wireGuard() {
        return wireGuard;
    }

    /** What is known of every usable peer. */
    public List<PeerSnapshot> peers() {
        List<PeerSnapshot> found = new ArrayList<>();
        for (PeerLink link : links.all()) {
            WireGuardPeer peer = link.wireGuard;
            found.add(new PeerSnapshot(
                    peer.key(),
                    link.path.endpoint(),
                    link.activeRegion(),
                    peer.rxBytes(),
                    peer.txBytes(),
                    peer.lastHandshakeNanos()));
        }
        return found;
    }

    private final class FromWireGuard implements WireGuardSink {
        @Override
        public void transmit(WireGuardPeer peer, PacketBatch sealed) {
            PeerLink link = links.get(peer.key());
            if (link == null) {
                counters.drop(DataPlaneCounters.Drop.NO_PATH, sealed.count());
            } else {
                carriage.transmit(link, sealed, nowNanos);
            }
        }

        /** The way back is learned from what the peer itself has sealed, never from what a relay says. */
        @Override
        public void authenticated(WireGuardPeer peer, Origin origin) {
            PeerLink link = links.get(peer.key());
            if (link == null) {
                return;
            }
            switch (origin) {
                case Origin.Relay(int region, NodePublic source) -> link.heardThrough(region);
                case Origin.Udp(IpEndpoint source) -> link.path.received(source, nowNanos);
            }
            turns.wake(link);
        }

        @Override
        public void reply(Origin origin, byte[] datagram) {
            switch (origin) {
                case Origin.Relay(int region, NodePublic source) -> sendRelayed(region, source, datagram);
                case Origin.Udp(IpEndpoint source) -> sink.sendDatagram(source, datagram);
            }
        }

        @Override
        public void deliver(WireGuardPeer peer, PacketBatch inner) {
            PeerLink link = links.get(peer.key());
            if (link == null) {
                return;
            }
            int kept = 0;
            for (int i = 0; i < inner.count(); i++) {
                boolean pass = filter.inbound(
                                inner.array(),
                                inner.offset(i),
                                inner.length(i),
                                link.node().jailed())
                        .accepted();
                if (pass) {
                    inner.setRange(kept++, inner.offset(i), inner.length(i));
                } else {
                    counters.drop(DataPlaneCounters.Drop.FILTERED, 1);
                }
            }
            inner.setCount(kept);
            if (kept > 0) {
                toldDisco = null;
                stack.input(inner, nowNanos);
                if (toldDisco != null) {
                    links.learnDisco(link, toldDisco, nowNanos);
                }
            }
        }

        @Override
        public void sessionEstablished(WireGuardPeer peer) {
            PeerLink link = links.get(peer.key());
            if (link != null) {
                tellDiscoKey(link.node());
                turns.wake(link);
            }
        }

        @Override
        public void handshakeGivenUp(WireGuardPeer peer) {
            PeerLink link = links.get(peer.key());
            if (link != null) {
                // What waits in the stack is retried by TCP or ends at its own deadline.
                turns.wake(link);
            }
        }
    }

    /** A peer that restarted, or to which we did, finds a direct path before the netmap follows. */
    private void tellDiscoKey(Node node) {
        if (node.cap() >= TELLS_DISCO_KEYS && !node.addresses().isEmpty()) {
            stack.tellDiscoKey(node.addresses().getFirst().address(), ownDisco);
        }
    }

    private void sendRelayed(int region, NodePublic destination, byte[] datagram) {
        if (!sink.isRelayUp(region)) {
            sink.wantRelay(region);
        }
        single.clear();
        single.add(datagram, 0, datagram.length);
        sink.sendRelay(region, destination, single);
    }

    private final class FromPaths implements PathSink {
        @Override
        public void sendDatagram(IpEndpoint to, byte[] packet) {
            sink.sendDatagram(to, packet);
        }

        @Override
        public void sendRelayed(int region, NodePublic peer, byte[] packet) {
            DataPlane.this.sendRelayed(region, peer, packet);
        }

        @Override
        public void pathChanged(NodePublic peer) {
            PeerLink link = links.get(peer);
            if (link != null) {
                link.limitReceiveWindow(nowNanos);
                wireGuard.wayChanged(link.wireGuard, nowNanos);
                stack.pathReturned(link.egress, nowNanos);
                turns.wake(link);
            }
        }

        @Override
        public void endpointsWanted() {
            sink.ownEndpointsWanted();
        }
    }
}
