package pt.sunbeam.netstack.tcp;

import pt.sunbeam.time.Deadline;

/**
 * How large the receive buffer of one connection may get: dynamic right-sizing, as Linux does it. Once a round trip the limit
 * follows twice what the application has read in it, faster while that grows. An application that does not read never
 * gets more, and the limit never falls.
 *
 * <p>A receiver has no acknowledgements to time. It takes the age of its own timestamp when a segment echoes it
 * (RFC 7323); without timestamps, the time in which a whole window arrives, which is a round trip at the least.
 */
final class ReceiveTuning {
    private static final int SLACK_SEGMENTS = 16;
    private static final int MAX_ECHO_MILLIS = 60_000;

    private final TcpConnection c;
    private int limitBytes;
    private long rttNanos;
    private int lastEcho;
    private int windowEnd;
    private long windowStartNanos;
    private long roundNanos = Deadline.LONG_AGO;
    private long copiedBytes;
    private long previousBytes;
    private final ReceiverBdp bdp = new ReceiverBdp();
    private long lastSampleStampNanos = Deadline.LONG_AGO;

    ReceiveTuning(TcpConnection c) {
        this.c = c;
        limitBytes = c.layer.config.receiveStartBytes();
    }

    int limitBytes() {
        return limitBytes;
    }

    /**
     * What keeps the line full on a path whose queues must stay short: twice the bandwidth-delay product, so that a sender
     * that starts slowly can double.
     */
    int fullLineBytes() {
        return (int) Math.min(2 * bdp.bytes(), c.layer.config.receiveMaxBytes());
    }

    /** {@code bytes} have arrived in order; {@code nxt} and {@code right} are the window now. */
    void arrived(Segment s, long bytes, int nxt, int right, long nowNanos) {
        bdp.arrived(bytes, nowNanos);
        if (c.sender.rtt.latestStampNanos() > lastSampleStampNanos) {
            lastSampleStampNanos = c.sender.rtt.latestStampNanos();
            bdp.roundTrip(c.sender.rtt.latestNanos(), lastSampleStampNanos);
        }
        if (c.timestamps && s.timestamps) {
            sampleEcho(s, nowNanos);
        } else if (windowStartNanos == 0 || !Seq.before(nxt, windowEnd)) {
            if (windowStartNanos != 0) {
                long sample = nowNanos - windowStartNanos;
                rttNanos = rttNanos == 0 ? sample : Math.min(rttNanos, sample);
                bdp.roundTrip(sample, nowNanos);
            }
            windowStartNanos = nowNanos;
            windowEnd = right;
        }
    }

    private void sampleEcho(Segment s, long nowNanos) {
        int millis = c.tsClock(nowNanos) - s.tsEcr;
        if (s.tsEcr == lastEcho || s.tsEcr == 0 || millis < 0 || millis > MAX_ECHO_MILLIS) {
            return;
        }
        lastEcho = s.tsEcr;
        long sample = Math.max(1, millis) * Deadline.MILLI;
        rttNanos += rttNanos == 0 ? sample : (sample - rttNanos) / 8;
        bdp.coarseRoundTrip(sample, Deadline.MILLI, nowNanos);
    }

    /** The application has read {@code count} bytes. */
    void consumed(int count, long nowNanos) {
        copiedBytes += count;
        long rtt = rttNanos == 0 ? c.sender.rtt.srttNanos() : rttNanos;
        if (rtt == 0 || nowNanos - roundNanos < rtt) {
            return;
        }
        if (roundNanos != Deadline.LONG_AGO && copiedBytes > previousBytes && !c.layer.chunks.isScarce()) {
            grow();
        }
        copiedBytes = 0;
        roundNanos = nowNanos;
    }

    private void grow() {
        long want = 2 * copiedBytes + (long) SLACK_SEGMENTS * c.sendMss;
        want += previousBytes == 0 ? want : 2 * want * (copiedBytes - previousBytes) / previousBytes;
        limitBytes = (int) Math.max(limitBytes, Math.min(want, c.layer.config.receiveMaxBytes()));
        previousBytes = copiedBytes;
    }
}
