package pt.sunbeam.wireguard;

/** What {@link WireGuard} dropped, by reason, and how many handshake messages it sent. Owned by the data loop. */
public final class WireGuardCounters {
    private final long[] drops = new long[DropReason.values().length];
    private long initiationsSent;
    private long responsesSent;
    private long cookieRepliesSent;

    WireGuardCounters() {}

    public long dropped(DropReason reason) {
        return drops[reason.ordinal()];
    }

    public long droppedTotal() {
        long sum = 0;
        for (long n : drops) {
            sum += n;
        }
        return sum;
    }

    public long initiationsSent() {
        return initiationsSent;
    }

    public long responsesSent() {
        return responsesSent;
    }

    public long cookieRepliesSent() {
        return cookieRepliesSent;
    }

    void drop(DropReason reason) {
        drops[reason.ordinal()]++;
    }

    void drop(DropReason reason, int count) {
        drops[reason.ordinal()] += count;
    }

    void initiationSent() {
        initiationsSent++;
    }

    void responseSent() {
        responsesSent++;
    }

    void cookieReplySent() {
        cookieRepliesSent++;
    }
}
