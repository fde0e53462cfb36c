package pt.sunbeam.netstack.tcp;

/**
 * The records of a {@link TransmitQueue} that are in the network, in the order of their last transmission (RFC 8985
 * section 6.2): a list linked through the slots of its ring, so that loss detection looks only at the oldest.
 */
final class SendOrder {
    private static final int NONE = -1;

    private int[] older = {};
    private int[] newer = {};
    private int oldest = NONE;
    private int newest = NONE;

    /** The record sent longest ago, or -1. */
    int oldest() {
        return oldest;
    }

    /** The record sent next after {@code id}, or -1. */
    int nextNewer(int id) {
        return newer[id & newer.length - 1];
    }

    /** Record {@code id}, which is not listed, was sent. */
    void append(int id) {
        int mask = older.length - 1;
        older[id & mask] = newest;
        newer[id & mask] = NONE;
        if (newest == NONE) {
            oldest = id;
        } else {
            newer[newest & mask] = id;
        }
        newest = id;
    }

    void remove(int id) {
        int mask = older.length - 1;
        int before = older[id & mask];
        int after = newer[id & mask];
        if (before == NONE) {
            oldest = after;
        } else {
            newer[before & mask] = after;
        }
        if (after == NONE) {
            newest = before;
        } else {
            older[after & mask] = before;
        }
    }

    /** Forgets everything and has room for {@code size} slots, a power of two or 0; returns what was there. */
    SendOrder renew(int size) {
        SendOrder before = new SendOrder();
        before.older = older;
        before.newer = newer;
        before.oldest = oldest;
        before.newest = newest;
        older = new int[size];
        newer = new int[size];
        oldest = NONE;
        newest = NONE;
        return before;
    }
}
