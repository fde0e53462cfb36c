package pt.sunbeam.control;

/**
 * The largest map message, so that no server can end the process by its size.
 *
 * @param maxFrameBytes one message as it is sent, compressed or not
 * @param maxMessageBytes one message unpacked
 * @param maxTokens JSON tokens of one message; a node has 60 to 150
 */
public record MapLimits(int maxFrameBytes, int maxMessageBytes, long maxTokens) {
    private static final int MIB = 1 << 20;

    /** The worst token, an empty node, costs the parsed records this much. */
    private static final int WORST_TOKEN_BYTES = 128;

    /** A frame, its unpacked form and its records together fit a third of the heap. */
    public static MapLimits forHeap(long maxHeapBytes) {
        int frame = (int) Math.clamp(maxHeapBytes / 16, 4L * MIB, 64L * MIB);
        int message = (int) Math.clamp(maxHeapBytes / 8, 8L * MIB, 64L * MIB);
        return new MapLimits(frame, message, Math.max(200_000, maxHeapBytes / 6 / WORST_TOKEN_BYTES));
    }

    /** For the heap this process runs in. */
    public static MapLimits ofThisProcess() {
        return forHeap(Runtime.getRuntime().maxMemory());
    }
}
