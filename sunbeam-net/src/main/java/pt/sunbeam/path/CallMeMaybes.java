package pt.sunbeam.path;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Deadline;

/**
 * The own endpoints that a CallMeMaybe carries. One that is due goes out at once with what is known, however old; when that is
 * not fresh it goes out again, with what has changed by then.
 */
final class CallMeMaybes {
    private final PathSink sink;
    private final Set<PeerPath> waiting = new LinkedHashSet<>();
    private List<IpEndpoint> endpoints = List.of();
    private boolean known;
    private long setNanos = Deadline.LONG_AGO;
    private long askedNanos = Deadline.LONG_AGO;

    CallMeMaybes(PathSink sink) {
        this.sink = sink;
    }

    List<IpEndpoint> endpoints() {
        return endpoints;
    }

    void send(PeerPath peer, long nowNanos) {
        if (known) {
            peer.sendCall(endpoints);
        }
        if (!known || nowNanos - setNanos > PathTiming.ENDPOINTS_FRESH_NANOS) {
            waiting.add(peer);
            askFor(nowNanos);
        }
    }

    private void askFor(long nowNanos) {
        if (nowNanos - askedNanos >= PathTiming.ENDPOINTS_ASKED_NANOS) {
            askedNanos = nowNanos;
            sink.endpointsWanted();
        }
    }

    void set(List<IpEndpoint> fresh, long nowNanos) {
        boolean changed = !known || !endpoints.equals(fresh);
        endpoints = List.copyOf(fresh);
        known = true;
        setNanos = nowNanos;
        List<PeerPath> waited = new ArrayList<>(waiting);
        waiting.clear();
        for (PeerPath peer : waited) {
            if (changed && peer.needsCall(nowNanos)) {
                peer.sendCall(endpoints);
            }
        }
    }

    /** The network is another: what is known would mislead. */
    void forget() {
        endpoints = List.of();
        known = false;
        setNanos = Deadline.LONG_AGO;
        askedNanos = Deadline.LONG_AGO;
    }

    void remove(PeerPath peer) {
        waiting.remove(peer);
    }
}
