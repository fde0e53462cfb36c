package pt.sunbeam.netstack.tcp;

/**
 * What the connection had delivered when each record was last sent, a slot for each slot of {@link TransmitQueue}
 * (draft-ietf-ccwg-bbr section 4.1.2.1). Primitives side by side, so that a segment costs no object.
 */
final class DeliverySnapshots {
    private long[] deliveredBytes = {};
    private long[] deliveredNanos = {};
    private long[] firstSentNanos = {};
    private long[] lostBytes = {};
    private int[] inFlightBytes = {};
    private boolean[] appLimited = {};

    /** Takes the totals of {@code rate} for the record in {@code slot}, which is sent now with {@code inFlight} bytes in the network. */
    void take(int slot, DeliveryRate rate, long inFlight) {
        deliveredBytes[slot] = rate.deliveredBytes();
        deliveredNanos[slot] = rate.deliveredNanos();
        firstSentNanos[slot] = rate.firstSentNanos();
        lostBytes[slot] = rate.lostBytes();
        inFlightBytes[slot] = (int) Math.min(inFlight, Integer.MAX_VALUE);
        appLimited[slot] = rate.isAppLimited();
    }

    long deliveredBytes(int slot) {
        return deliveredBytes[slot];
    }

    long deliveredNanos(int slot) {
        return deliveredNanos[slot];
    }

    long firstSentNanos(int slot) {
        return firstSentNanos[slot];
    }

    long lostBytes(int slot) {
        return lostBytes[slot];
    }

    int inFlightBytes(int slot) {
        return inFlightBytes[slot];
    }

    boolean isAppLimited(int slot) {
        return appLimited[slot];
    }

    /** Room for {@code size} slots; record {@code from <= id < to} keeps its snapshot. Both sizes are powers of two. */
    void grow(int size, int from, int to) {
        int oldMask = deliveredBytes.length - 1;
        DeliverySnapshots old = renew(size);
        for (int id = from; id != to; id++) {
            copy(old, id & oldMask, id & size - 1);
        }
    }

    /** Begins again with {@code size} empty slots; returns those there were. */
    DeliverySnapshots renew(int size) {
        DeliverySnapshots old = new DeliverySnapshots();
        old.deliveredBytes = deliveredBytes;
        old.deliveredNanos = deliveredNanos;
        old.firstSentNanos = firstSentNanos;
        old.lostBytes = lostBytes;
        old.inFlightBytes = inFlightBytes;
        old.appLimited = appLimited;
        allocate(size);
        return old;
    }

    private void allocate(int size) {
        deliveredBytes = new long[size];
        deliveredNanos = new long[size];
        firstSentNanos = new long[size];
        lostBytes = new long[size];
        inFlightBytes = new int[size];
        appLimited = new boolean[size];
    }

    /** Takes over the snapshot in slot {@code from} of {@code source}. */
    void copy(DeliverySnapshots source, int from, int to) {
        deliveredBytes[to] = source.deliveredBytes[from];
        deliveredNanos[to] = source.deliveredNanos[from];
        firstSentNanos[to] = source.firstSentNanos[from];
        lostBytes[to] = source.lostBytes[from];
        inFlightBytes[to] = source.inFlightBytes[from];
        appLimited[to] = source.appLimited[from];
    }

    void release() {
        allocate(0);
    }
}
