package pt.sunbeam.dataplane;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netcheck.ProbeRegion;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.network.SimEndpoint;
import pt.sunbeam.sim.network.SimHost;
import pt.sunbeam.sim.network.SimNetwork;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.time.Deadline;

/**
 * A tailnet of whole data planes on a {@link SimNetwork}: three regions, each with a relay and a STUN server, and a control server that
 * tells every node of the others' endpoints. What is no UDP, as relays are, does not go through the NATs.
 */
final class SimTailnet {
    static final int REGIONS = 3;
    static final long INTERNET_MILLIS = 20;
    private static final long RELAY_NANOS = Deadline.millis(30);
    private static final long CONTROL_NANOS = Deadline.millis(150);
    private static final int STUN_PORT = 3478;

    final SimClock clock = new SimClock(Deadline.seconds(1000));
    final SimNetwork network;
    final long seed;
    final List<ProbeRegion> regions = new ArrayList<>();
    final Map<NodePublic, SimNode> nodes = new LinkedHashMap<>();
    private final Map<Integer, SimRelay> relays = new HashMap<>();
    private final Map<String, IpAddress> parsed = new HashMap<>();

    SimTailnet(long seed) {
        this.seed = seed;
        network = new SimNetwork(clock, seed, LinkProfile.delay(INTERNET_MILLIS));
        for (int region = 1; region <= REGIONS; region++) {
            addRegion(region);
        }
    }

    private void addRegion(int region) {
        relays.put(region, new SimRelay(clock, region, RELAY_NANOS, nodes));
        IpEndpoint v4 = MeshNode.endpoint("192.0.2." + region, STUN_PORT);
        IpEndpoint v6 = MeshNode.endpoint("2001:db8:ffff::" + region, STUN_PORT);
        regions.add(new ProbeRegion(region, List.of(v4), List.of(v6)));
        SimHost server = network.host();
        server.attach(network.internet(), v4.address().toString());
        server.attach(network.internet(), v6.address().toString());
        server.listen(STUN_PORT, (source, destination, request) -> {
            byte[] answer = stunAnswer(request, ip(source));
            server.send(STUN_PORT, source, answer);
        });
    }

    /** A binding success response with MAPPED-ADDRESS (RFC 8489 section 14.1). */
    private static byte[] stunAnswer(byte[] request, IpEndpoint mapped) {
        HexFormat hex = HexFormat.of();
        boolean v6 = mapped.address().v6();
        return hex.parseHex("0101" + (v6 ? "0018" : "000c") + "2112a442" + hex.formatHex(request, 8, 20) + "0001"
                + (v6 ? "0014" : "0008") + (v6 ? "0002" : "0001") + "%04x".formatted(mapped.port())
                + hex.formatHex(mapped.address().toBytes()));
    }

    /** A node at 100.64.0.{@code id}, which is on from the start. */
    SimNode add(int id, Site site) {
        return add(id, site, StackConfig.DEFAULT);
    }

    SimNode add(int id, Site site, StackConfig stack) {
        SimNode node = new SimNode(this, id, site, stack);
        nodes.put(node.key(), node);
        node.start();
        tell();
        return node;
    }

    SimRelay relay(int region) {
        return Objects.requireNonNull(relays.get(region));
    }

    /** Something that all are told has changed. */
    void tell() {
        clock.after(CONTROL_NANOS, () -> nodes.values().forEach(SimNode::follow));
    }

    List<Node> othersThan(SimNode self) {
        return nodes.values().stream()
                .filter(node -> node != self)
                .map(node -> node.self)
                .toList();
    }

    // ---- addresses ----

    IpEndpoint ip(SimEndpoint endpoint) {
        IpAddress address = parsed.computeIfAbsent(
                endpoint.address(), text -> MeshNode.endpoint(text, 1).address());
        return new IpEndpoint(address, endpoint.port());
    }

    static SimEndpoint sim(IpEndpoint endpoint) {
        return new SimEndpoint(endpoint.address().toString(), endpoint.port());
    }

    // ---- time ----

    void run(long nanos) {
        clock.runUntil(clock.nowNanos() + nanos);
    }

    /** Runs until {@code reached}, at most so long; returns whether it was. */
    boolean runUntil(BooleanSupplier reached, long maxNanos) {
        long end = clock.nowNanos() + maxNanos;
        while (!reached.getAsBoolean() && clock.nextEventNanos() <= end) {
            clock.runNext();
        }
        return reached.getAsBoolean();
    }
}
