package pt.sunbeam.daemon;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.config.ForwardSpec;
import pt.sunbeam.dataplane.PeerSnapshot;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus;
import pt.sunbeam.ipc.DaemonStatus.ForwardStatus;
import pt.sunbeam.ipc.DaemonStatus.PeerStatus;
import pt.sunbeam.ipc.NetcheckStatus;
import pt.sunbeam.ipc.StatusSource;
import pt.sunbeam.json.JsonObject;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.DisplayMessage;
import pt.sunbeam.tailcfg.Node;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;

/**
 * What the daemon tells about itself. The supervisor sets state and netmap; the control socket's threads read. Both are
 * single references; the monitor only wakes those who wait for a change.
 */
final class StatusBoard implements StatusSource {
    private final DaemonSettings settings;
    private final Ticker ticker;
    private final InstantSource wallClock;
    private final long startNanos;
    private final Runnable stopRequest;
    private final AtomicReference<DaemonState> state = new AtomicReference<>(new DaemonState.Starting());
    private final AtomicReference<@Nullable Netmap> netmap = new AtomicReference<>();
    private final AtomicReference<@Nullable NetReport> netcheck = new AtomicReference<>();
    private final AtomicReference<@Nullable List<String>> portMapping = new AtomicReference<>();
    private volatile @Nullable Supplier<EngineSnapshot> engine;
    private volatile long changes = 1;

    StatusBoard(DaemonSettings settings, Ticker ticker, InstantSource wallClock, Runnable stopRequest) {
        this.settings = settings;
        this.ticker = ticker;
        this.wallClock = wallClock;
        this.startNanos = ticker.nanos();
        this.stopRequest = stopRequest;
    }

    DaemonState state() {
        return state.get();
    }

    void setState(DaemonState newState) {
        if (!newState.equals(state.getAndSet(newState))) {
            changed();
        }
    }

    void setNetmap(Netmap newNetmap) {
        netmap.set(newNetmap);
        changed();
    }

    /** Shows a report, its home chosen, when it is a full one. */
    void setReport(NetReport report) {
        if (report.full()) {
            netcheck.set(report);
        }
    }

    /** Shows the protocols by which the router grants ports; null when nobody asked it. */
    void setPortMapping(@Nullable List<String> protocols) {
        portMapping.set(protocols);
    }

    void setEngine(Supplier<EngineSnapshot> newEngine) {
        engine = newEngine;
    }

    /**
     * Wakes those who wait for a change; for what changes without a new state or netmap too. Supervisor and control socket
     * meet here: the first writes, the threads of the second wait.
     */
    synchronized void changed() {
        changes++;
        notifyAll();
    }

    /** The newest map, or null before the first. */
    @Nullable
    Netmap netmap() {
        return netmap.get();
    }

    @Override
    public long changes() {
        return changes;
    }

    @Override
    public synchronized void awaitChange(long since, long timeoutMillis) throws InterruptedException {
        long deadlineNanos = ticker.nanos() + Deadline.millis(timeoutMillis);
        long leftMillis = timeoutMillis;
        while (changes <= since && leftMillis > 0) {
            wait(leftMillis);
            leftMillis = (deadlineNanos - ticker.nanos()) / Deadline.MILLI;
        }
    }

    @Override
    public void requestStop() {
        stopRequest.run();
    }

    @Override
    public @Nullable NetcheckStatus netcheck() {
        NetReport last = netcheck.get();
        Netmap map = netmap.get();
        return last == null || map == null
                ? null
                : NetcheckView.of(last, portMapping.get(), map.derpMap(), ticker.nanos());
    }

