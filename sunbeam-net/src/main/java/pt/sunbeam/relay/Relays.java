package pt.sunbeam.relay;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.Dialer;

/**
 * The relay connections of this node, one a region: home is held as long as the node runs, others exist while packets
 * leave through them. Owner: the data loop.
 */
public final class Relays {
    /** Tailscale 1.102, wgengine/magicsock/derp.go: a region that is not home closes after so long without a write. */
    public static final long IDLE_NANOS = Deadline.seconds(60);

    private final NodePrivate self;
    private final Dialer dialer;
    private final RandomGenerator random;
    private final Ticker ticker;
    private final RelayEvents events;
    private final Map<Integer, RelayLink> links = new HashMap<>();
    private Map<Integer, RelayRegion> regions = Map.of();
    private int home;

    public Relays(NodePrivate self, Dialer dialer, RandomGenerator random, Ticker ticker, RelayEvents events) {
        this.self = self;
        this.dialer = dialer;
        this.random = random;
        this.ticker = ticker;
        this.events = events;
    }

    /** Takes a new relay map. Connections to regions that changed or vanished end; home is dialled again. */
    public void setRegions(Map<Integer, RelayRegion> newRegions) {
        regions = Map.copyOf(newRegions);
        Iterator<RelayLink> it = links.values().iterator();
        while (it.hasNext()) {
            RelayLink link = it.next();
            if (!link.region().equals(regions.get(link.region().id()))) {
                it.remove();
                link.close();
                events.relayDown(link.region().id(), "the relay map changed");
            }
        }
        if (home != 0) {
            want(home);
        }
    }

    /** Makes {@code region} the home: it is connected and held, and the relays are told; 0 means none. */
    public void setHome(int region) {
        if (home == region) {
            return;
        }
        int before = home;
        home = region;
        RelayLink old = links.get(before);
        if (old != null) {
            old.setPreferred(false);
        }
        want(region);
        RelayLink current = links.get(region);
        if (current != null) {
            current.setPreferred(true);
        }
    }

    public int home() {
        return home;
    }

    public @Nullable RelayRegion region(int id) {
        return regions.get(id);
    }

    /** Starts connecting to {@code region} unless that is under way; an unknown region is ignored. */
    public void want(int region) {
        RelayRegion known = regions.get(region);
        if (known != null && !links.containsKey(region)) {
            RelayLink link = new RelayLink(known, self, region == home, dialer, random, ticker, events);
            links.put(region, link);
            link.connect();
        }
    }

    public boolean isUp(int region) {
        RelayLink link = links.get(region);
        return link != null && link.isUp();
    }

    /** Why {@code region} is not connected, as far as known; empty when it is. */
    public String lastFailure(int region) {
        RelayLink link = links.get(region);
        return link == null ? "" : link.lastFailure();
    }

    /** When anything last came from {@code region}'s relay; {@link Deadline#LONG_AGO} for never. */
    public long lastHeardNanos(int region) {
        RelayLink link = links.get(region);
        return link == null ? Deadline.LONG_AGO : link.lastHeardNanos();
    }

    /** Bytes that {@code region} takes now before its flows must wait; 0 when it is not up. */
    public int creditBytes(int region) {
        RelayLink link = links.get(region);
        return link == null ? 0 : link.creditBytes();
    }

    /** Queues packets for one peer; they leave with the next {@link #flush}. Dropped when the region is not up. */
    public void send(int region, NodePublic destination, PacketBatch sealed) {
        RelayLink link = links.get(region);
        if (link != null) {
            link.send(destination, sealed);
        }
    }

    /** Writes out everything queued, one write a connection. */
    public void flush() {
        for (RelayLink link : links.values()) {
            link.flush();
        }
    }

    /** The network of this machine has changed; {@code isOwn} knows the addresses that it has now. */
    public void networkChanged(Predicate<IpAddress> isOwn) {
        for (RelayLink link : List.copyOf(links.values())) {
            link.networkChanged(isOwn);
        }
    }

    /** Addresses of this machine came or went: only connections that exist are looked at, and no dial is hurried. */
    public void addressesChanged(Predicate<IpAddress> isOwn) {
        for (RelayLink link : List.copyOf(links.values())) {
            link.addressesChanged(isOwn);
        }
    }

    /** Closes connections that are neither home nor used. */
    public void closeIdle(long nowNanos) {
        links.values().removeIf(link -> {
            boolean idle = link.region().id() != home && nowNanos - link.lastSendNanos() >= IDLE_NANOS;
            if (idle) {
                link.close();
            }
            return idle;
        });
    }

    public void close() {
        links.values().forEach(RelayLink::close);
        links.clear();
    }
}
