package pt.sunbeam.dataplane;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.disco.DiscoPacket;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netcheck.InterfaceAddress;
import pt.sunbeam.netcheck.InterfaceAddresses;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.netcheck.Reachability;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.netmap.NetmapDiff;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.sim.network.SimEndpoint;
import pt.sunbeam.sim.network.SimHost;
import pt.sunbeam.sim.network.SimNat;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DnsConfig;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.wireguard.TimestampSource;

/** A machine of a {@link SimTailnet} with one {@link DataPlane}, and around it what the daemon does for a real one. */
final class SimNode implements DataPlaneSink {
    static final int PORT = 41_641;
    static final int HOME = 1;

    /** How long the monitor gathers messages of the kernel before it tells of a change. */
    private static final long NOTICE_NANOS = Deadline.millis(250);

    /** Between two looks at both clocks, by which it notices a sleep. */
    private static final long SLEEP_TICK_NANOS = Deadline.seconds(2);

    private static final Instant WALL_START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int SOCKET_CREDIT_BYTES = 1 << 20;

    final SimTailnet tailnet;
    final SimHost host;
    final DataPlane plane;
    final NodePrivate secret;
    final DiscoPrivate disco;
    final int id;
    private final Reachability reachability;
    private final Random random;
    List<SimNat> nats;
    Node self;
    private @Nullable Netmap netmap;
    private long armedNanos = Deadline.NONE;

    int stunRequests;
    int datagramsSent;
    int discoRelayed;
    int dataRelayed;

    /** Since when all data has gone by UDP alone; {@link Deadline#NONE} while it does not. */
    long directSinceNanos = Deadline.NONE;

    /** When data went through a relay first since {@link #mark}. */
    long relayedNanos = Deadline.NONE;

    /** What came by UDP, copies, in the order in which it came; kept only where a test put a list here. */
    @Nullable
    List<Heard> heard;

