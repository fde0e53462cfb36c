package pt.sunbeam.daemon;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netcheck.InterfaceAddresses;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.netcheck.OwnEndpoints;
import pt.sunbeam.netcheck.ProbePlan;
import pt.sunbeam.netcheck.ProbeRegion;
import pt.sunbeam.netcheck.StunProbes;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.underlay.Underlay;

/**
 * Finds out where this node can be reached: measures by STUN through the sockets of all paths, and makes the list of own
 * endpoints of what that and the interfaces tell. Owner: the data loop.
 *
 * <p>It measures at the start, after a change of the network, when a peer is to be told and what is known is old, and every 20
 * to 26 s while traffic flows (Tailscale 1.102, wgengine/magicsock). Idle, it is silent: peers reach this node through its home.
 */
final class Reachability {
    /** Older findings are found anew before a peer is told them (Tailscale 1.102, endpointsFreshEnoughDuration). */
    private static final long FRESH_NANOS = Deadline.seconds(27);

    private static final long ACTIVE_NANOS = Deadline.seconds(45);
    private static final long LEAST_INTERVAL_NANOS = Deadline.seconds(20);
    private static final long INTERVAL_SPREAD_NANOS = Deadline.seconds(6);

    /** What it tells. */
    interface Listener {
        /** The list is new, or has been confirmed. */
        void endpoints(List<HostState.Endpoint> endpoints);

        void measured(NetReport report);

        /** When data was last sent to any peer. */
        long lastSentNanos();

        /** The home region now, 0 for none. */
        int home();
    }

    private final Underlay underlay;
    private final RandomGenerator random;
    private final Listener listener;
    private final StunProbes probes;
    private final OwnEndpoints own = new OwnEndpoints();
    private List<ProbeRegion> regions = List.of();
    private List<IpEndpoint> portMapped = List.of();
    private @Nullable NetReport last;
    private long lastFullNanos = Deadline.LONG_AGO;
    private long nextNanos = Deadline.NONE;
    private InterfaceAddresses local;

    Reachability(Underlay underlay, RandomGenerator random, InterfaceAddresses local, Listener listener) {
        this.local = local;
        this.underlay = underlay;
        this.random = random;
        this.listener = listener;
        this.probes = new StunProbes(random, new FromProbes());
    }

    /** Measures all of {@code newRegions}, which are the servers to ask from now on. */
    void measureWith(List<ProbeRegion> newRegions, long nowNanos) {
        regions = List.copyOf(newRegions);
        last = null;
        measure(nowNanos);
    }

    /** The sockets are new, or the network around them is: what was measured is of another one. */
    void networkChanged(InterfaceAddresses newLocal, long nowNanos) {
        local = newLocal;
        last = null;
        portMapped = List.of();
        own.onNetworkChange();
        tell(nowNanos);
        measure(nowNanos);
    }

    /** The router sends on what arrives at {@code external}; null when it maps nothing. */
    void portMapped(@Nullable IpEndpoint external, long nowNanos) {
        List<IpEndpoint> now = external == null ? List.of() : List.of(external);
        if (!now.equals(portMapped)) {
            portMapped = now;
            tell(nowNanos);
        }
    }

    /** A peer is to be told where this node is. */
    void wanted(long nowNanos) {
        NetReport report = last;
        if (report != null && nowNanos - report.takenNanos() < FRESH_NANOS) {
            tell(nowNanos);
        } else if (!probes.running()) {
            measure(nowNanos);
        }
    }

    void onStun(IpEndpoint source, byte[] datagram, long arrivalNanos) {
        probes.onResponse(datagram, 0, datagram.length, source, arrivalNanos);
    }

    long nextDeadlineNanos() {
        return Math.min(probes.nextDeadlineNanos(), nextNanos);
    }

    void onTimer(long nowNanos) {
        probes.onTimer(nowNanos);
        if (nowNanos >= nextNanos) {
            nextNanos = Deadline.NONE;
            if (nowNanos - listener.lastSentNanos() < ACTIVE_NANOS) {
                measure(nowNanos);
            }
        }
    }

    private void measure(long nowNanos) {
        ProbePlan plan = ProbePlan.due(
                regions, underlay.has(false), underlay.has(true), last, lastFullNanos, listener.home(), nowNanos);
        probes.start(plan, nowNanos);
    }

    private void tell(long nowNanos) {
        List<HostState.Endpoint> list = own.list(
                new OwnEndpoints.Sources(
                        portMapped, last, false, List.of(), local.usable(), underlay.port(false), underlay.port(true)),
                nowNanos);
        listener.endpoints(list);
    }

    private final class FromProbes implements StunProbes.Sink {
        @Override
        public void sendStun(IpEndpoint to, byte[] request) {
            underlay.send(to, request);
            underlay.flush();
        }

        @Override
        public void done(NetReport report) {
            last = report;
            if (report.full()) {
                lastFullNanos = report.takenNanos();
            }
            long spread = random.nextLong(INTERVAL_SPREAD_NANOS);
            nextNanos = report.takenNanos() + LEAST_INTERVAL_NANOS + spread;
            tell(report.takenNanos());
            listener.measured(report);
        }
    }
}
