package pt.sunbeam.bench.kernel;

import java.util.Arrays;

/** Durations that were measured, with their percentiles. */
final class Samples {
    private final long[] sortedNanos;

    Samples(long[] nanos, int count) {
        sortedNanos = Arrays.copyOf(nanos, count);
        Arrays.sort(sortedNanos);
    }

    /** In milliseconds; 100 gives the longest. Not a number without samples. */
    double percentile(int percent) {
        int last = sortedNanos.length - 1;
        return last < 0 ? Double.NaN : sortedNanos[last * percent / 100] / 1e6;
    }
}
