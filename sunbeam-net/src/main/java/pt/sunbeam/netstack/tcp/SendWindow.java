package pt.sunbeam.netstack.tcp;

/** The window that the peer offers: SND.WND, SND.WL1 and SND.WL2 (RFC 9293 section 3.3.1), and the largest one ever seen. */
final class SendWindow {
    private int bytes;
    private int maxBytes;
    private int seq;
    private int ack;

    int bytes() {
        return bytes;
    }

    /** MAX.SND.WND of RFC 5961 section 5.2. */
    int maxBytes() {
        return maxBytes;
    }

    /** Takes the offer of a segment unless it is older than the last one (RFC 9293 section 3.10.7.4). */
    void offered(Segment s, int window) {
        if (Seq.before(seq, s.seq) || seq == s.seq && !Seq.after(ack, s.ack)) {
            set(s, window);
        }
    }

    void set(Segment s, int window) {
        seq = s.seq;
        ack = s.ack;
        bytes = window;
        maxBytes = Math.max(maxBytes, window);
    }
}
