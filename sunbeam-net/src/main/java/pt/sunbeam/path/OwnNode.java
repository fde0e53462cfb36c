package pt.sunbeam.path;

import java.util.Set;
import java.util.random.RandomGenerator;
import pt.sunbeam.disco.DiscoBox;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netstack.timer.TimerHeap;

/** What all paths of this node share. */
final class OwnNode {
    final DiscoBox box;
    final NodePublic key;
    final DiscoPublic disco;
    final RandomGenerator random;
    final PathSink sink;
    final PathCounters counters = new PathCounters();
    final TimerHeap timers = new TimerHeap();
    final CallMeMaybes calls;
    final CandidateFilter filter;
    private Set<IpEndpoint> hostEndpoints = Set.of();
    private boolean udpWorks = true;

    OwnNode(DiscoPrivate disco, NodePublic key, RandomGenerator random, PathSink sink) {
        this.box = new DiscoBox(disco, random);
        this.disco = disco.publicKey();
        this.key = key;
        this.random = random;
        this.sink = sink;
        this.calls = new CallMeMaybes(sink);
        this.filter = new CandidateFilter(this::isOwn);
    }

    private boolean isOwn(IpEndpoint endpoint) {
        return hostEndpoints.contains(endpoint) || calls.endpoints().contains(endpoint);
    }

    void setHostEndpoints(Set<IpEndpoint> endpoints) {
        hostEndpoints = Set.copyOf(endpoints);
    }

    boolean udpWorks() {
        return udpWorks;
    }

    void setUdpWorks(boolean works) {
        udpWorks = works;
    }
}
