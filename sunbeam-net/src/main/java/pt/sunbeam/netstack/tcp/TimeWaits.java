package pt.sunbeam.netstack.tcp;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.time.Deadline;

/** Connections in TIME-WAIT (RFC 9293 section 3.6.1), in the order in which they end; the oldest gives way to a new one. */
final class TimeWaits {
    /** A connection that takes the ports over begins this far beyond the old one: more than a window without scaling. */
    private static final int REOPEN_GAP = 65536 + 1;

    private final TcpLayer layer;
    private @Nullable TimeWaitEntry oldest;
    private @Nullable TimeWaitEntry newest;
    private int count;

    TimeWaits(TcpLayer layer) {
        this.layer = layer;
    }

    int count() {
        return count;
    }

    void enter(TcpConnection c) {
        TimeWaitEntry entry = new TimeWaitEntry(c, this);
        c.timeWait = entry;
        layer.flows.put(entry);
        count++;
        append(entry);
        acknowledge(entry, c.path);
        if (count > layer.config.maxTimeWait() && oldest != null) {
            ended(oldest);
        }
    }

    void ended(TimeWaitEntry entry) {
        count--;
        entry.over = true;
        layer.timers.remove(entry);
        unlink(entry);
        layer.flows.remove(entry);
    }

    void onSegment(TimeWaitEntry t, IpHeader ip, Segment s) {
        Acceptor acceptor = layer.acceptorOf(s);
        if (acceptor != null && t.mayReopen(s)) {
            ended(t);
            layer.halfOpens.reopen(ip, s, acceptor, t.sndNxt + REOPEN_GAP);
            return;
        }
        layer.counters.drop(DropCause.TCP_TIME_WAIT);
        // RFC 1337: a reset does not end TIME-WAIT.
        TcpPath path = layer.routing.pathTo(t.v6, t.remoteHigh, t.remoteLow);
        boolean answer = !s.has(TcpFlags.RST) && (s.sequenceLength() > 0 || s.seq != t.rcvNxt);
        if (answer && path != null && layer.resets.tryTake()) {
            acknowledge(t, path);
            if (s.has(TcpFlags.FIN)) {
                unlink(t);
                append(t);
            }
        }
    }

    private void acknowledge(TimeWaitEntry t, TcpPath path) {
        byte[] options = null;
        if (t.timestamps) {
            int tsVal = (int) (layer.nowNanos() / Deadline.MILLI) + t.tsOffset;
            options = new byte[SegmentWriter.TIMESTAMPS_BYTES];
            SegmentWriter.writeTimestamps(options, 0, tsVal, t.tsRecent);
        }
        path.reply(SegmentWriter.control(t, t.sndNxt, t.rcvNxt, TcpFlags.ACK, 0xffff, options));
    }

    private void append(TimeWaitEntry entry) {
        layer.timers.arm(entry, layer.nowNanos() + layer.config.timeWaitNanos());
        entry.older = newest;
        entry.newer = null;
        if (newest == null) {
            oldest = entry;
        } else {
            newest.newer = entry;
        }
        newest = entry;
    }

    private void unlink(TimeWaitEntry entry) {
        TimeWaitEntry older = entry.older;
        TimeWaitEntry newer = entry.newer;
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
        if (newer == null) {
            newest = older;
        } else {
            newer.older = older;
        }
    }
}
