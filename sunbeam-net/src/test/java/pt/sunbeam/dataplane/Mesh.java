package pt.sunbeam.dataplane;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/** A tailnet in virtual time: nodes, and relays that carry datagrams between those connected to the same region. */
final class Mesh {
    private record Way(int region, NodePublic from, NodePublic to) {}

    final SimClock clock = new SimClock(Deadline.seconds(1000));
    final long seed;
    private final Map<NodePublic, MeshNode> nodes = new HashMap<>();
    private final Map<Way, SimLink> ways = new HashMap<>();
    private LinkProfile profile = LinkProfile.delay(10);

    Mesh(long seed) {
        this.seed = seed;
    }

    /** A node at 100.64.0.{@code id}, called {@code n<id>.tail.net.}, at home in region 1 and connected to it. */
    MeshNode add(int id) {
        MeshNode node = new MeshNode(this, id);
        nodes.put(node.key(), node);
        return node;
    }

    /** Tells every one of {@code members} of all others. */
    void introduce(MeshNode... members) {
        for (MeshNode node : members) {
            List<pt.sunbeam.tailcfg.Node> peers = new ArrayList<>();
            for (MeshNode other : members) {
                if (other != node) {
                    peers.add(other.self);
                }
            }
            node.follow(peers);
        }
    }

    void setProfile(LinkProfile changed) {
        profile = changed;
        ways.values().forEach(way -> way.setProfile(changed));
    }

    /** Everything in flight and sent from now on is lost, or no longer. */
    void setCut(boolean cut) {
        ways.values().forEach(way -> way.setCut(cut));
    }

    void carry(int region, MeshNode from, NodePublic to, byte[] datagram) {
        Way way = new Way(region, from.key(), to);
        ways.computeIfAbsent(way, w -> new SimLink(clock, seed ^ w.hashCode(), profile, bytes -> arrive(w, bytes)))
                .send(datagram);
    }

    private void arrive(Way way, byte[] datagram) {
        MeshNode target = nodes.get(way.to);
        MeshNode source = nodes.get(way.from);
        if (target != null && target.isRelayUp(way.region)) {
            target.receive(way.region, way.from, datagram);
        } else if (source != null) {
            source.plane.onRelayPeerGone(way.region, way.to);
        }
    }

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
