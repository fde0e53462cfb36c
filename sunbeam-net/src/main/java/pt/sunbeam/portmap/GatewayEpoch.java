package pt.sunbeam.portmap;

import pt.sunbeam.time.Deadline;

/**
 * Tells from the epochs in a gateway's answers that it has forgotten its mappings: its clock then runs behind ours
 * (RFC 6886 section 3.6), or otherwise apart from it (RFC 6887 section 8.5).
 */
final class GatewayEpoch {
    private final boolean pcp;
    private boolean known;
    private long serverSeconds;
    private long clientNanos;

    GatewayEpoch(boolean pcp) {
        this.pcp = pcp;
    }

    void forget() {
        known = false;
    }

    /**
     * Takes the epoch of an answer; true when mappings of before it are lost.
     *
     * @param epochSeconds 0 to 2^32-1
     */
    boolean restarted(long epochSeconds, long nowNanos) {
        long clientDelta = (nowNanos - clientNanos) / Deadline.SECOND;
        boolean lost = known && (pcp ? brokenPcp(epochSeconds, clientDelta) : brokenNatPmp(epochSeconds, clientDelta));
        known = true;
        serverSeconds = epochSeconds;
        clientNanos = nowNanos;
        return lost;
    }

    /** The gateway's clock may run slow by an eighth, and by 2 s for delays on the way. */
    private boolean brokenNatPmp(long epochSeconds, long clientDelta) {
        return epochSeconds < serverSeconds + clientDelta * 7 / 8 - 2;
    }

    /** Either clock may be off by a sixteenth, and by 2 s; answers may overtake each other by 1 s. */
    private boolean brokenPcp(long epochSeconds, long clientDelta) {
        long serverDelta = epochSeconds - serverSeconds;
        return serverDelta < -1
                || clientDelta + 2 < serverDelta - serverDelta / 16
                || serverDelta + 2 < clientDelta - clientDelta / 16;
    }
}
