package pt.sunbeam.path;

import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Deadline;

/** An address at which a peer may be, who says so, and what came of it. A claim until a pong came. */
final class Candidate {
    /** The latency of what never answered. */
    static final long NO_LATENCY = -1;

    final IpEndpoint endpoint;
    boolean inNetmap;
    boolean inCall;
    private long heardNanos = Deadline.LONG_AGO;
    private long pingedNanos = Deadline.LONG_AGO;
    private long unansweredNanos = Deadline.NONE;
    private long answeredNanos = Deadline.LONG_AGO;
    private long latencyNanos = NO_LATENCY;

    Candidate(IpEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** Whether anything still speaks for it. */
    boolean isAlive(long nowNanos) {
        return inNetmap || inCall || isHeard(nowNanos) || nowNanos - answeredNanos < PathTiming.LEARNED_NANOS;
    }

    boolean isHeard(long nowNanos) {
        return nowNanos - heardNanos < PathTiming.LEARNED_NANOS;
    }

    /** A ping came from there. */
    void heard(long nowNanos) {
        heardNanos = nowNanos;
    }

    boolean mayPing(long nowNanos) {
        return nowNanos - pingedNanos >= PathTiming.CANDIDATE_GAP_NANOS;
    }

    long pingedNanos() {
        return pingedNanos;
    }

    void pinged(long nowNanos) {
        pingedNanos = nowNanos;
        if (unansweredNanos == Deadline.NONE) {
            unansweredNanos = nowNanos;
        }
    }

    /** The ping sent at {@code sentNanos} was answered. */
    void answered(long sentNanos, long nowNanos) {
        answeredNanos = nowNanos;
        latencyNanos = Math.max(0, nowNanos - sentNanos);
        // Later pings may wait still; taking this one's time for theirs only makes data count for less.
        unansweredNanos = sentNanos == pingedNanos ? Deadline.NONE : sentNanos;
    }

    /** When the first ping was sent to which, and since which, no pong came; {@link Deadline#NONE} while there is none. */
    long unansweredNanos() {
        return unansweredNanos;
    }

    boolean everAnswered() {
        return latencyNanos != NO_LATENCY;
    }

    /** The last round trip, or {@link #NO_LATENCY}. */
    long latencyNanos() {
        return latencyNanos;
    }

    /** Forgets what came of it: the network is another, or refuses the address. */
    void forgetAnswers() {
        unansweredNanos = Deadline.NONE;
        answeredNanos = Deadline.LONG_AGO;
        latencyNanos = NO_LATENCY;
    }

    /** Forgets also when it was pinged, so that the next round includes it. */
    void reset() {
        forgetAnswers();
        pingedNanos = Deadline.LONG_AGO;
    }
}
