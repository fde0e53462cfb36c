package pt.sunbeam.netstack.tcp;

/**
 * What was sent and is not yet cumulatively acknowledged: one record a segment, in sequence order, as a ring of primitives.
 *
 * <p>It is the scoreboard of RFC 6675 and the transmit record of RFC 8985. Records that are believed to be in the network
 * are also linked in the order of their last transmission, so that loss detection looks only at the oldest. Totals are
 * kept, never recounted. Beside them lies what the connection had delivered when each record was sent, from which
 * {@link DeliveryRate} takes its samples. A record's id rises by one with each segment; -1 is no record.
 */
final class TransmitQueue {
    private static final int SACKED = 1;
    private static final int LOST = 2;
    private static final int RESENT_IN_FLIGHT = 4;
    private static final int EVER_RESENT = 8;
    private static final int INITIAL = 16;
    private static final int NONE = -1;

    private int[] starts = {};
    private int[] ends = {};
    private long[] sentNanos = {};
    private byte[] flags = {};
    private final DeliverySnapshots snapshots = new DeliverySnapshots();
    private final SendOrder order = new SendOrder();
    private int head;
    private int tail;
    private long inFlightBytes;
    private long sackedBytes;
    private int lostCount;
    private int lostHint;

    boolean isEmpty() {
        return head == tail;
    }

    int head() {
        return head;
    }

    /** One behind the last record's id. */
    int tail() {
        return tail;
    }

    /** Bytes believed to be in the network: neither SACKed, nor lost and not yet sent again. */
    long inFlightBytes() {
        return inFlightBytes;
    }

    long sackedBytes() {
        return sackedBytes;
    }

    int start(int id) {
        return starts[id & starts.length - 1];
    }

    int end(int id) {
        return ends[id & ends.length - 1];
    }

    int length(int id) {
        return end(id) - start(id);
    }

    long sentNanos(int id) {
        return sentNanos[id & sentNanos.length - 1];
    }

    boolean isSacked(int id) {
        return has(id, SACKED);
    }

    /** Lost and waiting to be sent again. */
    boolean isLost(int id) {
        return has(id, LOST);
    }

    boolean wasResent(int id) {
        return has(id, EVER_RESENT);
    }

    /** The record sent longest ago that is still in the network, or -1. */
    int oldestInFlight() {
        return order.oldest();
    }

    int nextNewer(int id) {
        return order.nextNewer(id);
    }

    void append(int start, int end, long nowNanos) {
        if (tail - head == starts.length) {
            grow();
        }
        int slot = tail & starts.length - 1;
        starts[slot] = start;
        ends[slot] = end;
        sentNanos[slot] = nowNanos;
        flags[slot] = 0;
        order.append(tail++);
        inFlightBytes += end - start;
    }

    /** Notes beside record {@code id}, which was just sent, what had been delivered. */
    void snapshot(int id, DeliveryRate rate) {
        snapshots.take(slot(id), rate, inFlightBytes);
    }

    DeliverySnapshots snapshots() {
        return snapshots;
    }

    /** Where record {@code id} lies in {@link #snapshots}. */
    int slot(int id) {
        return id & starts.length - 1;
    }

    /** The record was sent again. */
    void resent(int id, long nowNanos) {
        if (isLost(id)) {
            lostCount--;
            clear(id, LOST);
            inFlightBytes += length(id);
        } else {
            order.remove(id);
        }
        set(id, RESENT_IN_FLIGHT | EVER_RESENT);
        sentNanos[id & sentNanos.length - 1] = nowNanos;
        order.append(id);
    }

    void markSacked(int id) {
        leaveFlight(id);
        if (isLost(id)) {
            lostCount--;
            clear(id, LOST);
        }
        sackedBytes += length(id);
        set(id, SACKED);
    }

    void markLost(int id) {
        if (!has(id, SACKED | LOST)) {
            leaveFlight(id);
            set(id, LOST);
            clear(id, RESENT_IN_FLIGHT);
            lostCount++;
            if (id - lostHint < 0 || lostCount == 1) {
                lostHint = id;
            }
        }
    }

    /** Takes back what {@link #markLost} said of every record that was not sent again since. */
    void unmarkLost() {
        for (int id = head; lostCount > 0 && id != tail; id++) {
            if (isLost(id)) {
                clear(id, LOST);
                lostCount--;
                inFlightBytes += length(id);
                order.append(id);
            }
        }
    }

    /** The receiver dropped what it had selectively acknowledged (RFC 2018 section 8). */
    void forgetSacks() {
        for (int id = head; id != tail; id++) {
            if (isSacked(id)) {
                clear(id, SACKED);
                sackedBytes -= length(id);
                inFlightBytes += length(id);
                order.append(id);
            }
        }
    }

    /** The lowest record that is lost and not sent again, or -1. */
    int firstLost() {
        if (lostCount == 0) {
            return NONE;
        }
        int id = lostHint - head < 0 ? head : lostHint;
        while (!isLost(id)) {
            id++;
        }
        lostHint = id;
        return id;
    }

    /** The highest record that was not SACKed and ends at {@code limit} at the most, else the first if that was not; or -1. */
    int newestUnsacked(int limit) {
        for (int id = tail - 1; id - head >= 0; id--) {
            if (!isSacked(id) && (id == head || !Seq.after(end(id), limit))) {
                return id;
            }
        }
        return NONE;
    }

    /** The lowest record that ends after {@code seq}; {@link #tail} when there is none. */
    int firstEndingAfter(int seq) {
        int low = head;
        int high = tail;
        while (high - low > 0) {
            int mid = low + (high - low >>> 1);
            if (Seq.after(end(mid), seq)) {
                high = mid;
            } else {
                low = mid + 1;
            }
        }
        return low;
    }

