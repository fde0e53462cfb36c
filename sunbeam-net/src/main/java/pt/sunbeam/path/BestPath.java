package pt.sunbeam.path;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Deadline;

/**
 * The candidate that data is sent to, and how long it is trusted: used without the relay beside it.
 *
 * <p>Only a pong makes a candidate the best, and only a pong gives trust back once it has ended. On a busy path a pong is
 * trusted for three seconds, since a ping is sent each second; on a calm one for 6.5 seconds, since a ping is sent every three.
 * A path that turns busy is pinged at once and has three seconds for that pong; one that turns calm is given the longer time
 * from its last pong, so neither change ends trust by itself. Data that arrives meanwhile only makes up for a lost pong or two: trust
 * ends four and a half seconds after the last pong, whatever arrives.
 */
final class BestPath {
    private @Nullable Candidate candidate;
    private long latencyNanos;
    private long pongNanos = Deadline.LONG_AGO;
    private long trustUntilNanos = Deadline.LONG_AGO;

    @Nullable
    Candidate candidate() {
        return candidate;
    }

    @Nullable
    IpEndpoint endpoint() {
        return candidate == null ? null : candidate.endpoint;
    }

    boolean is(@Nullable Candidate other) {
        return candidate != null && candidate == other;
    }

    /** The last round trip over it; meaningless while there is none. */
    long latencyNanos() {
        return latencyNanos;
    }

    long trustUntilNanos() {
        return trustUntilNanos;
    }

    boolean isTrusted(long nowNanos) {
        return candidate != null && nowNanos < trustUntilNanos;
    }

    void clear() {
        candidate = null;
        trustUntilNanos = Deadline.LONG_AGO;
    }

    /** {@code answered} got a pong: it becomes the best when it is better or there is no trust, and is trusted if it is. */
    void onPong(Candidate answered, boolean busy, long nowNanos) {
        if (candidate != answered && !takesTheirPlace(answered, nowNanos)) {
            return;
        }
        candidate = answered;
        latencyNanos = answered.latencyNanos();
        pongNanos = nowNanos;
        trustUntilNanos = nowNanos + (busy ? PathTiming.BUSY_TRUST_NANOS : PathTiming.CALM_TRUST_NANOS);
    }

    private boolean takesTheirPlace(Candidate answered, long nowNanos) {
        Candidate current = candidate;
        return current == null
                || !isTrusted(nowNanos)
                || PathScore.better(answered.endpoint, answered.latencyNanos(), current.endpoint, latencyNanos);
    }

    /** Data proved to be the peer's came from {@code from} at {@code arrivalNanos}. */
    void onData(IpEndpoint from, long arrivalNanos) {
        Candidate current = candidate;
        if (current == null || !isTrusted(arrivalNanos) || !current.endpoint.equals(from)) {
            return;
        }
        long asked = current.unansweredNanos();
        if (asked == Deadline.NONE || arrivalNanos <= asked || arrivalNanos - asked >= PathTiming.DATA_EVIDENCE_NANOS) {
            return;
        }
        long until =
                Math.min(arrivalNanos + PathTiming.DATA_TRUST_NANOS, asked + PathTiming.DATA_TRUST_WITHOUT_PONG_NANOS);
        trustUntilNanos = Math.max(trustUntilNanos, until);
    }

    /** Data begins to flow: what a pong promised a calm path counts no longer. */
    void turnedBusy(long nowNanos) {
        trustUntilNanos = Math.min(trustUntilNanos, nowNanos + PathTiming.BUSY_TRUST_NANOS);
    }

    /** No data flows: pings come less often now, and a pong has to last longer. */
    void whileCalm(long nowNanos) {
        Candidate current = candidate;
        if (current != null && isTrusted(nowNanos) && current.unansweredNanos() == Deadline.NONE) {
            trustUntilNanos = Math.max(trustUntilNanos, pongNanos + PathTiming.CALM_TRUST_NANOS);
        }
    }
}