    record Heard(IpEndpoint source, String hex) {
        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }
    }

    /** When a datagram of the tailnet came by UDP last. */
    long heardDirectNanos = Deadline.LONG_AGO;

    SimNode(SimTailnet tailnet, int id, Site site, StackConfig stack) {
        this.tailnet = tailnet;
        this.id = id;
        random = new Random(tailnet.seed * 31 + id);
        secret = NodePrivate.generate(random);
        disco = DiscoPrivate.generate(random);
        self = MeshNode.node(id, secret.publicKey())
                .edit()
                .discoKey(disco.publicKey())
                .node();
        host = tailnet.network.host();
        nats = site.take(tailnet.network, host, id);
        host.listen(PORT, (source, destination, payload) -> received(source, payload));
        plane = new DataPlane(secret, disco, new TimestampSource(this::wallNow), stack, random, this);
        reachability = new Reachability(new UdpSockets(), random, local(), new FromReachability());
    }

    void start() {
        tailnet.relay(HOME).connect(this);
        reachability.measureWith(tailnet.regions, now());
        rebind();
    }

    /** Peers reach it through another relay from now on. */
    void moveHome(int region) {
        self = self.edit().homeDerp(region).node();
        tailnet.relay(region).connect(this);
        tailnet.tell();
    }

    NodePublic key() {
        return secret.publicKey();
    }

    String address() {
        return "100.64.0." + id;
    }

    // ---- control ----

    void follow() {
        if (isOff()) {
            return;
        }
        Netmap next = new Netmap(
                self,
                tailnet.othersThan(this),
                DerpMap.EMPTY,
                MeshNode.ALLOW_ALL,
                DnsConfig.EMPTY,
                "tail.net",
                Map.of(),
                List.of(),
                Map.of(),
                Duration.ZERO,
                false);
        Netmap before = netmap;
        netmap = next;
        plane.onNetmap(next, NetmapDiff.between(before, next), TailnetNames.of(next), wallNow(), now());
        arm();
    }

    void onEndpoints(List<IpEndpoint> endpoints) {
        plane.setOwnEndpoints(endpoints, now());
        if (!new HashSet<>(endpoints).equals(new HashSet<>(self.endpoints()))) {
            self = self.edit().endpoints(endpoints).node();
            tailnet.tell();
        }
    }

    // ---- what happens to the machine ----

    /** Another network, which the monitor notices soon. */
    void roam(Site site, int number) {
        nats = site.take(tailnet.network, host, number);
        host.at(now() + NOTICE_NANOS, this::networkChanged);
    }

    void suspend() {
        host.suspend();
    }

    /** Wakes; {@code clockStoodStill} as for {@link SimHost#resume}. */
    void resume(boolean clockStoodStill) {
        host.resume(clockStoodStill);
        host.at(now() + random.nextLong(SLEEP_TICK_NANOS), () -> {
            networkChanged();
            follow();
        });
    }

    boolean isOff() {
        return host.isSuspended();
    }

    private void networkChanged() {
        for (int region = 1; region <= SimTailnet.REGIONS; region++) {
            tailnet.relay(region).reconnect(this);
        }
        rebind();
    }

    private void rebind() {
        reachability.forget();
        plane.onRebound(true, now());
        reachability.networkChanged(local(), now());
        arm();
    }

    // ---- in ----

    private void received(SimEndpoint source, byte[] payload) {
        if (heard != null) {
            heard.add(new Heard(tailnet.ip(source), HexFormat.of().formatHex(payload)));
        }
        receive(tailnet.ip(source), payload);
    }

    void receive(IpEndpoint source, byte[] payload) {
        heardDirectNanos = now();
        plane.onDatagrams(source, batch(payload), now());
        plane.pump(now());
        arm();
    }

    void receiveRelayed(int region, NodePublic from, byte[] payload) {
        plane.onRelayPackets(region, from, batch(payload), now());
        plane.pump(now());
        arm();
    }

    private PacketBatch batch(byte[] payload) {
        PacketBatch batch = PacketBatch.ofPackets(1, Math.max(1, payload.length));
        batch.add(payload, 0, payload.length);
        batch.setArrivalNanos(now());
        return batch;
    }

    void onRelayWritable() {
        plane.onWritable(now());
        arm();
    }

    // ---- out ----

    @Override
    public int relayCreditBytes(int region) {
        return tailnet.relay(region).creditBytes(this);
    }

    @Override
    public boolean isRelayUp(int region) {
        return tailnet.relay(region).isConnected(this);
    }

    @Override
    public void wantRelay(int region) {
        tailnet.relay(region).connect(this);
    }

    @Override
    public void sendRelay(int region, NodePublic destination, PacketBatch sealed) {
        for (int i = 0; i < sealed.count(); i++) {
            byte[] packet = sealed.copy(i);
            if (DiscoPacket.matches(packet, 0, packet.length)) {
                discoRelayed++;
            } else {
                dataRelayed++;
                directSinceNanos = Deadline.NONE;
                relayedNanos = Math.min(relayedNanos, now());
            }
            tailnet.relay(region).send(this, destination, packet);
        }
    }

    @Override
    public int datagramCreditBytes(boolean v6) {
        return SOCKET_CREDIT_BYTES;
    }

    @Override
    public void sendDatagrams(IpEndpoint to, PacketBatch sealed) {
        directSinceNanos = Math.min(directSinceNanos, now());
        for (int i = 0; i < sealed.count(); i++) {
            transmit(to, sealed.copy(i));
        }
    }

    @Override
    public void sendDatagram(IpEndpoint to, byte[] datagram) {
        transmit(to, datagram);
    }

    void transmit(IpEndpoint to, byte[] datagram) {
        datagramsSent++;
        if (!host.send(PORT, SimTailnet.sim(to), datagram)) {
            host.at(now(), () -> plane.onSendFailed(to, now()));
        }
    }

    @Override
    public void stunReceived(IpEndpoint source, byte[] datagram, long arrivalNanos) {
        reachability.onStun(source, datagram, arrivalNanos);
    }

    @Override
    public void ownEndpointsWanted() {
        reachability.wanted(now());
    }

    @Override
    public void flush() {}

    /** Counts and stamps start anew. */
    void mark() {
        relayedNanos = Deadline.NONE;
        datagramsSent = 0;
        discoRelayed = 0;
        dataRelayed = 0;
        stunRequests = 0;
    }

    // ---- time ----

    long now() {
        return host.nowNanos();
    }

    private Instant wallNow() {
        return WALL_START.plusNanos(tailnet.clock.nowNanos());
    }

    /** Socket calls of an application, at this moment. */
    void turn(Runnable calls) {
        plane.stack().at(now());
        calls.run();
        plane.pump(now());
        arm();
    }

    void arm() {
        long next = Math.min(plane.nextDeadlineNanos(), reachability.nextDeadlineNanos());
        if (next < armedNanos) {
            armedNanos = next;
            host.at(next, () -> fire(next));
        }
    }

    private void fire(long plannedNanos) {
        if (plannedNanos == armedNanos) {
            armedNanos = Deadline.NONE;
            reachability.onTimer(now());
            plane.onTimer(now());
            arm();
        }
    }

    private InterfaceAddresses local() {
        List<InterfaceAddress> usable =
                host.addresses().stream().map(SimNode::ofInterface).toList();
        Set<IpAddress> all =
                usable.stream().map(each -> each.prefix().address()).collect(Collectors.toSet());
        return new InterfaceAddresses(usable, all, null);
    }

    private static InterfaceAddress ofInterface(String address) {
        boolean v6 = address.indexOf(':') >= 0;
        return new InterfaceAddress(new IpPrefix(MeshNode.endpoint(address, 1).address(), v6 ? 64 : 24), false);
    }

    private final class UdpSockets implements Reachability.Sockets {
        @Override
        public boolean has(boolean v6) {
            return true;
        }

        @Override
        public int port(boolean v6) {
            return PORT;
        }

        @Override
        public void send(IpEndpoint to, byte[] datagram) {
            stunRequests++;
            transmit(to, datagram);
        }
    }

    private final class FromReachability implements Reachability.Listener {
        @Override
        public void endpoints(List<HostState.Endpoint> endpoints) {
            onEndpoints(endpoints.stream().map(HostState.Endpoint::address).toList());
        }

        @Override
        public void hostEndpoints(Set<IpEndpoint> endpoints) {
            plane.setHostEndpoints(endpoints, now());
        }

        @Override
        public void measured(NetReport report) {}

        @Override
        public long lastSentNanos() {
            return plane.lastSentNanos();
        }

        @Override
        public int home() {
            return HOME;
        }
    }
}
