package pt.sunbeam.path;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.disco.DiscoMessage.CallMeMaybe;
import pt.sunbeam.disco.TxId;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netstack.timer.Timer;
import pt.sunbeam.path.PathCounters.Drop;
import pt.sunbeam.path.SentPings.SentPing;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.TokenBucket;

/**
 * One peer's path: candidates, the pings that prove them, and the best of them (Tailscale 1.103,
 * wgengine/magicsock/endpoint.go).
 *
 * <p>Data starts everything. While a peer is in use, a path that is trusted is pinged, and one that is not is looked for in
 * {@link Rounds}; a peer that nothing is sent to arms no timer. Owner: the data loop.
 */
public final class PeerPath {
    private static final int CALLS_PER_SECOND = 1;
    private static final int CALLS_BURST = 5;

    private final OwnNode own;
    private final NodePublic peer;
    private final Candidates candidates;
    private final DiscoSender sender;
    private final Rounds rounds = new Rounds();
    private final BestPath best = new BestPath();
    private final Alarm alarm = new Alarm();
    private final TokenBucket calls;
    private boolean removed;
    private long sentNanos = Deadline.LONG_AGO;

    /** When candidates that a CallMeMaybe found pinged just before are pinged again. */
    private long againNanos = Deadline.NONE;

    private @Nullable Candidate toldBest;
    private boolean toldTrust;

    PeerPath(OwnNode own, NodePublic peer, long nowNanos) {
        this.own = own;
        this.peer = peer;
        this.candidates = new Candidates(own.filter, own.counters);
        this.sender = new DiscoSender(own, peer);
        this.calls = new TokenBucket(CALLS_PER_SECOND, CALLS_BURST, nowNanos);
    }

    // ---- what data asks ----

    /** Where data goes by UDP now, or null: then it goes through the relay alone. */
    public @Nullable IpEndpoint endpoint() {
        return own.udpWorks() ? best.endpoint() : null;
    }

    /** True while there is no trusted direct path: then data goes through the relay, and to {@link #endpoint} if there is one. */
    public boolean alsoRelay(long nowNanos) {
        return !own.udpWorks() || !best.isTrusted(nowNanos);
    }

    /** Data, a handshake or a keep-alive was handed down, alone or as a batch, or waits until it can be. */
    public void sent(long nowNanos) {
        boolean wasBusy = isBusy(nowNanos);
        sentNanos = nowNanos;
        if (!wasBusy && isActive()) {
            best.turnedBusy(nowNanos);
            run(nowNanos);
        }
    }

    /** The system says that {@code to} cannot work, as when there is no route or no permission. */
    public void sendFailed(IpEndpoint to, long nowNanos) {
        Candidate candidate = candidates.get(to, nowNanos);
        if (candidate == null) {
            return;
        }
        candidate.forgetAnswers();
        if (best.is(candidate)) {
            best.clear();
            settle(nowNanos);
        }
    }

    /** Data that WireGuard has authenticated as this peer's came from {@code from}. */
    public void received(IpEndpoint from, long arrivalNanos) {
        best.onData(from, arrivalNanos);
    }

    /** How things stand. */
    public PathView view(long nowNanos) {
        IpEndpoint endpoint = endpoint();
        long latencyNanos = endpoint == null ? 0 : best.latencyNanos();
        return new PathView(endpoint, latencyNanos, !alsoRelay(nowNanos), candidates.views(nowNanos));
    }

    // ---- what the netmap and the network say ----

    NodePublic peer() {
        return peer;
    }

    DiscoPublic disco() {
        return sender.disco();
    }

    void follow(DiscoPublic newDisco, List<IpEndpoint> endpoints, int region, long nowNanos) {
        boolean restarted = !newDisco.equals(disco());
        sender.setHomeRegion(region);
        if (restarted) {
            sender.setDisco(newDisco);
            best.clear();
            candidates.forgetAnswers();
        }
        boolean added = candidates.setNetmap(endpoints, nowNanos);
        dropGoneBest(nowNanos);
        if ((restarted || added) && isActive() && isInUse(nowNanos) && !best.isTrusted(nowNanos)) {
            rounds.restart(nowNanos);
            run(nowNanos);
        } else {
            settle(nowNanos);
        }
    }

    /** What the filter accepts has changed. */
    void refilter(long nowNanos) {
        candidates.refilter();
        dropGoneBest(nowNanos);
        settle(nowNanos);
    }

    void remove() {
        removed = true;
        own.timers.remove(alarm);
        own.calls.remove(this);
    }

    /** Every address may lead elsewhere now, or nowhere. */
    void rebound(long nowNanos) {
        forgetPaths();
        if (isActive() && isInUse(nowNanos)) {
            rounds.restart(nowNanos);
            run(nowNanos);
        } else {
            settle(nowNanos);
        }
    }

