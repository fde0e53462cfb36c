package pt.sunbeam.netcheck;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.tailcfg.HostState.Endpoint;
import pt.sunbeam.time.Deadline;

/**
 * Own endpoints that were found a short while ago: a mapping that one measurement missed is most often still there (Tailscale
 * 1.103, wgengine/magicsock/endpoint_tracker.go).
 */
final class RecentEndpoints {
    static final long LIFETIME_NANOS = Deadline.seconds(310);
    static final int MAX_PER_ADDRESS = 6;
    static final int MAX_ENDPOINTS = 64;

    private record Entry(Endpoint endpoint, long expiryNanos) {}

    /** In the order in which they were last seen. */
    private final Map<IpEndpoint, Entry> seen = new LinkedHashMap<>();

    void see(List<Endpoint> found, long nowNanos) {
        seen.values().removeIf(entry -> entry.expiryNanos <= nowNanos);
        for (Endpoint endpoint : found) {
            seen.remove(endpoint.address());
            makeRoom(endpoint.address().address());
            seen.put(endpoint.address(), new Entry(endpoint, nowNanos + LIFETIME_NANOS));
        }
    }

    private void makeRoom(IpAddress address) {
        List<IpEndpoint> same = seen.keySet().stream()
                .filter(each -> each.address().equals(address))
                .toList();
        if (same.size() >= MAX_PER_ADDRESS) {
            seen.remove(same.getFirst());
        } else if (seen.size() >= MAX_ENDPOINTS) {
            Iterator<IpEndpoint> oldest = seen.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    /** All that have not expired, the newest first. */
    List<Endpoint> recent(long nowNanos) {
        List<Entry> entries = new ArrayList<>(seen.values());
        entries.removeIf(entry -> entry.expiryNanos <= nowNanos);
        entries.sort(Comparator.comparingLong(Entry::expiryNanos).reversed());
        return entries.stream().map(Entry::endpoint).toList();
    }

    void clear() {
        seen.clear();
    }
}
