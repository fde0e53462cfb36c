package pt.sunbeam.netstack.tcp;

/** Reads the SACK blocks of acknowledgements (RFC 2018) and the duplicate report among them (RFC 2883). */
final class SackBlocks {
    private int lastCount;
    private final int[] lastStart = new int[4];
    private final int[] lastEnd = new int[4];

    /** True when the first block reports data that had arrived before: it lies below the ACK, or within the second. */
    static boolean reportsDuplicate(Segment s, int una, int maxWindowBytes) {
        if (s.sackCount == 0) {
            return false;
        }
        boolean belowAck = !Seq.after(s.sackEnd[0], s.ack) && Seq.after(s.sackEnd[0], una - maxWindowBytes);
        boolean withinSecond = s.sackCount > 1
                && !Seq.before(s.sackStart[0], s.sackStart[1])
                && !Seq.after(s.sackEnd[0], s.sackEnd[1]);
        return Seq.before(s.sackStart[0], s.sackEnd[0]) && (belowAck || withinSecond);
    }

    /** Marks what the blocks from {@code first} on cover and the last acknowledgement's did not. */
    void mark(Segment s, int first, Sender sender, AckProcessing acks, long arrivalNanos) {
        for (int i = first; i < s.sackCount; i++) {
            markBlock(s, i, sender, acks, arrivalNanos);
        }
        lastCount = 0;
        for (int i = first; i < s.sackCount; i++) {
            lastStart[lastCount] = s.sackStart[i];
            lastEnd[lastCount++] = s.sackEnd[i];
        }
    }

    /** The peer has forgotten what it reported. */
    void forget() {
        lastCount = 0;
    }

    private void markBlock(Segment s, int block, Sender sender, AckProcessing acks, long arrivalNanos) {
        int start = Seq.max(s.sackStart[block], s.ack);
        int end = s.sackEnd[block];
        if (!Seq.before(start, end) || Seq.before(start, sender.una) || Seq.after(end, sender.nxt)) {
            return;
        }
        int news = skipKnown(start);
        if (!Seq.before(news, end)) {
            return;
        }
        TransmitQueue q = sender.queue;
        for (int id = q.firstEndingAfter(news); id != q.tail() && !Seq.after(q.end(id), end); id++) {
            if (!q.isSacked(id) && !Seq.before(q.start(id), start)) {
                acks.recordDelivered(id, s, arrivalNanos);
                q.markSacked(id);
            }
        }
    }

    /** Blocks mostly repeat the last acknowledgement's: only what is new is walked. */
    private int skipKnown(int from) {
        int start = from;
        for (int i = 0; i < lastCount; i++) {
            if (!Seq.after(lastStart[i], start) && Seq.after(lastEnd[i], start)) {
                start = Seq.max(start, lastEnd[i]);
            }
        }
        return start;
    }
}
