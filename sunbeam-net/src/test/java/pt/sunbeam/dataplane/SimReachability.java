package pt.sunbeam.dataplane;

import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.netcheck.InterfaceAddress;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.netcheck.OwnEndpoints;
import pt.sunbeam.netcheck.ProbePlan;
import pt.sunbeam.netcheck.StunProbes;
import pt.sunbeam.tailcfg.HostState.Endpoint;
import pt.sunbeam.time.Deadline;

/** Finds out where a {@link SimNode} can be reached, as the daemon does it for a real one. */
final class SimReachability implements StunProbes.Sink {
    private static final long FRESH_NANOS = Deadline.seconds(27);
    private static final long ACTIVE_NANOS = Deadline.seconds(45);
    private static final long LEAST_INTERVAL_NANOS = Deadline.seconds(20);
    private static final long INTERVAL_SPREAD_NANOS = Deadline.seconds(6);

    private final SimNode node;
    private final RandomGenerator random;
    private final StunProbes probes;
    private final OwnEndpoints own = new OwnEndpoints();
    private @Nullable NetReport last;
    private long lastFullNanos = Deadline.LONG_AGO;
    private long nextNanos = Deadline.NONE;

    SimReachability(SimNode node, RandomGenerator random) {
        this.node = node;
        this.random = random;
        this.probes = new StunProbes(random, this);
    }

    void networkChanged(long nowNanos) {
        last = null;
        own.onNetworkChange();
        tell(nowNanos);
        measure(nowNanos);
    }

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
            if (nowNanos - node.plane.lastSentNanos() < ACTIVE_NANOS) {
                measure(nowNanos);
            }
        }
    }

    private void measure(long nowNanos) {
        probes.start(
                ProbePlan.due(node.tailnet.regions, false, true, true, last, lastFullNanos, SimNode.HOME, nowNanos), nowNanos);
    }

    private void tell(long nowNanos) {
        List<InterfaceAddress> local =
                node.host.addresses().stream().map(SimReachability::local).toList();
        List<Endpoint> endpoints = own.list(
                new OwnEndpoints.Sources(List.of(), last, false, List.of(), local, SimNode.PORT, SimNode.PORT),
                nowNanos);
        node.onEndpoints(endpoints.stream().map(Endpoint::address).toList());
    }

    private static InterfaceAddress local(String address) {
        boolean v6 = address.indexOf(':') >= 0;
        return new InterfaceAddress(new IpPrefix(MeshNode.endpoint(address, 1).address(), v6 ? 64 : 24), false);
    }

    @Override
    public void sendStun(IpEndpoint to, byte[] request) {
        node.stunRequests++;
        node.transmit(to, request);
    }

    @Override
    public void done(NetReport report) {
        last = report;
        if (report.full()) {
            lastFullNanos = report.takenNanos();
        }
        nextNanos = report.takenNanos() + LEAST_INTERVAL_NANOS + random.nextLong(INTERVAL_SPREAD_NANOS);
        tell(report.takenNanos());
    }
}
