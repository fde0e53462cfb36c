package pt.sunbeam.netcheck;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netcheck.ProbePlan.Probe;
import pt.sunbeam.stun.StunRequest;
import pt.sunbeam.stun.StunResponse;
import pt.sunbeam.stun.TransactionId;
import pt.sunbeam.time.Deadline;

/**
 * One measurement by STUN at a time: sends the requests of a {@link ProbePlan} through the socket of all paths, takes the
 * answers, and tells a {@link NetReport} (Tailscale 1.103, net/netcheck/netcheck.go). It has no socket and no clock; one
 * thread owns it.
 *
 * <p>It ends when every region has answered over every family asked. It ends early when enough regions have: three, or all of a
 * smaller map; others then get as long again as the slowest of them took, in a full report twice that, and in a smaller map
 * their planned repetitions before. It ends after 3 s in any case.
 */
public final class StunProbes {
    static final long LONGEST_NANOS = Deadline.seconds(3);
    static final int ENOUGH_REGIONS = 3;

    /** What the machine asks of its owner. */
    public interface Sink {
        /** Sends the request from the socket whose mapping matters. */
        void sendStun(IpEndpoint to, byte[] request);

        /** The measurement is over; another may be started from within this call. */
        void done(NetReport report);
    }

    private record Asked(Probe probe, long sentNanos) {}

    private record Leg(int region, boolean v6) {}

    private final RandomGenerator random;
    private final Sink sink;
    private final ProbeCounters counters = new ProbeCounters();
    private final Map<TransactionId, Asked> asked = new HashMap<>();
    private final Set<Leg> silent = new HashSet<>();
    private ProbeFindings findings = new ProbeFindings();
    private @Nullable ProbePlan plan;
    private int regionsAsked;
    private int next;
    private long startedNanos;
    private long endNanos;
    private boolean enough;

    /**
     * @param random cryptographically strong: transactions are all that proves an answer
     */
    public StunProbes(RandomGenerator random, Sink sink) {
        this.random = random;
        this.sink = sink;
    }

    public ProbeCounters counters() {
        return counters;
    }

    public boolean running() {
        return plan != null;
    }

    /** Begins a measurement; one that runs is given up without a report. A plan without probes is over at once. */
    public void start(ProbePlan newPlan, long nowNanos) {
        plan = newPlan;
        findings = new ProbeFindings();
        asked.clear();
        silent.clear();
        Set<Integer> regions = new HashSet<>();
        for (Probe probe : newPlan.probes()) {
            silent.add(new Leg(probe.region(), probe.v6()));
            regions.add(probe.region());
        }
        regionsAsked = regions.size();
        next = 0;
        enough = false;
        startedNanos = nowNanos;
        endNanos = nowNanos + (silent.isEmpty() ? 0 : LONGEST_NANOS);
        onTimer(nowNanos);
    }

    public long nextDeadlineNanos() {
        ProbePlan current = plan;
        if (current == null) {
            return Deadline.NONE;
        }
        Probe probe = nextProbe(current);
        return probe == null ? endNanos : Math.min(endNanos, startedNanos + probe.delayNanos());
    }

    public void onTimer(long nowNanos) {
        ProbePlan current = plan;
        if (current == null) {
            return;
        }
        if (nowNanos >= endNanos) {
            finish(current, nowNanos);
            return;
        }
        for (Probe probe = nextProbe(current);
                probe != null && startedNanos + probe.delayNanos() <= nowNanos;
                probe = nextProbe(current)) {
            next++;
            send(probe, nowNanos);
        }
    }

    /** The next request that could tell something new; what no longer can never will in this measurement. */
    private @Nullable Probe nextProbe(ProbePlan current) {
        while (next < current.probes().size()) {
            Probe probe = current.probes().get(next);
            if (findings.wouldHelp(probe)) {
                return probe;
            }
            next++;
        }
        return null;
    }

    private void send(Probe probe, long nowNanos) {
        TransactionId transaction = TransactionId.random(random);
        asked.put(transaction, new Asked(probe, nowNanos));
        counters.countSent();
        sink.sendStun(probe.server(), StunRequest.encode(transaction));
    }

    /**
     * Takes a datagram that looks like STUN.
     *
     * @param arrivalNanos when the socket had it
     */
    public void onResponse(byte[] b, int offset, int length, IpEndpoint source, long arrivalNanos) {
        switch (StunResponse.decode(b, offset, length)) {
            case StunResponse.Refused refused -> counters.countRefused(ProbeRefusal.UNREADABLE);
            case StunResponse.Mapped(TransactionId transaction, IpEndpoint mapped) ->
                onMapped(transaction, mapped, source, arrivalNanos);
        }
    }

    private void onMapped(TransactionId transaction, IpEndpoint mapped, IpEndpoint source, long arrivalNanos) {
        Asked request = asked.get(transaction);
        if (request == null) {
            counters.countRefused(ProbeRefusal.UNKNOWN_TRANSACTION);
            return;
        }
        IpEndpoint server = request.probe.server();
        ProbeRefusal refusal = server.equals(source) ? ProbeRefusal.of(mapped, server) : ProbeRefusal.OTHER_SOURCE;
        if (refusal != null) {
            counters.countRefused(refusal);
            return;
        }
        asked.remove(transaction);
        counters.countAnswered();
        Probe probe = request.probe;
        findings.add(probe, mapped, Math.max(0, arrivalNanos - request.sentNanos));
        silent.remove(new Leg(probe.region(), probe.v6()));
        ProbePlan current = plan;
        if (current != null) {
            considerEnd(current, arrivalNanos);
        }
    }

    private void considerEnd(ProbePlan current, long nowNanos) {
        if (silent.isEmpty() && current.probes().stream().noneMatch(findings::tellsOfMapping)) {
            finish(current, nowNanos);
            return;
        }
        int answered = findings.regionsAnswered();
        boolean smallMap = answered == regionsAsked && answered < ENOUGH_REGIONS;
        if (!enough && (smallMap || answered >= ENOUGH_REGIONS)) {
            enough = true;
            long lastNanos = startedNanos + current.probes().getLast().delayNanos();
            long fromNanos = smallMap ? Math.max(nowNanos, lastNanos) : nowNanos;
            endNanos = Math.min(endNanos, fromNanos + findings.slowestNanos() * (current.full() ? 2 : 1));
        }
    }

    private void finish(ProbePlan finished, long nowNanos) {
        plan = null;
        asked.clear();
        sink.done(findings.report(finished, startedNanos, nowNanos));
    }
}
