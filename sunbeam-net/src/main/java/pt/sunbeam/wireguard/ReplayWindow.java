package pt.sunbeam.wireguard;

import java.util.Arrays;

/**
 * The counters seen on one receiving key, as a ring of bit blocks (RFC 6479). Counters are unsigned.
 *
 * <p>One block of the ring is always being refilled, so 127 of the 128 blocks are the window: {@link #WINDOW} counters. It
 * is wide because a packet may come by UDP and by a relay, one far behind the other.
 */
final class ReplayWindow {
    private static final int BLOCKS = 128;
    private static final int BLOCK_BITS = 64;

    /** How far behind the highest counter one is still accepted. */
    static final int WINDOW = (BLOCKS - 1) * BLOCK_BITS;

    private final long[] ring = new long[BLOCKS];
    private long last;

    /** True when {@link #accept} would accept; changes nothing, so it may be asked before authentication. */
    boolean wouldAccept(long counter) {
        if (Long.compareUnsigned(counter, Limits.REJECT_AFTER_MESSAGES) >= 0) {
            return false;
        }
        if (Long.compareUnsigned(counter, last) > 0) {
            return true;
        }
        return Long.compareUnsigned(last - counter, WINDOW) <= 0 && (ring[block(counter)] & bit(counter)) == 0;
    }

    /** Marks an authenticated counter as seen; false when it was seen before or is too old. */
    boolean accept(long counter) {
        if (!wouldAccept(counter)) {
            return false;
        }
        if (Long.compareUnsigned(counter, last) > 0) {
            advance(counter);
        }
        ring[block(counter)] |= bit(counter);
        return true;
    }

    private void advance(long counter) {
        long blocksAhead = (counter >>> 6) - (last >>> 6);
        if (blocksAhead >= BLOCKS) {
            Arrays.fill(ring, 0);
        } else {
            for (long i = 1; i <= blocksAhead; i++) {
                ring[(int) ((last >>> 6) + i) & (BLOCKS - 1)] = 0;
            }
        }
        last = counter;
    }

    private static int block(long counter) {
        return (int) (counter >>> 6) & (BLOCKS - 1);
    }

    private static long bit(long counter) {
        return 1L << (counter & (BLOCK_BITS - 1));
    }
}
