package pt.sunbeam.netstack.tcp;

/**
 * Samples the rate at which the network delivers (draft-ietf-ccwg-bbr section 4.1.2): for the newest segment that an
 * acknowledgement reports, what was delivered since it left, over the longer of the time it took to send that and the time
 * it took to be acknowledged. Times of delivery are arrival times at the socket.
 *
 * <p>It also counts round trips: a round ends when a segment is acknowledged that left after the round began.
 */
final class DeliveryRate {
    private static final long NO_BUBBLE = -1;

    final RateSample sample = new RateSample();
    private long deliveredBytes;
    private long deliveredNanos;
    private long firstSentNanos;
    private long lostBytes;
    private long bubbleEnd = NO_BUBBLE;
    private long roundEnd;
    private long lostBefore;

    private boolean found;
    private long newestSentNanos;
    private int newestEnd;
    private long priorDelivered;
    private long priorLost;
    private long sendNanos;
    private long ackNanos;

    long deliveredBytes() {
        return deliveredBytes;
    }

    long deliveredNanos() {
        return deliveredNanos;
    }

    long firstSentNanos() {
        return firstSentNanos;
    }

    long lostBytes() {
        return lostBytes;
    }

    boolean isAppLimited() {
        return bubbleEnd != NO_BUBBLE;
    }

    /** The application has nothing to send although more could be in flight: what is in flight now says little of the path. */
    void appLimited(long inFlightBytes) {
        bubbleEnd = deliveredBytes + inFlightBytes;
    }

    /** Record {@code id} has just been sent, or sent again. */
    void onSent(TransmitQueue q, int id, boolean firstInFlight, long nowNanos) {
        if (firstInFlight) {
            firstSentNanos = nowNanos;
            deliveredNanos = nowNanos;
        }
        q.snapshot(id, this);
    }

    void onLost(long bytes) {
        lostBytes += bytes;
    }

    // --- one acknowledgement

    void begin(long arrivalNanos, long inFlightBytes) {
        found = false;
        sample.nowNanos = arrivalNanos;
        sample.priorInFlightBytes = inFlightBytes;
        sample.ackedBytes = 0;
        sample.rttNanos = 0;
        sample.roundStart = false;
    }

    /** A part of the first record was acknowledged. */
    void onPartlyDelivered(long bytes, long arrivalNanos) {
        deliveredBytes += bytes;
        deliveredNanos = arrivalNanos;
        sample.ackedBytes += bytes;
    }

    /** Record {@code id} was delivered; call before its state changes. */
    void onDelivered(TransmitQueue q, int id, long arrivalNanos) {
        onPartlyDelivered(q.length(id), arrivalNanos);
        long sent = q.sentNanos(id);
        boolean newer = !found || sent > newestSentNanos || sent == newestSentNanos && Seq.after(q.end(id), newestEnd);
        if (!newer) {
            return;
        }
        found = true;
        newestSentNanos = sent;
        newestEnd = q.end(id);
        DeliverySnapshots at = q.snapshots();
        int slot = q.slot(id);
        priorDelivered = at.deliveredBytes(slot);
        priorLost = at.lostBytes(slot);
        sendNanos = sent - at.firstSentNanos(slot);
        ackNanos = arrivalNanos - at.deliveredNanos(slot);
        sample.appLimited = at.isAppLimited(slot);
        sample.sentInFlightBytes = at.inFlightBytes(slot);
        firstSentNanos = Math.max(firstSentNanos, sent);
        if (priorDelivered >= roundEnd) {
            sample.roundStart = true;
        }
    }

    /** Completes the sample. Intervals below the least round trip are compressed acknowledgements, and say nothing. */
    RateSample end(RttEstimator rtt, long inFlightBytes) {
        if (bubbleEnd != NO_BUBBLE && deliveredBytes > bubbleEnd) {
            bubbleEnd = NO_BUBBLE;
        }
        if (sample.roundStart) {
            roundEnd = deliveredBytes;
        }
        long interval = Math.max(sendNanos, ackNanos);
        sample.deliveredBytes = found ? deliveredBytes - priorDelivered : 0;
        sample.lostBytes = found ? lostBytes - priorLost : 0;
        boolean usable = found && interval > 0 && interval >= rtt.minNanos();
        sample.deliveryBytesPerSecond = usable ? (long) (sample.deliveredBytes * 1e9 / interval) : 0;
        sample.newlyLostBytes = lostBytes - lostBefore;
        lostBefore = lostBytes;
        sample.srttNanos = rtt.srttNanos();
        sample.inFlightBytes = inFlightBytes;
        sample.totalDeliveredBytes = deliveredBytes;
        return sample;
    }
}
