package pt.sunbeam.netstack.memory;

import org.jspecify.annotations.Nullable;

/**
 * Buffer memory of one stack, handed out in chunks of {@link #CHUNK} bytes under one budget.
 *
 * <p>Confined to the stack's owner thread. A connection takes a chunk when bytes arrive and gives it back when they are
 * gone, so an idle connection holds none. A limited number of free chunks is kept for reuse; the rest is left to the
 * collector.
 */
public final class ChunkPool {
    /** Small, because one byte holds a chunk: ten thousand connections with a line each must fit the budget. */
    public static final int CHUNK = 2 * 1024;

    private static final int MAX_FREE = 8 * 1024;

    private final long budgetBytes;
    private final byte[][] free = new byte[MAX_FREE][];
    private int freeCount;
    private long chargedBytes;

    public ChunkPool(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    /** A chunk whose content is arbitrary, or null when the budget is spent. */
    public byte @Nullable [] take() {
        if (chargedBytes + CHUNK > budgetBytes) {
            return null;
        }
        chargedBytes += CHUNK;
        return freeCount > 0 ? free[--freeCount] : new byte[CHUNK];
    }

    public void give(byte[] chunk) {
        chargedBytes -= CHUNK;
        if (freeCount < MAX_FREE) {
            free[freeCount++] = chunk;
        }
    }

    /** Bytes of all chunks now held by connections. */
    public long chargedBytes() {
        return chargedBytes;
    }

    public long budgetBytes() {
        return budgetBytes;
    }

    /** True when more than half of the budget is spent: windows stop growing. */
    public boolean isScarce() {
        return chargedBytes * 2 > budgetBytes;
    }

    /** True when more than 80 % of the budget is spent: windows shrink as their bytes are consumed. */
    public boolean isTight() {
        return chargedBytes > budgetBytes / 100 * 80;
    }

    /** True when more than 95 % of the budget is spent: no new connection is taken. */
    public boolean isExhausted() {
        return chargedBytes > budgetBytes / 100 * 95;
    }
}
