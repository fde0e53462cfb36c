package pt.sunbeam.dataplane;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.disco.DiscoPacket;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.netmap.NetmapDiff;
import pt.sunbeam.netmap.PacketFilter;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DnsConfig;
import pt.sunbeam.tailcfg.FilterRule;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.wireguard.TimestampSource;

/** One {@link DataPlane} with its timer, its netmap and its connections to the relays of a {@link Mesh}. */
final class MeshNode implements DataPlaneSink {
    static final PacketFilter ALLOW_ALL = PacketFilter.compile(List.of(FilterRule.allow("*", "*")), List.of());
    private static final Instant WALL_START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int INITIATION = 1;

    final Mesh mesh;
    final NodePrivate secret;
    final DataPlane plane;
    Node self;

    @Nullable
    Netmap netmap;

    PacketFilter filter = ALLOW_ALL;
    boolean locked;
    final Set<Integer> wanted = new HashSet<>();
    final Map<NodePublic, Integer> sentTo = new HashMap<>();
    int sentDatagrams;
    int initiations;
    int lastRegion;
    long relayedBytes;

    /** Whom datagrams over UDP reach, whatever their address; null: nobody. */
    @Nullable
    MeshNode neighbour;

    /** Whether disco packets over UDP get lost. */
    boolean discoLost;

    private final Map<Integer, Integer> credit = new HashMap<>();
    private long armedNanos = Deadline.NONE;

    MeshNode(Mesh mesh, int id) {
        this.mesh = mesh;
        Random random = new Random(mesh.seed + id);
        secret = NodePrivate.generate(random);
        self = node(id, secret.publicKey());
        credit.put(1, 1 << 20);
        plane = new DataPlane(
                secret,
                DiscoPrivate.generate(random),
                new TimestampSource(this::wallNow),
                StackConfig.DEFAULT,
                random,
                this);
    }

    static Node node(int id, NodePublic key) {
        return Node.of(id, "n" + id + ".tail.net.", key, List.of(prefix("100.64.0." + id + "/32")))
                .edit()
                .homeDerp(1)
                .node();
    }

    static IpPrefix prefix(String text) {
        IpPrefix prefix = IpPrefix.parse(text);
        if (prefix == null) {
            throw new IllegalArgumentException(text);
        }
        return prefix;
    }

    static IpEndpoint endpoint(String address, int port) {
        IpAddress parsed = IpAddress.parse(address);
        if (parsed == null) {
            throw new IllegalArgumentException(address);
        }
        return new IpEndpoint(parsed, port);
    }

    Instant wallNow() {
        return WALL_START.plusNanos(mesh.clock.nowNanos());
    }

    NodePublic key() {
        return secret.publicKey();
    }

    // ---- the netmap ----

    void follow(Collection<Node> peers) {
        List<Node> sorted = new ArrayList<>(peers);
        sorted.sort(java.util.Comparator.comparingLong(Node::id));
        Netmap next = new Netmap(
                self,
                sorted,
                DerpMap.EMPTY,
                filter,
                DnsConfig.EMPTY,
                "tail.net",
                Map.of(),
                List.of(),
                Map.of(),
                Duration.ZERO,
                locked);
        // A lock that comes or goes passes as a difference from none, as the supervisor does it.
        Netmap before = netmap != null && netmap.locked() == locked ? netmap : null;
        netmap = next;
        plane.onNetmap(next, NetmapDiff.between(before, next), TailnetNames.of(next), wallNow(), now());
        arm();
    }

    // ---- the relays ----

    /** Connects or disconnects a region, or lets it stop taking packets: 0 bytes. */
    void setCredit(int region, int bytes) {
        int before = credit.getOrDefault(region, 0);
        credit.put(region, bytes);
        if (before == 0 && bytes > 0) {
            plane.onWritable(now());
            arm();
        }
    }

    void disconnect(int region) {
        credit.remove(region);
    }

    void receive(int region, NodePublic from, byte[] datagram) {
        PacketBatch batch = PacketBatch.ofPackets(1, datagram.length);
        batch.add(datagram, 0, datagram.length);
        batch.setArrivalNanos(now());
        plane.onRelayPackets(region, from, batch, now());
        plane.pump(now());
        arm();
    }

    @Override
    public int relayCreditBytes(int region) {
        return credit.getOrDefault(region, 0);
    }

    @Override
    public boolean isRelayUp(int region) {
        return credit.containsKey(region);
    }

    @Override
    public void wantRelay(int region) {
        wanted.add(region);
    }

    @Override
    public void sendRelay(int region, NodePublic destination, PacketBatch sealed) {
        for (int i = 0; i < sealed.count(); i++) {
            byte[] datagram = sealed.copy(i);
            sentDatagrams++;
            relayedBytes += datagram.length;
            sentTo.merge(destination, 1, Integer::sum);
            lastRegion = region;
            if (datagram[0] == INITIATION) {
                initiations++;
            }
            if (isRelayUp(region)) {
                mesh.carry(region, this, destination, datagram);
            }
        }
    }

    @Override
    public int datagramCreditBytes(boolean v6) {
        return neighbour == null ? 0 : 1 << 20;
    }

    @Override
    public void sendDatagrams(IpEndpoint to, PacketBatch sealed) {
        for (int i = 0; i < sealed.count(); i++) {
            sendDatagram(to, sealed.copy(i));
        }
    }

    @Override
    public void sendDatagram(IpEndpoint to, byte[] datagram) {
        MeshNode other = neighbour;
        if (other != null && !(discoLost && DiscoPacket.matches(datagram, 0, datagram.length))) {
            mesh.clock.after(Deadline.millis(10), () -> other.receiveDatagram(address(), datagram));
        }
    }

    IpEndpoint address() {
        return endpoint("192.0.2." + self.id(), 41641);
    }

    private void receiveDatagram(IpEndpoint source, byte[] datagram) {
        PacketBatch batch = PacketBatch.ofPackets(1, datagram.length);
        batch.add(datagram, 0, datagram.length);
        batch.setArrivalNanos(now());
        plane.onDatagrams(source, batch, now());
        plane.pump(now());
        arm();
    }

    @Override
    public void stunReceived(IpEndpoint source, byte[] datagram, long arrivalNanos) {}

    @Override
    public void ownEndpointsWanted() {}

    @Override
    public void flush() {}

    // ---- connections ----

    MeshStream connect(String address, int port, MeshStream stream) {
        ConnectResult result = plane.connect(endpoint(address, port), ConnectOptions.DEFAULT, stream, now());
        stream.opening(result);
        arm();
        return stream;
    }

    MeshStream listen(int port, MeshStream stream) {
        plane.stack().closeListener(port);
        plane.stack().listen(port, c -> stream);
        return stream;
    }

    /** Socket calls of an application, at this moment. */
    void turn(Runnable calls) {
        plane.stack().at(now());
        calls.run();
        plane.pump(now());
        arm();
    }

    // ---- time ----

    long now() {
        return mesh.clock.nowNanos();
    }

    private void arm() {
        long next = plane.nextDeadlineNanos();
        if (next < armedNanos) {
            armedNanos = next;
            mesh.clock.at(next, () -> fire(next));
        }
    }

    private void fire(long plannedNanos) {
        if (plannedNanos == armedNanos) {
            armedNanos = Deadline.NONE;
            plane.onTimer(now());
            arm();
        }
    }
}
