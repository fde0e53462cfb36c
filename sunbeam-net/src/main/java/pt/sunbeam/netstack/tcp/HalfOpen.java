package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/** A passive open whose last acknowledgement is awaited: what the SYN said, and no buffers. */
final class HalfOpen extends Flow {
    private static final int MAX_SYN_ACKS = 6;

    private final HalfOpens table;
    final Acceptor acceptor;
    final int iss;
    final int irs;
    final int peerMss;
    final int peerWindowScale;
    final boolean sack;
    final boolean timestamps;
    final int tsOffset;
    int tsRecent;
    long firstSentNanos;
    int synAcks;

    HalfOpen(HalfOpens table, Flow endpoints, Segment syn, Acceptor acceptor, int iss, int tsOffset) {
        super(endpoints);
        this.table = table;
        this.acceptor = acceptor;
        this.iss = iss;
        this.tsOffset = tsOffset;
        irs = syn.seq;
        peerMss = syn.mss;
        peerWindowScale = syn.windowScale;
        sack = syn.sackPermitted;
        timestamps = syn.timestamps;
        tsRecent = syn.tsVal;
    }

    @Override
    protected void fire(long nowNanos) {
        if (synAcks >= MAX_SYN_ACKS) {
            table.drop(this);
        } else {
            table.sendSynAck(this, nowNanos);
        }
    }

    long nextResendNanos(long nowNanos) {
        return nowNanos + (Deadline.SECOND << synAcks);
    }
}
