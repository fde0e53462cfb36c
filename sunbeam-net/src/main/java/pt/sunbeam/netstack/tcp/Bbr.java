package pt.sunbeam.netstack.tcp;

import java.util.random.RandomGenerator;
import pt.sunbeam.time.Deadline;

/**
 * BBR, version 3 (draft-ietf-ccwg-bbr): sends at the rate at which the path delivers, keeps about two bandwidth-delay products in the
 * network, and probes for more now and then.
 *
 * <p>{@link BbrModel} holds what it believes of the path, {@link BbrBounds} what losses have taught it, with the one departure
 * from the draft; here are the states that decide how fast to send now. All window sizes are bytes.
 */
final class Bbr implements CongestionController {
    enum State {
        STARTUP(2.77, 2),
        DRAIN(0.36, 2),
        PROBE_DOWN(0.9, 2),
        PROBE_CRUISE(1, 2),
        PROBE_REFILL(1, 2),
        PROBE_UP(1.25, 2.25),
        PROBE_RTT(1, 0.5);

        final double pacingGain;
        final double cwndGain;

        State(double pacingGain, double cwndGain) {
            this.pacingGain = pacingGain;
            this.cwndGain = cwndGain;
        }

        boolean isProbingBandwidth() {
            return this == STARTUP || this == PROBE_REFILL || this == PROBE_UP;
        }

        boolean isCycle() {
            return this == PROBE_DOWN || this == PROBE_CRUISE || this == PROBE_REFILL || this == PROBE_UP;
        }
    }

    /** What acknowledgements tell of a probe: the draft's ack phases. */
    private enum Feedback {
        NONE,
        REFILLING,
        STARTING,
        ARRIVING,
        STOPPING
    }

    private static final double PACING_MARGIN = 0.99;
    private static final double HEADROOM = 0.85;
    private static final double BACK_OFF = 0.85;
    private static final int MAX_PROBE_ROUNDS = 63;
    private static final long PROBE_RTT_NANOS = Deadline.millis(200);
    private static final long FIRST_RTT_NANOS = Deadline.MILLI;
    private static final long MAX_CWND = 1L << 30;

    private final int mss;
    private final RandomGenerator random;
    private final BbrModel model = new BbrModel();
    private final BbrBounds bounds = new BbrBounds();
    private final long initialCwnd;
    private State state = State.STARTUP;
    private long cwnd;
    private long priorCwnd;
    private long pacingRate;
    private boolean restoring;

    private final BbrFullPipe fullPipe = new BbrFullPipe();
    private Feedback feedback = Feedback.NONE;
    private boolean probeSampled;
    private long cycleStampNanos;
    private long probeWaitNanos;
    private int roundsSinceProbe;
    private final BbrSlope slope;

    private long probeRttDoneNanos = Deadline.NONE;
    private boolean probeRttRoundDone;
    private boolean idleRestart;

    Bbr(int mss, RandomGenerator random) {
        this.mss = mss;
        this.random = random;
        slope = new BbrSlope(mss);
        initialCwnd = Math.min(10L * mss, Math.max(2L * mss, 14600));
        cwnd = initialCwnd;
    }

    State state() {
        return state;
    }

    @Override
    public long cwndBytes() {
        return cwnd;
    }

    @Override
    public long ssthreshBytes() {
        return MAX_CWND;
    }

    @Override
    public long pacingBytesPerSecond() {
        return pacingRate;
    }

    @Override
    public boolean windowHoldsInRecovery() {
        return true;
    }

    private long bandwidth() {
        return Math.min(model.bandwidth(), bounds.shortTermBandwidth());
    }

    // --- one acknowledgement (section 5.2.3)

    @Override
    public void onAck(RateSample s) {
        updateModel(s);
        fullPipe.onAck(s);
        switch (state) {
            case STARTUP -> {
                if (fullPipe.isReached()) {
                    state = State.DRAIN;
                }
            }
            case DRAIN -> {
                if (s.inFlightBytes <= inFlight(1)) {
                    startProbeDown(s.nowNanos);
                }
            }
            case PROBE_DOWN, PROBE_CRUISE, PROBE_REFILL, PROBE_UP, PROBE_RTT -> {}
        }
        updateProbe(s);
        checkProbeRtt(s);
        setPacingRate(s.srttNanos);
        setCwnd(s);
    }

    private void updateModel(RateSample s) {
        model.sampleBandwidth(s);
        boolean endOfRound = bounds.onAck(s, model.minRttNanos());
        if (endOfRound) {
            bounds.adapt(model.bandwidth(), cwnd, model.minRttNanos(), state.isProbingBandwidth());
            bounds.beginRound(s);
        }
        model.sampleAggregation(s, bandwidth(), cwnd);
        model.sampleRtt(s);
        if (s.roundStart) {
            roundsSinceProbe++;
        }
    }

