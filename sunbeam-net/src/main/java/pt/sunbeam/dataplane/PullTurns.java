package pt.sunbeam.dataplane;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.netmap.InboundFilter;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.wireguard.WireGuard;

/**
 * Whose turn it is to send. Data is pulled, never queued: the stack builds packets only for a way that takes them now
 * ({@link Carriage#creditBytes}) and a session that can seal them, so a slow relay stops exactly the flows that leave through
 * it. Only while a handshake is under way do packets wait, at most {@link WireGuard#stagingRoom} of them. Owner: the data loop.
 */
final class PullTurns {
    private static final int BATCH_PACKETS = 64;
    private static final int MTU_BYTES = 1280;

    private final Stack stack;
    private final WireGuard wireGuard;
    private final Carriage carriage;
    private final InboundFilter filter;
    private final ArrayDeque<PeerLink> ready = new ArrayDeque<>();
    private final Set<PeerLink> waiting = new HashSet<>();
    private final PacketBatch out = PacketBatch.ofPackets(BATCH_PACKETS, MTU_BYTES);

    PullTurns(Stack stack, WireGuard wireGuard, Carriage carriage, InboundFilter filter) {
        this.stack = stack;
        this.wireGuard = wireGuard;
        this.carriage = carriage;
        this.filter = filter;
    }

    /** Notes that {@code link} has something to send. */
    void add(PeerLink link) {
        if (!link.queued) {
            link.queued = true;
            ready.add(link);
        }
    }

    /** What a waiting link waited for may have come: another relay, or a session. */
    void wake(PeerLink link) {
        if (waiting.remove(link)) {
            add(link);
        }
    }

    /** A relay or a socket takes packets again: whoever waited tries once more. */
    void wakeAll() {
        for (PeerLink link : waiting) {
            add(link);
        }
        waiting.clear();
    }

    /** The peer is gone. */
    void forget(PeerLink link) {
        waiting.remove(link);
        ready.remove(link);
    }

    /** Sends whatever may leave now, peers in turn. */
    void run(long nowNanos) {
        for (PeerLink link = ready.poll(); link != null; link = ready.poll()) {
            link.queued = false;
            pullOnce(link, nowNanos);
        }
    }

    /** Time has passed: peers for whom a connection's segments still wait are still in use; that ends when the connection is given up. */
    void onTimer(long nowNanos) {
        for (PeerLink link : List.copyOf(waiting)) {
            if (link.egress.hasSegments()) {
                link.path.sent(nowNanos);
            }
        }
    }

    private void pullOnce(PeerLink link, long nowNanos) {
        int budget = budgetBytes(link, nowNanos);
        if (budget < MTU_BYTES) {
            // Less than a packet would build nothing, and the link would stand in the queue for ever.
            waiting.add(link);
            // What cannot leave yet is reason enough to look for a path: where no relay answers, it may be the only
            // way.
            link.path.sent(nowNanos);
            return;
        }
        // Also when nothing is ready any more: only a pull lets the egress announce itself again.
        out.clear();
        stack.pull(link.egress, out, budget, nowNanos);
        if (!out.isEmpty()) {
            noteFlows();
            wireGuard.send(link.wireGuard, out, nowNanos);
        }
        if (stack.isReady(link.egress)) {
            add(link);
        }
    }

    /** Answers to datagrams of ours pass the filter although no rule lets their sender in. */
    private void noteFlows() {
        byte[] b = out.array();
        for (int i = 0; i < out.count(); i++) {
            if (InboundFilter.mayBeginFlow(b, out.offset(i))) {
                filter.outbound(b, out.offset(i), out.length(i));
            }
        }
    }

    /**
     * How much may be built for this peer now: what its way takes, or what may wait for its handshake. A handshake, too, waits
     * for its relay: sent into one that is not connected it would be lost, and tried again only after 5 s.
     */
    private int budgetBytes(PeerLink link, long nowNanos) {
        int credit = carriage.creditBytes(link, nowNanos);
        if (credit > 0 && !wireGuard.hasSession(link.wireGuard, nowNanos)) {
            return wireGuard.stagingRoom(link.wireGuard) * MTU_BYTES;
        }
        return credit;
    }
}