    /** There is UDP now, or no longer; with it, the next data starts discovery. */
    void udpChanged() {
        forgetPaths();
        sentNanos = Deadline.LONG_AGO;
        own.timers.remove(alarm);
        tellIfChanged(false);
    }

    private void forgetPaths() {
        best.clear();
        sender.pings.clear();
        rounds.forget();
        againNanos = Deadline.NONE;
        candidates.reset();
    }

    // ---- time ----

    private final class Alarm extends Timer {
        @Override
        protected void fire(long nowNanos) {
            run(nowNanos);
        }
    }

    /** Does all that is due. */
    private void run(long nowNanos) {
        forgetTimedOut(nowNanos);
        if (isActive()) {
            if (againNanos <= nowNanos) {
                againNanos = Deadline.NONE;
                pingAll(nowNanos);
            }
            if (isInUse(nowNanos)) {
                heartbeat(nowNanos);
                discover(nowNanos);
            } else {
                rounds.stop();
            }
        }
        settle(nowNanos);
    }

    private void forgetTimedOut(long nowNanos) {
        for (SentPing p = sender.pings.takeExpired(nowNanos); p != null; p = sender.pings.takeExpired(nowNanos)) {
            IpEndpoint to = p.to();
            if (to != null && to.equals(best.endpoint()) && !best.isTrusted(nowNanos)) {
                best.clear();
            }
        }
    }

    private void heartbeat(long nowNanos) {
        if (!isBusy(nowNanos)) {
            best.whileCalm(nowNanos);
        }
        Candidate candidate = best.candidate();
        if (candidate != null && heartbeatDueNanos(candidate, nowNanos) <= nowNanos) {
            sender.ping(candidate, null, nowNanos);
        }
    }

    private long heartbeatDueNanos(Candidate candidate, long nowNanos) {
        return candidate.pingedNanos()
                + (isBusy(nowNanos) ? PathTiming.BUSY_HEARTBEAT_NANOS : PathTiming.CALM_HEARTBEAT_NANOS);
    }

    private void discover(long nowNanos) {
        if (best.isTrusted(nowNanos)) {
            rounds.stop();
            if (upgradeDueNanos() <= nowNanos) {
                round(true, nowNanos);
            }
            return;
        }
        if (!rounds.running()) {
            rounds.begin(nowNanos);
        }
        if (rounds.dueNanos() <= nowNanos) {
            round(rounds.isFull(nowNanos), nowNanos);
        }
    }

    private long upgradeDueNanos() {
        return best.latencyNanos() <= PathTiming.GOOD_ENOUGH_NANOS
                ? Deadline.NONE
                : rounds.lastFullNanos() + PathTiming.UPGRADE_NANOS;
    }

    private void round(boolean full, long nowNanos) {
        candidates.prune(nowNanos);
        dropGoneBest(nowNanos);
        rounds.made(full, candidates.anyAnswered(nowNanos), nowNanos);
        for (Candidate candidate : candidates.list(nowNanos)) {
            if (candidate.mayPing(nowNanos) && (full || candidate.everAnswered())) {
                sender.ping(candidate, null, nowNanos);
            }
        }
        if (full && sender.relayRegion() != 0) {
            own.calls.send(this, nowNanos);
        }
    }

    /** Sees to it that a path which was lost is looked for, arms the timer, and tells of what changed. */
    private void settle(long nowNanos) {
        if (removed) {
            return;
        }
        if (isActive() && isInUse(nowNanos) && !best.isTrusted(nowNanos) && !rounds.running()) {
            rounds.begin(nowNanos);
        }
        own.timers.arm(alarm, deadlineNanos(nowNanos));
        tellIfChanged(best.isTrusted(nowNanos));
    }

    private long deadlineNanos(long nowNanos) {
        long deadline = sender.pings.nextTimeoutNanos();
        boolean trusted = best.isTrusted(nowNanos);
        if (trusted) {
            deadline = Math.min(deadline, best.trustUntilNanos());
        }
        if (!isActive()) {
            return deadline;
        }
        deadline = Math.min(deadline, againNanos);
        if (!isInUse(nowNanos)) {
            return deadline;
        }
        Candidate candidate = best.candidate();
        if (candidate != null) {
            deadline = Math.min(deadline, heartbeatDueNanos(candidate, nowNanos));
        }
        return Math.min(deadline, trusted ? upgradeDueNanos() : rounds.dueNanos());
    }

    private void tellIfChanged(boolean trusted) {
        if (toldTrust != trusted || toldBest != best.candidate()) {
            toldTrust = trusted;
            toldBest = best.candidate();
            own.sink.pathChanged(peer);
        }
    }

