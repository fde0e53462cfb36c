package pt.sunbeam.netcheck;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.time.Deadline;

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
    private List<ProbeRegion> regions = List.of();
    private List<IpEndpoint> portMapped = List.of();
    private @Nullable NetReport last;
    private long lastFullNanos = Deadline.LONG_AGO;
    private InterfaceAddresses local;

    /** @param local of this moment */
    public Reachability(Sockets sockets, RandomGenerator random, InterfaceAddresses local, Listener listener) {
        this.local = local;
        this.sockets = sockets;
        this.schedule = new ProbeSchedule(random);
        this.listener = listener;
        this.probes = new StunProbes(random, new FromProbes());
    }

    /** Measures all of {@code newRegions}, which are the servers to ask from now on. */
    public void measureWith(List<ProbeRegion> newRegions, long nowNanos) {
        if (!regions.equals(newRegions)) {
            schedule.reset();
        }
        regions = List.copyOf(newRegions);
        last = null;
        measure(nowNanos);
    }

    /** The sockets are new, or the network around them is: what was measured is of another one. */
    public void networkChanged(InterfaceAddresses newLocal, long nowNanos) {
        last = null;
        schedule.reset();
        portMapped = List.of();
        own.onNetworkChange();
        addressesChanged(newLocal, nowNanos);
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
        return Math.min(probes.nextDeadlineNanos(), schedule.nextDeadlineNanos());
    }

    public void onTimer(long nowNanos) {
        probes.onTimer(nowNanos);
        if (schedule.onTimer(nowNanos) && nowNanos - listener.lastSentNanos() < ACTIVE_NANOS) {
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
        }
    }
}
