package pt.sunbeam.netstack.tcp;

/**
 * One loss episode: proportional rate reduction (RFC 9937) while it lasts, and the proof that it was spurious, by
 * timestamps (Eifel, RFC 3522) or by duplicate reports (RFC 3708).
 */
final class Recovery {
    enum Mode {
        OPEN,
        /** Fast recovery: the window follows deliveries. */
        RECOVERY,
        /** After a retransmission time-out. */
        LOSS
    }

    private Mode mode = Mode.OPEN;
    private int point;
    private long delivered;
    private long out;
    private long flightAtStart;
    private long windowBytes;
    private boolean mayUndo;
    private int resentUnproved;
    private boolean resentAny;
    private int firstResentTsVal;
    private int reportsEnd;

    Mode mode() {
        return mode;
    }

    /** The sequence number whose acknowledgement ends the episode. */
    int point() {
        return point;
    }

    /** The congestion window during fast recovery, in bytes. */
    long windowBytes() {
        return windowBytes;
    }

    void enter(Mode kind, int sndNxt, long flightBytes, boolean fresh) {
        mode = kind;
        point = sndNxt;
        delivered = 0;
        out = 0;
        flightAtStart = Math.max(1, flightBytes);
        if (fresh) {
            mayUndo = true;
            resentUnproved = 0;
            resentAny = false;
        }
    }

    /** The episode is over; reports of duplicates may still follow until what was sent by now is acknowledged. */
    void leave(int sndNxt) {
        mode = Mode.OPEN;
        reportsEnd = sndNxt;
    }

    /** Nothing of the episode is left to prove. */
    void undone() {
        mode = Mode.OPEN;
        mayUndo = false;
    }

    /** Adjusts the window after an acknowledgement (RFC 9937 section 6). */
    void onAck(long deliveredNow, long pipe, long ssthresh, int mss, boolean safe) {
        delivered += deliveredNow;
        long count;
        if (pipe > ssthresh) {
            count = (delivered * ssthresh + flightAtStart - 1) / flightAtStart - out;
        } else {
            long limit = Math.max(delivered - out, deliveredNow) + (safe ? mss : 0);
            count = Math.min(ssthresh - pipe, limit);
        }
        long least = out == 0 ? mss : 0;
        windowBytes = pipe + Math.max(count, least);
    }

    void onSent(int bytes) {
        out += bytes;
    }

    void onResent(int tsVal) {
        if (!resentAny) {
            resentAny = true;
            firstResentTsVal = tsVal;
        }
        resentUnproved++;
    }

    /** One retransmission was reported as a duplicate; true when all of the episode were (RFC 3708). */
    boolean duplicateReported(int una) {
        boolean inTime = mode != Mode.OPEN || !Seq.after(una, reportsEnd);
        return mayUndo && inTime && resentAny && --resentUnproved == 0;
    }

    /** True when the acknowledgement was caused by an original, sent before the first retransmission. */
    boolean provesSpurious(int tsEcr) {
        return mode != Mode.OPEN && mayUndo && resentAny && tsEcr != 0 && Seq.before(tsEcr, firstResentTsVal);
    }
}
