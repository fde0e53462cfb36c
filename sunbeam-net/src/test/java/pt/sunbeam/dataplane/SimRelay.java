package pt.sunbeam.dataplane;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.time.Deadline;

/**
 * The relay of one region and the connections to it, which are reliable and in order: it works, is down, or takes packets that go
 * nowhere, as where a router on the way has lost its table.
 */
final class SimRelay {
    static final int CREDIT_BYTES = 4 << 20;
    private static final long DIAL_NANOS = Deadline.millis(200);
    private static final long RETRY_NANOS = Deadline.SECOND;

    private final SimClock clock;
    private final int region;
    private final long delayNanos;
    private final Map<NodePublic, SimNode> nodes;
    private final Set<SimNode> connected = new LinkedHashSet<>();
    private final Set<SimNode> dialling = new LinkedHashSet<>();
    private final List<Runnable> stuck = new ArrayList<>();
    private boolean down;
    private boolean stalled;
    private int stuckBytes;

    SimRelay(SimClock clock, int region, long delayNanos, Map<NodePublic, SimNode> nodes) {
        this.clock = clock;
        this.region = region;
        this.delayNanos = delayNanos;
        this.nodes = nodes;
    }

    /** Ends all connections, and refuses new ones, or no longer. */
    void setDown(boolean changed) {
        down = changed;
        if (down) {
            List.copyOf(connected).forEach(this::reconnect);
        }
    }

    /** What is sent waits in the connections, or goes on. */
    void setStalled(boolean changed) {
        stalled = changed;
        if (!stalled) {
            stuck.forEach(Runnable::run);
            stuck.clear();
            stuckBytes = 0;
            connected.forEach(SimNode::onRelayWritable);
        }
    }

    int stuckPackets() {
        return stuck.size();
    }

    boolean isConnected(SimNode node) {
        return connected.contains(node);
    }

    int creditBytes(SimNode node) {
        return isConnected(node) ? Math.max(0, CREDIT_BYTES - stuckBytes) : 0;
    }

    /** Dials if that has not been done. */
    void connect(SimNode node) {
        if (!connected.contains(node) && dialling.add(node)) {
            clock.after(DIAL_NANOS, () -> dialled(node));
        }
    }

    private void dialled(SimNode node) {
        if (down || stalled || node.isOff()) {
            clock.after(RETRY_NANOS, () -> dialled(node));
            return;
        }
        dialling.remove(node);
        connected.add(node);
        node.onRelayWritable();
    }

    /** The connection is dead, and another is dialled. */
    void reconnect(SimNode node) {
        if (connected.remove(node)) {
            connect(node);
        }
    }

    void send(SimNode from, NodePublic to, byte[] packet) {
        if (!isConnected(from)) {
            return;
        }
        if (stalled) {
            stuckBytes += packet.length;
            stuck.add(() -> carry(from, to, packet));
        } else {
            carry(from, to, packet);
        }
    }

    private void carry(SimNode from, NodePublic to, byte[] packet) {
        clock.after(delayNanos, () -> arrive(from, to, packet));
    }

    private void arrive(SimNode from, NodePublic to, byte[] packet) {
        SimNode target = nodes.get(to);
        if (stalled || down || target == null) {
            return;
        }
        if (!isConnected(target)) {
            from.plane.onRelayPeerGone(region, to);
        } else if (!target.isOff()) {
            target.receiveRelayed(region, from.key(), packet);
        }
    }
}
