package pt.sunbeam.netstack.tcp;

import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.time.Deadline;

/**
 * The size of one connection's segments as its path bears it: what the handshake agreed on, less after an ICMP error (RFC
 * 1191, RFC 8201), and less when full segments vanish without a word ("black hole", after RFC 4821 section 7.7). Sizes are
 * bytes of data in a segment, options taken off.
 *
 * <p>Two time-outs in a row lower the size, each further one lowers it again. A lower size is kept for ten minutes. A higher one that then fails is given up at the first time-out, as long as no
 * segment of that size has arrived. What was sent in a greater size counts as lost, without an answer by congestion control:
 * the path had room, but not for segments like these.
 */
final class PathMtu {
    private static final long RAISE_AFTER = Deadline.seconds(600);
    private static final int TIMEOUTS = 2;

    /** Segment sizes, options included (RFC 6691), that nearly every path and every path bears. */
    private static final int[] STEPS = {1024, 536};

    private static final int NONE = 0;

    private final TcpConnection c;
    private int negotiatedMss;

    /** The size that worked before the one on trial; {@link #NONE}: none is on trial. */
    private int safeMss = NONE;

    /** The size before time-outs lowered it in this loss episode, or {@link #NONE}. */
    private int mssBeforeTimeouts = NONE;

    private int timeouts;
    private long raiseNanos = Deadline.NONE;

    PathMtu(TcpConnection c) {
        this.c = c;
    }

    /** The handshake has settled the size. */
    void negotiated() {
        negotiatedMss = c.sendMss;
    }

    /** When the old size is tried again, or {@link Deadline#NONE}. */
    long raiseNanos() {
        return raiseNanos;
    }

    /** A router says that a link takes packets of {@code mtuBytes} at the most. */
    void onPacketTooBig(int mtuBytes, long nowNanos) {
        int mss = withoutOptions(mtuBytes - IpHeader.bytes(c.v6) - SegmentWriter.TCP_HEADER);
        if (c.canSpeak() && mss < c.sendMss) {
            mssBeforeTimeouts = NONE;
            lower(mss, nowNanos);
        }
    }

    private int withoutOptions(int mss) {
        return mss - SegmentWriter.optionBytes(c.timestamps, 0);
    }

    /** A retransmission time-out: it may be the size of the first segment that keeps it from arriving. */
    void onTimeout(long nowNanos) {
        int lower = lowerThan(c.sender.dataLength(c.sender.queue.head()));
        if (lower == NONE) {
            return;
        }
        timeouts++;
        if (lower == safeMss || timeouts >= TIMEOUTS) {
            mssBeforeTimeouts = mssBeforeTimeouts == NONE ? c.sendMss : mssBeforeTimeouts;
            lower(lower, nowNanos);
        }
    }

    /** The size to try when a segment of {@code bytes} does not arrive, or {@link #NONE} when it is small enough. */
    private int lowerThan(int bytes) {
        if (safeMss != NONE && safeMss < bytes) {
            return safeMss;
        }
        for (int step : STEPS) {
            if (withoutOptions(step) < bytes) {
                return Math.min(withoutOptions(step), c.sendMss);
            }
        }
        return NONE;
    }

    private void lower(int mss, long nowNanos) {
        c.sendMss = mss;
        safeMss = NONE;
        raiseNanos = nowNanos + RAISE_AFTER;
        c.layer.counters.segmentSizeLowered();
        c.sender.cutToSize(nowNanos);
        c.slow.arm();
        c.touch();
    }

    /** SND.UNA has moved: the path is no black hole. */
    void advanced() {
        timeouts = 0;
    }

    /** A segment with {@code bytes} of data has arrived. */
    void delivered(int bytes) {
        if (safeMss != NONE && bytes > safeMss) {
            safeMss = NONE;
        }
    }

    /** The loss episode is over. */
    void episodeOver() {
        mssBeforeTimeouts = NONE;
    }

    /** The time-outs were spurious: what was sent had only been late. */
    void timeoutsWereSpurious() {
        if (mssBeforeTimeouts != NONE) {
            c.sendMss = mssBeforeTimeouts;
            mssBeforeTimeouts = NONE;
            // What a router had told before them is still to be tried again.
            raiseNanos = c.sendMss < negotiatedMss ? raiseNanos : Deadline.NONE;
        }
    }

    void fire(long nowNanos) {
        if (raiseNanos <= nowNanos) {
            raiseNanos = Deadline.NONE;
            safeMss = c.sendMss;
            timeouts = 0;
            c.sendMss = negotiatedMss;
        }
    }
}
