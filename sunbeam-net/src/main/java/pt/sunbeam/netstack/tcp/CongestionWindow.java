package pt.sunbeam.netstack.tcp;

import pt.sunbeam.netstack.tcp.Recovery.Mode;

/**
 * How much may be in the network: the controller's window, in fast recovery that of {@link Recovery}; and whether the
 * window was what held the connection back, because one that is not used must not grow (RFC 7661, RFC 9438 section 4.2).
 */
final class CongestionWindow {
    private final TcpConnection c;
    private final TransmitQueue queue;
    private final Recovery recovery;
    private CongestionController controller;
    private int duplicateAcks;
    private long maxInFlight;
    private long lastMaxInFlight;
    private int roundEnd;

    CongestionWindow(TcpConnection c, TransmitQueue queue, Recovery recovery) {
        this.c = c;
        this.queue = queue;
        this.recovery = recovery;
        controller = c.layer.config.congestionControl().create(c.sendMss, c.layer.random);
    }

    void begin(int sndNxt) {
        roundEnd = sndNxt;
    }

    /** The segment size is known: start afresh from it. */
    void established() {
        controller = c.layer.config.congestionControl().create(c.sendMss, c.layer.random);
    }

    long bytes() {
        return isReducing() ? recovery.windowBytes() : controller.cwndBytes();
    }

    private boolean isReducing() {
        return recovery.mode() == Mode.RECOVERY && !controller.windowHoldsInRecovery();
    }

    long pacingBytesPerSecond() {
        return controller.pacingBytesPerSecond();
    }

    /** The controller's own window, which recovery does not touch. */
    long controlledBytes() {
        return controller.cwndBytes();
    }

    private long flightBytes() {
        return c.sack ? queue.inFlightBytes() : queue.inFlightBytes() - (long) duplicateAcks * c.sendMss;
    }

    boolean allows(int bytes) {
        long flight = flightBytes();
        return flight <= 0 || flight + bytes <= bytes();
    }

    /** Bytes that may enter the network beside what is there; negative when the window shrank below that. */
    long roomBytes() {
        return bytes() - flightBytes();
    }

    // --- duplicate acknowledgements, which stand for departed segments when the peer has no SACK (RFC 6582)

    int duplicateAcks() {
        return duplicateAcks;
    }

    void duplicateAck() {
        duplicateAcks++;
    }

    void advanced() {
        duplicateAcks = recovery.mode() == Mode.OPEN ? 0 : Math.max(0, duplicateAcks - 1);
    }

    // --- what happens to the window

    void onSent(int bytes) {
        recovery.onSent(bytes);
        maxInFlight = Math.max(maxInFlight, queue.inFlightBytes());
    }

    void onIdle(long idleNanos, long rtoNanos, long nowNanos) {
        controller.onIdle(idleNanos, rtoNanos, nowNanos);
    }

    void onSegmentLost(int bytes, long sentInFlight, long lostSince, boolean appLimited, long nowNanos) {
        controller.onSegmentLost(bytes, sentInFlight, lostSince, appLimited, nowNanos);
    }

    /** An acknowledgement, or the reorder timer, has been evaluated; {@code safe} as in RFC 9937. */
    void onDelivered(RateSample sample, boolean safe) {
        if (isReducing()) {
            long pipe = Math.max(0, flightBytes());
            recovery.onAck(sample.ackedBytes, pipe, controller.ssthreshBytes(), c.sendMss, safe);
        } else if (sample.ackedBytes > 0 || controller.windowHoldsInRecovery()) {
            sample.windowLimited = isLimiting();
            controller.onAck(sample);
        }
    }

    private boolean isLimiting() {
        long most = Math.max(maxInFlight, lastMaxInFlight);
        long cwnd = controller.cwndBytes();
        return cwnd < controller.ssthreshBytes() ? most * 2 >= cwnd : most + c.sendMss >= cwnd;
    }

    /** SND.UNA has moved: the measure of what was in flight covers this round trip and the last. */
    void endRound(int una, int sndNxt) {
        if (Seq.after(una, roundEnd)) {
            roundEnd = sndNxt;
            lastMaxInFlight = maxInFlight;
            maxInFlight = queue.inFlightBytes();
        }
    }

    // --- loss episodes

    void enterRecovery(int sndNxt, long flightBytes, long nowNanos) {
        controller.onLoss(flightBytes, nowNanos);
        recovery.enter(Mode.RECOVERY, sndNxt, flightBytes, true);
    }

    void enterLoss(int sndNxt, long flightBytes, long nowNanos) {
        boolean fresh = recovery.mode() == Mode.OPEN;
        controller.onRetransmissionTimeout(flightBytes, queue.inFlightBytes(), fresh, nowNanos);
        recovery.enter(Mode.LOSS, sndNxt, flightBytes, fresh);
        duplicateAcks = 0;
    }

    /** The recovery point was acknowledged. */
    void leave(int sndNxt, long nowNanos) {
        if (recovery.mode() == Mode.RECOVERY || controller.windowHoldsInRecovery()) {
            controller.onRecovered(nowNanos);
        }
        recovery.leave(sndNxt);
        duplicateAcks = 0;
    }

    /** The episode was spurious. */
    void undo(long nowNanos) {
        controller.onUndo(nowNanos);
        recovery.undone();
        duplicateAcks = 0;
    }

    /** One segment was lost and repaired, without an episode. */
    void onRepairedTail(long nowNanos) {
        controller.onLoss(queue.inFlightBytes() + c.sendMss, nowNanos);
    }
}
