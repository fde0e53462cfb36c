package pt.sunbeam.netstack.tcp;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * What has to hold of all connections of a stack between any two steps: totals equal a recount, edges move one way, and
 * everything that waits has something that will wake it.
 */
public final class TcpAudit {
    /** What the last audit saw of a connection. */
    private record Seen(int una, int nxt, int right, boolean synchronised) {}

    private final TcpLayer layer;
    private final TcpPath path;
    private final Map<TcpConnection, Seen> last = new IdentityHashMap<>();
    private int connections;

    public TcpAudit(TcpLayer layer, TcpPath path) {
        this.layer = layer;
        this.path = path;
    }

    /** Call after each step, when everything that may leave has been pulled. */
    public void check() {
        connections = 0;
        layer.flows.forEach(f -> {
            if (f instanceof TcpConnection c) {
                connections++;
                checkTotals(c);
                checkEdges(c);
                checkWakeUp(c);
            }
        });
        last.keySet().removeIf(c -> c.state == TcpState.CLOSED || c.state == TcpState.TIME_WAIT);
        require(connections == layer.connectionCount(), "connections differ from a recount");
    }

    private void checkTotals(TcpConnection c) {
        TransmitQueue q = c.sender.queue;
        long inFlight = 0;
        long sacked = 0;
        int records = 0;
        for (int id = q.head(); id != q.tail(); id++) {
            boolean flying = !q.isSacked(id) && !q.isLost(id);
            inFlight += flying ? q.length(id) : 0;
            records += flying ? 1 : 0;
            sacked += q.isSacked(id) ? q.length(id) : 0;
            require(!q.isSacked(id) || !q.isLost(id), "a record is both SACKed and lost");
        }
        require(q.inFlightBytes() == inFlight, "bytes in flight differ from a recount");
        require(q.sackedBytes() == sacked, "SACKed bytes differ from a recount");
        require(linked(q) == records, "records are missing in the order of sending");
    }

    private static int linked(TransmitQueue q) {
        int count = 0;
        for (int id = q.oldestInFlight(); id != -1; id = q.nextNewer(id)) {
            require(!q.isSacked(id) && !q.isLost(id), "a record that left the network is still linked");
            count++;
        }
        return count;
    }

    private void checkEdges(TcpConnection c) {
        Sender s = c.sender;
        Seen now = new Seen(s.una, s.nxt, c.receiver.right(), c.canSpeak());
        Seen then = last.put(c, now);
        require(!Seq.after(s.una, s.nxt), "SND.UNA is beyond SND.NXT");
        if (then == null || !then.synchronised) {
            return;
        }
        require(!Seq.before(s.una, then.una), "SND.UNA moved back");
        require(!Seq.before(now.right, then.right), "the right edge of the window moved left");
        boolean within = !Seq.after(s.nxt, s.una + s.offer.bytes());
        require(s.nxt == then.nxt || within, "new data was sent beyond the window");
    }

    /** No lost wake-up: what can go on is listed, what waits has a timer or the application to wait for. */
    private static void checkWakeUp(TcpConnection c) {
        Sender s = c.sender;
        boolean opening = c.state == TcpState.SYN_SENT || c.state == TcpState.SYN_RECEIVED;
        boolean listed = c.readyList != null;
        boolean paced = s.hasData() && !s.isReleased(c.layer.nowNanos());
        boolean hasSegment = s.hasControl() || s.hasData() && !paced;
        boolean waits = opening || !s.queue.isEmpty() || s.isWindowBlocked();
        boolean due = c.isArmed() && c.deadlineNanos() <= c.layer.nowNanos();
        require(listed || !hasSegment || due, "a segment could leave, but the connection is not listed");
        require(!paced || c.isArmed(), "data waits for the pacer, and no timer is armed");
        require(s.timer.isConsistent(), "the retransmission timer is armed for nothing, or not armed for something");
        require(listed || !waits || s.timer.isArmed(), "something is unacknowledged or blocked, and no timer is armed");
        require(
                waits || !s.timer.isArmed(),
                "a retransmission timer is armed, and nothing is unacknowledged or blocked");
        boolean ends = c.isArmed() || s.timer.isArmed() || listed;
        require(ends || !c.isDetached(), "nobody holds the connection and nothing will end it");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