    // --- the cycle of bandwidth probes (section 5.3.3)

    private void updateProbe(RateSample s) {
        if (!fullPipe.isReached()) {
            return;
        }
        adaptLongTerm(s);
        switch (state) {
            case PROBE_DOWN -> {
                if (!beginProbeIfDue(s) && isDrained(s)) {
                    state = State.PROBE_CRUISE;
                }
            }
            case PROBE_CRUISE -> beginProbeIfDue(s);
            case PROBE_REFILL -> {
                if (s.roundStart) {
                    probeSampled = true;
                    startProbeUp(s);
                }
            }
            case PROBE_UP -> {
                if (isProbeUpDone(s)) {
                    startProbeDown(s.nowNanos);
                }
            }
            case STARTUP, DRAIN, PROBE_RTT -> {}
        }
    }

    private boolean isDrained(RateSample s) {
        return s.inFlightBytes <= withHeadroom() && s.inFlightBytes <= inFlight(1);
    }

    /** Done when the path gives no more; not while only the bound that losses have set holds the probe back. */
    private boolean isProbeUpDone(RateSample s) {
        if (s.windowLimited && cwnd >= bounds.longTermInFlight()) {
            fullPipe.lookFrom(s.deliveryBytesPerSecond);
            return false;
        }
        return fullPipe.isNow();
    }

    private boolean beginProbeIfDue(RateSample s) {
        boolean due = s.nowNanos - cycleStampNanos > probeWaitNanos || roundsSinceProbe >= renoRounds();
        if (due) {
            bounds.forgetShortTerm();
            slope.reset();
            feedback = Feedback.REFILLING;
            state = State.PROBE_REFILL;
        }
        return due;
    }

    /** As many rounds as Reno would need to grow by what a probe takes: so that it is left its share (section 5.3.3.8). */
    private int renoRounds() {
        return (int) Math.min(target() / mss, MAX_PROBE_ROUNDS);
    }

    private void startProbeDown(long nowNanos) {
        state = State.PROBE_DOWN;
        roundsSinceProbe = random.nextInt(2);
        probeWaitNanos = 2 * Deadline.SECOND + random.nextLong(Deadline.SECOND);
        cycleStampNanos = nowNanos;
        feedback = Feedback.STOPPING;
    }

    private void startProbeUp(RateSample s) {
        state = State.PROBE_UP;
        feedback = Feedback.STARTING;
        cycleStampNanos = s.nowNanos;
        fullPipe.lookFrom(s.deliveryBytesPerSecond);
        slope.steepen(cwnd);
    }

    private void adaptLongTerm(RateSample s) {
        if (feedback == Feedback.STARTING && s.roundStart) {
            feedback = Feedback.ARRIVING;
        }
        if (feedback == Feedback.STOPPING && s.roundStart) {
            probeSampled = false;
            feedback = Feedback.NONE;
            if (state.isCycle() && !s.appLimited) {
                model.advanceCycle();
            }
        }
        if (bounds.longTermInFlight() == BbrBounds.NONE || isTooMuch(s.lostBytes, s.sentInFlightBytes)) {
            return;
        }
        bounds.setLongTermInFlight(Math.max(bounds.longTermInFlight(), s.sentInFlightBytes));
        if (state == State.PROBE_UP) {
            raiseLongTerm(s);
        }
    }

    private void raiseLongTerm(RateSample s) {
        if (!s.windowLimited || cwnd < bounds.longTermInFlight()) {
            return;
        }
        bounds.setLongTermInFlight(bounds.longTermInFlight() + slope.growth(s.ackedBytes));
        if (s.roundStart) {
            slope.steepen(cwnd);
        }
    }

    // --- losses

    private boolean isTooMuch(long lost, long sent) {
        return model.hasRtt() && bounds.isTooMuch(lost, sent, model.minRttNanos());
    }

    @Override
    public void onSegmentLost(
            int bytes, long sentInFlightBytes, long lostSinceBytes, boolean appLimited, long nowNanos) {
        if (state == State.STARTUP && isTooMuch(lostSinceBytes, sentInFlightBytes) && lostSinceBytes > 6L * mss) {
            fullPipe.setReached();
            bounds.setLongTermInFlight(Math.max(inFlight(1), sentInFlightBytes));
        } else if (probeSampled && isTooMuch(lostSinceBytes, sentInFlightBytes)) {
            probeSampled = false;
            if (!appLimited) {
                long bound = Math.max((long) (sentInFlightBytes * BACK_OFF), (long) (target() * BbrBounds.BETA));
                bounds.setLongTermInFlight(bound);
            }
            if (state == State.PROBE_UP) {
                startProbeDown(nowNanos);
            }
        }
    }