    @Override
    public DaemonStatus status() {
        // Before the snapshot: a relay that has come up meanwhile is no harm, but a node that runs has one.
        DaemonState shown = state.get();
        Netmap map = netmap.get();
        Supplier<EngineSnapshot> source = engine;
        EngineSnapshot snapshot = source == null ? null : source.get();
        return new DaemonStatus(
                shown,
                ProcessHandle.current().pid(),
                settings.version(),
                settings.context(),
                settings.server(),
                settings.hostname(),
                map == null ? "" : map.self().shortName(),
                map == null ? "" : fullName(map.self()),
                settings.caFiles(),
                settings.portMapping(),
                (ticker.nanos() - startNanos) / Deadline.SECOND,
                map == null ? List.of() : addresses(map.ownAddresses()),
                snapshot == null ? null : snapshot.relay().relay(),
                map == null || snapshot == null ? List.of() : peers(map, snapshot),
                forwards(map, snapshot),
                map == null || snapshot == null ? List.of() : health(map, snapshot),
                snapshot == null ? new JsonObject() : snapshot.counters());
    }

    private static String fullName(Node self) {
        String name = self.name();
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    /** What was asked for, from the first moment: a second {@code connect} compares itself with it. */
    private List<ForwardStatus> forwards(@Nullable Netmap map, @Nullable EngineSnapshot snapshot) {
        List<ForwardStatus> forwards = new ArrayList<>();
        for (int i = 0; i < settings.forwards().size(); i++) {
            ForwardSpec spec = settings.forwards().get(i);
            ForwardStatus status = snapshot == null || snapshot.forwards().size() <= i
                    ? new ForwardStatus(spec.listenText(), spec.targetText(), 0, "", "")
                    : snapshot.forwards().get(i);
            forwards.add(map == null ? status : status.withProblem(TargetProblem.of(map, spec.host())));
        }
        return forwards;
    }

    private static List<String> addresses(List<IpPrefix> prefixes) {
        return prefixes.stream()
                .map(IpPrefix::address)
                .sorted()
                .map(Object::toString)
                .toList();
    }

    private static List<PeerStatus> peers(Netmap map, EngineSnapshot snapshot) {
        List<PeerStatus> peers = new ArrayList<>();
        for (Node node : map.peers()) {
            peers.add(peer(node, snapshot, map));
        }
        peers.sort(Comparator.comparing(PeerStatus::name));
        return peers;
    }

    private static PeerStatus peer(Node node, EngineSnapshot snapshot, Netmap map) {
        PeerSnapshot known = snapshot.peers().get(node.key());
        long handshakeNanos = known == null ? Deadline.NONE : known.lastHandshakeNanos();
        return new PeerStatus(
                node.shortName(),
                addresses(node.addresses()),
                node.online(),
                node.lastSeen() == null ? "" : node.lastSeen().toString(),
                path(known, map),
                known == null ? 0 : known.receivedBytes(),
                known == null ? 0 : known.sentBytes(),
                handshakeNanos == Deadline.NONE ? -1 : (snapshot.takenNanos() - handshakeNanos) / Deadline.SECOND);
    }

    private static String path(@Nullable PeerSnapshot peer, Netmap map) {
        if (peer == null || peer.relayRegion() == null) {
            return "-";
        }
        if (peer.direct() != null) {
            return "direct " + peer.direct();
        }
        int id = peer.relayRegion();
        var region = map.derpMap().region(id);
        return "relay " + (region == null || region.regionCode().isEmpty() ? id : region.regionCode());
    }

    private List<String> health(Netmap map, EngineSnapshot snapshot) {
        List<String> health = new ArrayList<>(map.health());
        for (DisplayMessage message : map.displayMessages().values()) {
            health.add(message.title() + ": " + message.text());
        }
        if (map.locked()) {
            health.add("this tailnet uses tailnet lock, which sunbeam cannot verify: no peer is used");
        }
        if (map.selfExpired(wallClock.instant())) {
            health.add("this node's key has expired: run sunbeam connect again with a key");
        }
        if (!snapshot.relay().failure().isEmpty()) {
            health.add("the relay is not connected: " + snapshot.relay().failure());
        }
        if (!snapshot.relay().health().isEmpty()) {
            health.add("the relay says: " + snapshot.relay().health());
        }
        return health;
    }
}
