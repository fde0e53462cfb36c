package pt.sunbeam.path;

import java.util.ArrayList;
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

    /** The candidate at {@code endpoint}; null when there is none for which anything speaks. */
    @Nullable
    Candidate get(IpEndpoint endpoint, long nowNanos) {
        Candidate candidate = byEndpoint.get(endpoint);
        return candidate != null && candidate.isAlive(nowNanos) ? candidate : null;
    }

    /** All for which something speaks, a copy. */
    List<Candidate> list(long nowNanos) {
        List<Candidate> alive = new ArrayList<>(byEndpoint.size());
        for (Candidate candidate : byEndpoint.values()) {
            if (candidate.isAlive(nowNanos)) {
                alive.add(candidate);
            }
        }
        return alive;
    }

    /** The peer is another process: no address has proved anything. */
    void forgetAnswers() {
        byEndpoint.values().forEach(Candidate::forgetAnswers);
    }

    /** The network is another: also what was pinged just now has to be pinged again. */
    void reset() {
        byEndpoint.values().forEach(Candidate::reset);
    }

    boolean anyAnswered(long nowNanos) {
        return list(nowNanos).stream().anyMatch(Candidate::everAnswered);
    }

    /** Follows the netmap; true when it named an address that was no candidate before. */
    boolean setNetmap(List<IpEndpoint> endpoints, long nowNanos) {
        Set<Candidate> before = new HashSet<>(list(nowNanos));
        byEndpoint.values().forEach(c -> c.inNetmap = false);
        boolean added = false;
        for (IpEndpoint endpoint : endpoints) {
            Candidate candidate = claim(endpoint, nowNanos);
            if (candidate != null) {
                candidate.inNetmap = true;
                added |= !before.contains(candidate);
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

    /** Removes those that the filter accepts no longer. */
    void refilter() {
        byEndpoint.keySet().removeIf(endpoint -> !filter.verdict(endpoint).accepted());
    }

    /** How they stand, for status. */
    List<PathView.CandidateView> views(long nowNanos) {
        List<PathView.CandidateView> views = new ArrayList<>(byEndpoint.size());
        for (Candidate c : list(nowNanos)) {
            views.add(new PathView.CandidateView(
                    c.endpoint, c.inNetmap, c.inCall, c.isHeard(nowNanos), c.latencyNanos()));
        }
        return views;
    }

    /**
     * Removes those that nothing speaks for any longer; not before they could be pinged again, so that a claim which comes and
     * goes does not cause more pings than one that stays.
     */
    void prune(long nowNanos) {
        byEndpoint.values().removeIf(c -> !c.isAlive(nowNanos) && c.mayPing(nowNanos));
    }

    static IpEndpoint unmapped(IpEndpoint endpoint) {
        return endpoint.address().v6() ? new IpEndpoint(endpoint.address().unmapped(), endpoint.port()) : endpoint;
    }
}
