package pt.sunbeam.path;

import pt.sunbeam.time.Deadline;

/**
 * How long things last between two nodes, after Tailscale 1.103 (wgengine/magicsock/magicsock.go, endpoint.go). Where a value
 * differs, it says so: a path that dies has to be left within three seconds while data flows, and be found as fast.
 */
public final class PathTiming {
    /** A path is busy this long after the last data was sent over it. */
    static final long BUSY_NANOS = Deadline.seconds(5);

    /** A peer is in use this long after the last data was sent to it; then heartbeats and discovery end. */
    static final long IN_USE_NANOS = Deadline.seconds(45);

    /** Between two pings of the best path while it is busy; Tailscale waits 3 s always. */
    static final long BUSY_HEARTBEAT_NANOS = Deadline.seconds(1);

    /** Between two pings of the best path while the peer is in use and the path is not busy. */
    static final long CALM_HEARTBEAT_NANOS = Deadline.seconds(3);

    /**
     * How long a pong is trusted on a busy path; Tailscale trusts it for 6.5 s always. Two heartbeats and time for the second one's
     * pong, and so much below 3 s that the next packet leaves by the relay before those are over.
     */
    static final long BUSY_TRUST_NANOS = Deadline.millis(2800);

    /** How long a pong is trusted on a path that is not busy: two heartbeats and a little more. */
    static final long CALM_TRUST_NANOS = Deadline.millis(6500);

    /** Data from the best endpoint is evidence until a ping to it has waited this long for its pong. */
    static final long DATA_EVIDENCE_NANOS = Deadline.seconds(3);

    /** How long data from the best endpoint is trusted. */
    static final long DATA_TRUST_NANOS = Deadline.millis(2800);

    /**
     * What data proves is the way from the peer to us alone: trust that rests on data ends this long after the first ping that
     * got no pong.
     */
    static final long DATA_TRUST_WITHOUT_PONG_NANOS = Deadline.millis(3500);

    /** A ping without a pong is forgotten. */
    static final long PING_TIMEOUT_NANOS = Deadline.seconds(5);

    /** No candidate is pinged more often by itself; Tailscale waits 5 s. */
    static final long CANDIDATE_GAP_NANOS = Deadline.seconds(1);

    /** From the first round of discovery to the second, and on to the third. */
    static final long EARLY_ROUND_GAP_NANOS = Deadline.seconds(1);

    /** Between two later rounds. */
    static final long ROUND_GAP_NANOS = Deadline.seconds(5);

    /** Discovery that has failed for this long goes slower. */
    static final long ROUNDS_SLOW_AFTER_NANOS = Deadline.seconds(30);

    /** Between two rounds then. */
    static final long SLOW_ROUND_GAP_NANOS = Deadline.seconds(15);

    /** Between two rounds that look for something better than a path that works. */
    static final long UPGRADE_NANOS = Deadline.seconds(60);

    /** A path at least this quick needs nothing better. */
    static final long GOOD_ENOUGH_NANOS = Deadline.millis(5);

    /** A candidate that only its own pings, or its pongs, speak for lives this long after the last of them. */
    static final long LEARNED_NANOS = Deadline.seconds(45);

    /** Own endpoints that are older are asked for anew before a CallMeMaybe. */
    public static final long ENDPOINTS_FRESH_NANOS = Deadline.seconds(27);

    /** Own endpoints are not asked for more often. */
    public static final long ENDPOINTS_ASKED_NANOS = Deadline.seconds(5);

    private PathTiming() {}
}
