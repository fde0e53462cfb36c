package pt.sunbeam.netstack.tcp;

import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.time.Deadline;

/**
 * Where the segments of some connections leave: what they share and how they take turns.
 *
 * <p>Acknowledgements and other control segments go first, then connections with little to send, so that a keystroke does not
 * queue behind a copy; then the others in turn, at most {@link #QUANTUM} segments a visit. What the advertised windows invite is
 * limited where a queue on the way is short, and shared by those that have received lately.
 */
public abstract class TcpPath {
    /** Segments of one connection in one visit: about 64 KiB. */
    private static final int QUANTUM = 48;

    private static final long SHARE_EPOCH_NANOS = Deadline.millis(250);
    private static final int UNLIMITED = Integer.MAX_VALUE;

    final ReadyList control = new ReadyList();
    final ReadyList small = new ReadyList();
    final ReadyList data = new ReadyList();
    final Openings openings = new Openings();
    private int receiveWindowLimitBytes = UNLIMITED;
    private long epochEndNanos = Deadline.LONG_AGO;
    private int epoch;
    private int receivers;
    private int lastReceivers;
    private boolean announced;

    /** Called when there is something to pull after there was nothing; must only take a note. */
    protected abstract void becameReady();

    /** Puts a finished packet in front of everything else; drops it when too many wait. */
    protected abstract void reply(byte[] packet);

    /**
     * Bytes that the windows of all connections together may invite beyond what keeps the line full: what a short queue on
     * the way holds. At least two packets each.
     */
    public final void setReceiveWindowLimitBytes(int bytes) {
        receiveWindowLimitBytes = bytes;
    }

    /** The part of the receive window limit that is due to {@code c}. */
    int receiveWindowShare() {
        return receiveWindowLimitBytes == UNLIMITED
                ? UNLIMITED
                : receiveWindowLimitBytes / Math.max(1, Math.max(receivers, lastReceivers));
    }

    void received(TcpConnection c, long nowNanos) {
        if (receiveWindowLimitBytes == UNLIMITED) {
            return;
        }
        if (nowNanos - epochEndNanos >= 0) {
            epoch++;
            epochEndNanos = nowNanos + SHARE_EPOCH_NANOS;
            lastReceivers = receivers;
            receivers = 0;
        }
        if (c.receiveEpoch != epoch) {
            c.receiveEpoch = epoch;
            receivers++;
        }
    }

    /** True when {@link #pullSegments} would write something. */
    public final boolean hasSegments() {
        return !control.isEmpty() || !small.isEmpty() || !data.isEmpty();
    }

    /** Tells {@link #becameReady} once, until the next pull. */
    protected final void announce() {
        if (!announced && hasSegments()) {
            announced = true;
            becameReady();
        }
    }

    /** Fills {@code out} up to {@code maxBytes} of packets; returns the bytes added. */
    protected final int pullSegments(PacketBatch out, int maxBytes, int mtuBytes, long nowNanos) {
        announced = false;
        int left = maxBytes;
        TcpConnection c = control.first();
        while (c != null && left >= mtuBytes && out.fits(mtuBytes)) {
            left -= emit(c, out, 1, nowNanos);
            c = control.first();
        }
        left = visitAll(small, out, left, mtuBytes, nowNanos);
        left = visitAll(data, out, left, mtuBytes, nowNanos);
        return maxBytes - left;
    }

    private int visitAll(ReadyList list, PacketBatch out, int budget, int mtuBytes, long nowNanos) {
        int left = budget;
        TcpConnection c = list.first();
        while (c != null && left >= mtuBytes && out.fits(mtuBytes)) {
            left = visit(c, list, out, left, mtuBytes, nowNanos);
            c = list.first();
        }
        return left;
    }

    private int visit(TcpConnection c, ReadyList list, PacketBatch out, int budget, int mtuBytes, long nowNanos) {
        int left = budget;
        int turn = 0;
        while (turn < QUANTUM && c.readyList == list) {
            if (left < mtuBytes || !out.fits(mtuBytes)) {
                return left;
            }
            int before = out.count();
            left -= emit(c, out, Math.min(QUANTUM - turn, out.room(mtuBytes, left)), nowNanos);
            turn += Math.max(1, out.count() - before);
        }
        if (c.readyList == list) {
            list.remove(c);
            list.append(c);
        }
        return left;
    }

    /** Builds what is most urgent of {@code c}, a run of at most {@code most} segments; returns the bytes added. */
    private int emit(TcpConnection c, PacketBatch out, int most, long nowNanos) {
        int before = out.count();
        c.sender.emit(out, most, nowNanos);
        c.touch();
        if (out.count() == before && c.readyList != null) {
            // Nothing came although the connection was listed: leave it to its next event rather than turn for ever.
            c.readyList.remove(c);
        }
        // The packets of one run are of one length.
        return out.count() == before ? 0 : (out.count() - before) * out.length(before);
    }
}
