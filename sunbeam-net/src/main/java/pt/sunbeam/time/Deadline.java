package pt.sunbeam.time;

/** Arithmetic on monotonic deadlines. All machines use {@link #NONE} for "no timer is armed". */
public final class Deadline {
    /** No deadline: later than every other one. Monotonic stamps stay far below it. */
    public static final long NONE = Long.MAX_VALUE;

    /** Earlier than every monotonic stamp, whose origin is arbitrary, and still safe to subtract from one. */
    public static final long LONG_AGO = Long.MIN_VALUE / 2;

    public static final long MILLI = 1_000_000L;
    public static final long SECOND = 1_000_000_000L;

    private Deadline() {}

    public static long seconds(long n) {
        return n * SECOND;
    }

    public static long millis(long n) {
        return n * MILLI;
    }
}
