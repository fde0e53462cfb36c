package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/** A passive open whose last acknowledgement is awaited: what the SYN said, and no buffers. */
final class HalfOpen extends Flow {
    /** The first and five repetitions: 1, 2, 4, 8 and 16 seconds between them, and 32 to wait for an answer to the last. */
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
    final int tsRecent;
    final long firstSentNanos;
    private int synAcks = 1;
    private boolean repeated;

    HalfOpen(HalfOpens table, Flow endpoints, Segment syn, Acceptor acceptor, int iss, int tsOffset, long nowNanos) {
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
        firstSentNanos = nowNanos;
    }

    @Override
    protected void fire(long nowNanos) {
        if (synAcks >= MAX_SYN_ACKS) {
            table.drop(this);
        } else {
            synAcks++;
            repeat(nowNanos);
            table.arm(this, nowNanos);
        }
    }

    void repeat(long nowNanos) {
        repeated = true;
        table.sendSynAck(this, nowNanos);
    }

    /** True when the acknowledgement may answer any of several SYN-ACKs, and is no measure of the round trip. */
    boolean wasRepeated() {
        return repeated;
    }

    long patienceNanos() {
        return Deadline.SECOND << synAcks - 1;
    }
}