    private void dropGoneBest(long nowNanos) {
        IpEndpoint endpoint = best.endpoint();
        if (endpoint != null && !best.is(candidates.get(endpoint, nowNanos))) {
            best.clear();
        }
    }

    // ---- out ----

    private void pingAll(long nowNanos) {
        for (Candidate candidate : candidates.list(nowNanos)) {
            if (candidate.mayPing(nowNanos)) {
                sender.ping(candidate, null, nowNanos);
            }
        }
    }

    /** A person's ping: over every path, at once and whatever was pinged just before. */
    boolean ping(PingListener listener, long nowNanos) {
        if (disco().isZero() || removed) {
            return false;
        }
        sender.pingThroughRelay(listener, nowNanos);
        if (own.udpWorks()) {
            candidates.list(nowNanos).forEach(candidate -> sender.ping(candidate, listener, nowNanos));
        }
        sent(nowNanos);
        settle(nowNanos);
        return true;
    }

    void sendCall(List<IpEndpoint> endpoints) {
        sender.call(endpoints);
    }

    /** Whether a CallMeMaybe that waited is still of use. */
    boolean needsCall(long nowNanos) {
        return isActive() && isInUse(nowNanos) && !best.isTrusted(nowNanos);
    }

    // ---- in ----

    /** A disco packet of this peer came through the relay of {@code region}. */
    void heardThrough(int region) {
        sender.heardThrough(region);
    }

    /** A ping came from {@code source}, which the filter accepts. */
    void onPing(IpEndpoint source, long nowNanos) {
        Candidate candidate = candidates.learn(source, nowNanos);
        if (candidate == null) {
            return;
        }
        candidate.heard(nowNanos);
        if (isActive() && isInUse(nowNanos) && !best.isTrusted(nowNanos) && candidate.mayPing(nowNanos)) {
            sender.ping(candidate, null, nowNanos);
            settle(nowNanos);
        }
    }

    /** A pong came over UDP; false when it answers no ping of ours. */
    boolean onPong(TxId txId, long nowNanos) {
        SentPing ping = sender.pings.get(txId);
        if (ping == null) {
            return false;
        }
        IpEndpoint to = ping.to();
        if (to == null) {
            own.counters.drop(Drop.PONG_BY_ANOTHER_WAY);
            return true;
        }
        sender.pings.remove(txId);
        Candidate candidate = candidates.get(to, nowNanos);
        if (candidate == null) {
            own.counters.drop(Drop.GONE_CANDIDATE);
        } else {
            proved(candidate, ping, nowNanos);
        }
        return true;
    }

    private void proved(Candidate candidate, SentPing ping, long nowNanos) {
        own.counters.pongReceived();
        candidate.answered(ping.sentNanos(), nowNanos);
        best.onPong(candidate, isBusy(nowNanos), nowNanos);
        rounds.stop();
        settle(nowNanos);
        PingListener listener = ping.listener();
        if (listener != null) {
            listener.pongFrom(candidate.endpoint, candidate.latencyNanos());
        }
    }

    /** A pong came through the relay of {@code region}; false when it answers no ping of ours. */
    boolean onRelayedPong(TxId txId, int region, long nowNanos) {
        SentPing ping = sender.pings.get(txId);
        if (ping == null) {
            return false;
        }
        if (ping.to() != null) {
            own.counters.drop(Drop.PONG_BY_ANOTHER_WAY);
            return true;
        }
        sender.pings.remove(txId);
        own.counters.pongReceived();
        PingListener listener = ping.listener();
        if (listener != null) {
            listener.pongThroughRelay(region, Math.max(0, nowNanos - ping.sentNanos()));
        }
        return true;
    }

    /** The peer asks to be pinged, through its relay. */
    void onCall(CallMeMaybe call, long nowNanos) {
        if (!calls.take(nowNanos)) {
            own.counters.drop(Drop.CALL_LIMIT);
            return;
        }
        own.counters.drop(Drop.CALL_ENDPOINTS_LIMIT, call.ignoredEndpoints());
        candidates.setCalled(call.endpoints(), nowNanos);
        dropGoneBest(nowNanos);
        if (isActive()) {
            for (Candidate candidate : candidates.list(nowNanos)) {
                if (!candidate.mayPing(nowNanos)) {
                    againNanos = Math.min(againNanos, nowNanos + PathTiming.CANDIDATE_GAP_NANOS);
                }
            }
            pingAll(nowNanos);
        }
        settle(nowNanos);
    }

    // ---- state ----

    private boolean isActive() {
        return !removed && own.udpWorks() && !disco().isZero();
    }

    private boolean isBusy(long nowNanos) {
        return nowNanos - sentNanos < PathTiming.BUSY_NANOS;
    }

    private boolean isInUse(long nowNanos) {
        return nowNanos - sentNanos < PathTiming.IN_USE_NANOS;
    }
}