    void removeHead() {
        int id = head;
        leaveFlight(id);
        if (isSacked(id)) {
            sackedBytes -= length(id);
        }
        if (isLost(id)) {
            lostCount--;
        }
        head++;
        if (head == tail && starts.length > 1024) {
            release();
        }
    }

    /** The first bytes of the first record, up to {@code seq}, were acknowledged. */
    void trimHead(int seq) {
        int cut = seq - start(head);
        if (isSacked(head)) {
            sackedBytes -= cut;
        } else if (!isLost(head)) {
            inFlightBytes -= cut;
        }
        starts[head & starts.length - 1] = seq;
    }

    /**
     * Cuts every record with more than {@code maxBytes} of data into parts, each with what is noted of the whole. Parts of a
     * record that was in the network are lost; SACKed records stay as they are.
     *
     * @param dataEnd where data ends and a FIN begins
     */
    void cutToSize(int maxBytes, int dataEnd) {
        int parts = 0;
        for (int id = head; id != tail; id++) {
            parts += parts(id, maxBytes, dataEnd);
        }
        if (parts > tail - head) {
            cut(parts, maxBytes, dataEnd);
        }
    }

    private int parts(int id, int maxBytes, int dataEnd) {
        int data = Math.min(length(id), dataEnd - start(id));
        return isSacked(id) ? 1 : Math.max(1, (data + maxBytes - 1) / maxBytes);
    }

    private void cut(int total, int maxBytes, int dataEnd) {
        TransmitQueue whole = new TransmitQueue();
        whole.takeRing(this);
        int size = Math.max(INITIAL, Integer.highestOneBit(total) * 2);
        DeliverySnapshots wholeSnapshots = snapshots.renew(size);
        SendOrder wholeOrder = order.renew(size);
        allocate(size);
        int[] firstPart = new int[whole.tail - head + 1];
        tail = head;
        for (int id = head; id != whole.tail; id++) {
            firstPart[id - head] = tail;
            int parts = whole.parts(id, maxBytes, dataEnd);
            for (int i = 0; i < parts; i++) {
                copyPart(whole, id, i * maxBytes, i == parts - 1, maxBytes);
                snapshots.copy(wholeSnapshots, whole.slot(id), slot(tail - 1));
            }
        }
        firstPart[whole.tail - head] = tail;
        relink(wholeOrder, firstPart);
        loseParts(whole, firstPart);
    }

    private void copyPart(TransmitQueue whole, int id, int from, boolean last, int maxBytes) {
        int slot = tail++ & starts.length - 1;
        starts[slot] = whole.start(id) + from;
        ends[slot] = last ? whole.end(id) : starts[slot] + maxBytes;
        sentNanos[slot] = whole.sentNanos(id);
        flags[slot] = whole.flags[whole.slot(id)];
    }

    private void relink(SendOrder wholeOrder, int[] firstPart) {
        for (int id = wholeOrder.oldest(); id != NONE; id = wholeOrder.nextNewer(id)) {
            for (int part = firstPart[id - head]; part != firstPart[id - head + 1]; part++) {
                order.append(part);
            }
        }
    }

    private void loseParts(TransmitQueue whole, int[] firstPart) {
        lostCount = 0;
        lostHint = head;
        for (int id = head; id != whole.tail; id++) {
            int first = firstPart[id - head];
            int end = firstPart[id - head + 1];
            if (whole.isLost(id)) {
                lostCount += end - first;
            } else if (end - first > 1) {
                for (int part = first; part != end; part++) {
                    markLost(part);
                }
            }
        }
    }

    private void takeRing(TransmitQueue from) {
        starts = from.starts;
        ends = from.ends;
        sentNanos = from.sentNanos;
        flags = from.flags;
        head = from.head;
        tail = from.tail;
    }

    private void allocate(int size) {
        starts = new int[size];
        ends = new int[size];
        sentNanos = new long[size];
        flags = new byte[size];
    }

    void clear() {
        head = 0;
        tail = 0;
        inFlightBytes = 0;
        sackedBytes = 0;
        lostCount = 0;
        release();
    }

    private void release() {
        snapshots.release();
        order.renew(0);
        allocate(0);
    }

    private void leaveFlight(int id) {
        if (!has(id, SACKED | LOST)) {
            order.remove(id);
            inFlightBytes -= length(id);
        }
    }

    private boolean has(int id, int mask) {
        return (flags[id & flags.length - 1] & mask) != 0;
    }

    private void set(int id, int mask) {
        flags[id & flags.length - 1] |= (byte) mask;
    }

    private void clear(int id, int mask) {
        flags[id & flags.length - 1] &= (byte) ~mask;
    }

    private void grow() {
        int oldMask = starts.length - 1;
        int size = Math.max(INITIAL, starts.length * 2);
        snapshots.grow(size, head, tail);
        SendOrder oldOrder = order.renew(size);
        TransmitQueue old = new TransmitQueue();
        old.takeRing(this);
        allocate(size);
        for (int id = head; id != tail; id++) {
            int from = id & oldMask;
            int to = id & size - 1;
            starts[to] = old.starts[from];
            ends[to] = old.ends[from];
            sentNanos[to] = old.sentNanos[from];
            flags[to] = old.flags[from];
        }
        for (int id = oldOrder.oldest(); id != NONE; id = oldOrder.nextNewer(id)) {
            order.append(id);
        }
    }
}
