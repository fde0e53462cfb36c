package pt.sunbeam.netstack.tcp;

import org.jspecify.annotations.Nullable;

/** What remains of a connection in TIME-WAIT: enough to answer a repeated FIN and to judge a new SYN (RFC 6191). */
final class TimeWaitEntry extends Flow {
    private final TimeWaits table;
    final int sndNxt;
    final int rcvNxt;
    final boolean timestamps;
    final int tsRecent;
    final int tsOffset;

    /** True when the entry has left the table. */
    boolean over;

    @Nullable
    TimeWaitEntry older;

    @Nullable
    TimeWaitEntry newer;

    TimeWaitEntry(TcpConnection c, TimeWaits table) {
        super(c);
        this.table = table;
        sndNxt = c.sender.nxt;
        rcvNxt = c.receiver.nxt();
        timestamps = c.timestamps;
        tsRecent = c.tsRecent;
        tsOffset = c.tsOffset;
    }

    @Override
    protected void fire(long nowNanos) {
        table.ended(this);
    }

    /**
     * Whether a SYN begins a new connection rather than being a late duplicate (RFC 6191 section 2): the timestamps decide,
     * without them, and when they are equal, the sequence numbers.
     */
    boolean mayReopen(Segment s) {
        if (timestamps && s.timestamps && s.tsVal != tsRecent) {
            return Seq.after(s.tsVal, tsRecent);
        }
        return Seq.after(s.seq, rcvNxt);
    }
}