    @Override
    public void onLoss(long inFlightBytes, long nowNanos) {
        bounds.remember();
    }

    @Override
    public void onRetransmissionTimeout(
            long inFlightBytes, long remainingBytes, boolean firstOfEpisode, long nowNanos) {
        if (firstOfEpisode) {
            bounds.remember();
        }
        saveCwnd();
        restoring = true;
        cwnd = remainingBytes + mss;
    }

    @Override
    public void onRecovered(long nowNanos) {
        restoreCwnd();
    }

    @Override
    public void onUndo(long nowNanos) {
        bounds.undo();
        restoreCwnd();
    }

    private void saveCwnd() {
        priorCwnd = restoring || state == State.PROBE_RTT ? Math.max(priorCwnd, cwnd) : cwnd;
    }

    private void restoreCwnd() {
        restoring = false;
        cwnd = Math.max(cwnd, priorCwnd);
    }

    @Override
    public void onIdle(long idleNanos, long rtoNanos, long nowNanos) {
        idleRestart = true;
    }

    // --- round trip probes (section 5.3.4)

    private void checkProbeRtt(RateSample s) {
        if (state != State.PROBE_RTT && model.isProbeExpired() && !idleRestart && fullPipe.isReached()) {
            saveCwnd();
            state = State.PROBE_RTT;
            probeRttDoneNanos = Deadline.NONE;
            feedback = Feedback.STOPPING;
        }
        if (state == State.PROBE_RTT) {
            awaitProbeRtt(s);
        }
        if (s.ackedBytes > 0) {
            if (idleRestart && model.isProbeExpired()) {
                model.probeDone(s.nowNanos);
            }
            idleRestart = false;
        }
    }

    private void awaitProbeRtt(RateSample s) {
        if (probeRttDoneNanos == Deadline.NONE) {
            if (s.inFlightBytes <= probeRttCwnd()) {
                probeRttDoneNanos = s.nowNanos + PROBE_RTT_NANOS;
                probeRttRoundDone = false;
            }
            return;
        }
        probeRttRoundDone |= s.roundStart;
        if (probeRttRoundDone && s.nowNanos >= probeRttDoneNanos) {
            model.probeDone(s.nowNanos);
            restoreCwnd();
            bounds.forgetShortTerm();
            startProbeDown(s.nowNanos);
            state = State.PROBE_CRUISE;
        }
    }

    private long probeRttCwnd() {
        return Math.max(inFlight(State.PROBE_RTT.cwndGain), 4L * mss);
    }

    // --- control (section 5.6)

    private long inFlight(double gain) {
        return Math.max(model.inFlight(gain, bandwidth()), 4L * mss);
    }

    /** What one round trip can hold, and no more than losses allow. */
    private long target() {
        return Math.min(Math.min(inFlight(1), cwnd), bounds.longTermInFlight());
    }

    private long withHeadroom() {
        long most = bounds.longTermInFlight();
        return most == BbrBounds.NONE ? most : Math.max((long) (HEADROOM * most), 4L * mss);
    }

    private void setPacingRate(long srttNanos) {
        if (model.bandwidth() == 0) {
            long rtt = srttNanos == 0 ? FIRST_RTT_NANOS : srttNanos;
            pacingRate = (long) (State.STARTUP.pacingGain * initialCwnd * 1e9 / rtt);
            return;
        }
        long rate = (long) (state.pacingGain * bandwidth() * PACING_MARGIN);
        if (fullPipe.isReached() || rate > pacingRate) {
            pacingRate = Math.max(rate, mss);
        }
    }

    private void setCwnd(RateSample s) {
        long most = inFlight(state.cwndGain) + model.extraAckedBytes() + burst();
        if (fullPipe.isReached()) {
            cwnd = Math.min(cwnd + s.ackedBytes, most);
        } else if (cwnd < most || s.totalDeliveredBytes < initialCwnd) {
            cwnd += s.ackedBytes;
        }
        cwnd = Math.clamp(cwnd, 4L * mss, MAX_CWND);
        if (state == State.PROBE_RTT) {
            cwnd = Math.min(cwnd, probeRttCwnd());
        }
        cwnd = Math.min(cwnd, Math.max(modelBound(), 4L * mss));
    }

    /** What one release of the pacer adds to what is in the network. */
    private long burst() {
        return Math.max(3L * mss, pacingRate / 1000);
    }

    private long modelBound() {
        long bound = switch (state) {
            case PROBE_DOWN, PROBE_REFILL, PROBE_UP -> bounds.longTermInFlight();
            case PROBE_CRUISE, PROBE_RTT -> withHeadroom();
            case STARTUP, DRAIN -> BbrBounds.NONE;
        };
        return Math.min(bound, bounds.shortTermInFlight());
    }
}
