package pt.sunbeam.sim;

/** A wire of a given rate with a first-in, first-out queue before it, kept as the times at which packets leave. */
final class Bottleneck {
    private static final long SECOND = 1_000_000_000L;

    private long[] leaves = new long[64];
    private int[] lengths = new int[64];
    private int head;
    private int count;
    private long bytes;
    private long wireFreeNanos = Long.MIN_VALUE;

    /** When a packet of {@code length} bytes has left, or {@link Impairments#NEVER} when the queue is full. */
    long enqueue(LinkProfile.Rate rate, int length, long nowNanos) {
        if (rate.bytesPerSecond() == 0) {
            return nowNanos;
        }
        drain(nowNanos);
        if (count >= rate.queuePackets() || count > 0 && bytes + length > rate.queueBytes()) {
            return Impairments.NEVER;
        }
        wireFreeNanos = Math.max(nowNanos, wireFreeNanos) + length * SECOND / rate.bytesPerSecond();
        append(wireFreeNanos, length);
        return wireFreeNanos;
    }

    int queuedPackets(long nowNanos) {
        drain(nowNanos);
        return count;
    }

    void forget() {
        count = 0;
        bytes = 0;
        wireFreeNanos = Long.MIN_VALUE;
    }

    private void drain(long nowNanos) {
        while (count > 0 && leaves[head] <= nowNanos) {
            bytes -= lengths[head];
            head = head + 1 & leaves.length - 1;
            count--;
        }
    }

    private void append(long leavesNanos, int length) {
        if (count == leaves.length) {
            grow();
        }
        int at = head + count & leaves.length - 1;
        leaves[at] = leavesNanos;
        lengths[at] = length;
        count++;
        bytes += length;
    }

    private void grow() {
        long[] moreLeaves = new long[2 * count];
        int[] moreLengths = new int[2 * count];
        for (int i = 0; i < count; i++) {
            moreLeaves[i] = leaves[head + i & leaves.length - 1];
            moreLengths[i] = lengths[head + i & leaves.length - 1];
        }
        leaves = moreLeaves;
        lengths = moreLengths;
        head = 0;
    }
}
