package pt.sunbeam.netcheck;

/** What became of the requests and answers of {@link StunProbes}. */
public final class ProbeCounters {
    private final long[] refused = new long[ProbeRefusal.values().length];
    private long sent;
    private long answered;

    ProbeCounters() {}

    void countSent() {
        sent++;
    }

    void countAnswered() {
        answered++;
    }

    void countRefused(ProbeRefusal reason) {
        refused[reason.ordinal()]++;
    }

    /** Requests sent. */
    public long sent() {
        return sent;
    }

    /** Answers taken. */
    public long answered() {
        return answered;
    }

    /** Answers not taken for this reason. */
    public long refused(ProbeRefusal reason) {
        return refused[reason.ordinal()];
    }
}
