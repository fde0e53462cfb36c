package pt.sunbeam.netcheck;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.TokenBucket;

/**
 * Finds out where this node can be reached: measures by STUN through the sockets of all paths, and makes the list of own
 * endpoints of what that and the interfaces tell. Owner: the data loop.
 *
 * <p>It measures at the start, after a change of the network, when a peer is to be told and what is known is old, and every 20
 * to 26 s while traffic flows, where UDP is forbidden less often ({@link ProbeSchedule}). Idle, it is silent: peers reach this
 * node through its home.
 */
public final class Reachability {
    /** Older findings are found anew before a peer is told them (Tailscale 1.102, endpointsFreshEnoughDuration). */
    private static final long FRESH_NANOS = Deadline.seconds(27);

    private static final long ACTIVE_NANOS = Deadline.seconds(45);

    /**
     * How often servers are measured in full because somebody names them: a few times in a row, then as often as traffic has it
     * done. A server whose relay map flaps may name others many times a second.
     */
    private static final long NAMED_INTERVAL_NANOS = ProbeSchedule.LEAST_INTERVAL_NANOS;

    private static final int NAMED_BURST = 5;

    /** The sockets of all paths. */
    public interface Sockets {
        boolean has(boolean v6);

        /** The local port of one family; 0 without a socket. */
        int port(boolean v6);

        void send(IpEndpoint to, byte[] datagram);
    }

    /** What it tells, and asks. */
    public interface Listener {
        /** The list is new, or has been confirmed. */
        void endpoints(List<HostState.Endpoint> endpoints);

        /** Where the sockets are reached from within this host. */
        void hostEndpoints(Set<IpEndpoint> endpoints);

        void measured(NetReport report);

        /** When data was last sent to any peer. */
        long lastSentNanos();

        /** The home region now, 0 for none. */
        int home();
    }

    private final Sockets sockets;
    private final Listener listener;
    private final StunProbes probes;
    private final ProbeSchedule schedule;
    private final OwnEndpoints own = new OwnEndpoints();
    private final TokenBucket named = TokenBucket.every(NAMED_INTERVAL_NANOS, NAMED_BURST, Deadline.LONG_AGO);
    private List<ProbeRegion> regions = List.of();

    /** Named last, and to be measured when the bucket allows it and nothing else is. */
    private @Nullable List<ProbeRegion> waiting;

    private long waitingUntilNanos = Deadline.NONE;
    private List<IpEndpoint> portMapped = List.of();
    private @Nullable NetReport last;
    private long lastFullNanos = Deadline.LONG_AGO;
    private InterfaceAddresses local;

    /** Between {@link #forget} and {@link #networkChanged}. */
    private boolean forgotten;

    /** @param local of this moment */
    public Reachability(Sockets sockets, RandomGenerator random, InterfaceAddresses local, Listener listener) {
        this.local = local;
        this.sockets = sockets;
        this.schedule = new ProbeSchedule(random);
        this.listener = listener;
        this.probes = new StunProbes(random, new FromProbes());
    }

    /**
     * Measures all of {@code newRegions}, which are the servers to ask from now on: at once, or as soon as the measurement that
     * runs is over, and when it is asked again and again only every 20 s, with the last of them.
     */
    public void measureWith(List<ProbeRegion> newRegions, long nowNanos) {
        waiting = List.copyOf(newRegions);
        measureWaiting(nowNanos);
    }

    private void measureWaiting(long nowNanos) {
        if (waiting == null || probes.running()) {
            return;
        }
        if (!named.take(nowNanos)) {
            waitingUntilNanos = named.nextNanos(nowNanos);
            return;
        }
        useWaiting();
        last = null;
        measure(nowNanos);
    }

    private void useWaiting() {
        List<ProbeRegion> newRegions = waiting;
        if (newRegions != null) {
            if (!regions.equals(newRegions)) {
                schedule.reset();
            }
            regions = newRegions;
            waiting = null;
            waitingUntilNanos = Deadline.NONE;
        }
    }

    /**
     * The sockets are new, or the network around them is: what was measured is of another one, and nothing is told of it.
     * {@link #networkChanged} must follow, and measures.
     */
    public void forget() {
        forgotten = true;
        last = null;
        schedule.reset();
        portMapped = List.of();
        own.onNetworkChange();
    }

    /** Tells the addresses of the network that is there now, and measures it. */
    public void networkChanged(InterfaceAddresses newLocal, long nowNanos) {
        forget();
        forgotten = false;
        addressesChanged(newLocal, nowNanos);
        useWaiting();
        measure(nowNanos);
    }

    /** This host has other addresses; what was measured holds. */
    public void addressesChanged(InterfaceAddresses newLocal, long nowNanos) {
        local = newLocal;
        listener.hostEndpoints(local.withPorts(sockets.port(false), sockets.port(true)));
        tell(nowNanos);
    }

    /** The router sends on what arrives at {@code external}; null when it maps nothing. */
    public void portMapped(@Nullable IpEndpoint external, long nowNanos) {
        List<IpEndpoint> now = external == null ? List.of() : List.of(external);
        if (!now.equals(portMapped)) {
            portMapped = now;
            tell(nowNanos);
        }
    }

    /** A peer is to be told where this node is. */
    public void wanted(long nowNanos) {
        if (forgotten) {
            return;
        }
        NetReport report = last;
        boolean fresh = report != null && nowNanos - report.takenNanos() < FRESH_NANOS;
        if (fresh || !schedule.mayMeasure(nowNanos)) {
            tell(nowNanos);
        } else if (!probes.running()) {
            measure(nowNanos);
        }
    }

    public void onStun(IpEndpoint source, byte[] datagram, long arrivalNanos) {
        probes.onResponse(datagram, 0, datagram.length, source, arrivalNanos);
    }

    public long nextDeadlineNanos() {
        long measuringNanos = Math.min(probes.nextDeadlineNanos(), schedule.nextDeadlineNanos());
        return Math.min(measuringNanos, waitingUntilNanos);
    }

    public void onTimer(long nowNanos) {
        probes.onTimer(nowNanos);
        if (nowNanos >= waitingUntilNanos) {
            waitingUntilNanos = Deadline.NONE;
            measureWaiting(nowNanos);
        }
        boolean active = nowNanos - listener.lastSentNanos() < ACTIVE_NANOS;
        if (schedule.onTimer(nowNanos) && active && !probes.running()) {
            measure(nowNanos);
        }
    }

    private void measure(long nowNanos) {
        ProbePlan plan = ProbePlan.due(
                regions,
                schedule.isGivenUp(),
                sockets.has(false),
                sockets.has(true),
                last,
                lastFullNanos,
                listener.home(),
                nowNanos);
        probes.start(plan, nowNanos);
    }

    private void tell(long nowNanos) {
        List<HostState.Endpoint> list = own.list(
                new OwnEndpoints.Sources(
                        portMapped, last, false, List.of(), local.usable(), sockets.port(false), sockets.port(true)),
                nowNanos);
        listener.endpoints(list);
    }

    private final class FromProbes implements StunProbes.Sink {
        @Override
        public void sendStun(IpEndpoint to, byte[] request) {
            sockets.send(to, request);
        }

        @Override
        public void done(NetReport report) {
            last = report;
            if (report.full()) {
                lastFullNanos = report.takenNanos();
            }
            schedule.onReport(report);
            tell(report.takenNanos());
            listener.measured(report);
            measureWaiting(report.takenNanos());
        }
    }
}
