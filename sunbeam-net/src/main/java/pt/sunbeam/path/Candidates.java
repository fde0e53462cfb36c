package pt.sunbeam.path;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.path.PathCounters.Drop;

/**
 * The candidates of one peer: claimed by the netmap or by a CallMeMaybe, or learned from pings. All pass the filter, and their
 * number is bounded; what is learned has some room that claims cannot take, since it is worth more.
 */
final class Candidates {
    /** How many a peer may have (Tailscale 1.103, wgengine/magicsock/endpoint.go). */
    static final int MAX = 100;

    /** How many of them before only learned ones are added. */
    static final int MAX_WITH_CLAIMS = 90;

    private final CandidateFilter filter;
    private final PathCounters counters;
    private final Map<IpEndpoint, Candidate> byEndpoint = new LinkedHashMap<>();

    Candidates(CandidateFilter filter, PathCounters counters) {
        this.filter = filter;
        this.counters = counters;
    }

    @Nullable
    Candidate get(IpEndpoint endpoint) {
        return byEndpoint.get(endpoint);
    }

    /** All of them, a copy. */
    List<Candidate> list() {
        return List.copyOf(byEndpoint.values());
    }

    int size() {
        return byEndpoint.size();
    }

    boolean isEmpty() {
        return byEndpoint.isEmpty();
    }

    boolean anyAnswered() {
        for (Candidate candidate : byEndpoint.values()) {
            if (candidate.everAnswered()) {
                return true;
            }
        }
        return false;
    }

    /** Follows the netmap; true when it named an address that was no candidate before. */
    boolean setNetmap(List<IpEndpoint> endpoints, long nowNanos) {
        byEndpoint.values().forEach(c -> c.inNetmap = false);
        Set<IpEndpoint> claimed = new HashSet<>();
        boolean added = false;
        for (IpEndpoint endpoint : endpoints) {
            int before = byEndpoint.size();
            Candidate candidate = claimed.add(endpoint) ? claim(endpoint, nowNanos) : null;
            if (candidate != null) {
                candidate.inNetmap = true;
                added |= byEndpoint.size() > before;
            }
        }
        prune(nowNanos);
        return added;
    }

    /** Follows a CallMeMaybe, which replaces the one before. */
    void setCalled(List<IpEndpoint> endpoints, long nowNanos) {
        byEndpoint.values().forEach(c -> c.inCall = false);
        for (IpEndpoint endpoint : endpoints) {
            Candidate candidate = claim(endpoint, nowNanos);
            if (candidate != null) {
                candidate.inCall = true;
            }
        }
        prune(nowNanos);
    }

    private @Nullable Candidate claim(IpEndpoint claimed, long nowNanos) {
        IpEndpoint endpoint = unmapped(claimed);
        CandidateVerdict verdict = filter.verdict(endpoint);
        if (verdict.accepted()) {
            return getOrAdd(endpoint, MAX_WITH_CLAIMS, nowNanos);
        }
        counters.refused(verdict);
        return null;
    }

    /** The candidate at the source of a ping, which the filter accepts, new or known; null when there is no room. */
    @Nullable
    Candidate learn(IpEndpoint source, long nowNanos) {
        return getOrAdd(source, MAX, nowNanos);
    }

    private @Nullable Candidate getOrAdd(IpEndpoint endpoint, int limit, long nowNanos) {
        Candidate known = byEndpoint.get(endpoint);
        if (known != null) {
            return known;
        }
        if (byEndpoint.size() >= limit) {
            prune(nowNanos);
        }
        if (byEndpoint.size() >= limit) {
            counters.drop(Drop.CANDIDATE_LIMIT);
            return null;
        }
        Candidate added = new Candidate(endpoint);
        byEndpoint.put(endpoint, added);
        return added;
    }

    /** Removes those that nothing speaks for any longer. */
    void prune(long nowNanos) {
        byEndpoint.values().removeIf(c -> !c.isAlive(nowNanos));
    }

    static IpEndpoint unmapped(IpEndpoint endpoint) {
        return endpoint.address().v6() ? new IpEndpoint(endpoint.address().unmapped(), endpoint.port()) : endpoint;
    }
}
