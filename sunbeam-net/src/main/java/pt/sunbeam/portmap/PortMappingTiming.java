package pt.sunbeam.portmap;

import pt.sunbeam.time.Deadline;

/** How long mappings last and how often a gateway is asked, in one place. */
final class PortMappingTiming {
    /** What is asked for (RFC 6886 section 3.3). */
    static final int LIFETIME_SECONDS = 7200;

    /** A gateway that grants less is not worth its traffic; servers should grant 120 s (RFC 6887 section 15). */
    static final int LEAST_LIFETIME_SECONDS = 60;

    /** No grant is believed for longer (RFC 6887 section 15). */
    static final long LONGEST_LIFETIME_SECONDS = 86_400;

    /** How often a request is sent before it counts as unanswered. */
    static final int TRIES = 4;

    /** After the first try; each other waits twice as long (RFC 6886 section 3.1). */
    static final long FIRST_WAIT_NANOS = Deadline.millis(250);

    static final long FIRST_REST_NANOS = Deadline.seconds(60);

    /** The longest wait for an answer that PCP has (RFC 6887 section 8.1.1, MRT), here between bursts. */
    static final long LONGEST_REST_NANOS = Deadline.seconds(1024);

    /** A gateway that says for how long asking is of no use is believed so far (RFC 6887 section 7.4, long lifetimes). */
    static final long LONGEST_REFUSAL_SECONDS = 1800;

    /** Renewals are not tried more often, whatever the gateway says (RFC 6887 section 11.2.1 has 4 s). */
    static final long LEAST_RENEWAL_NANOS = Deadline.seconds(30);

    private static final int MOST_DOUBLINGS = 5;

    private PortMappingTiming() {}

    /** Between two bursts to a gateway that has granted nothing {@code times} times. */
    static long restNanos(int times, long refusalSeconds) {
        long silenceNanos = Math.min(FIRST_REST_NANOS << Math.min(times, MOST_DOUBLINGS), LONGEST_REST_NANOS);
        return Math.max(silenceNanos, Deadline.seconds(Math.min(refusalSeconds, LONGEST_REFUSAL_SECONDS)));
    }
}
