package pt.sunbeam.daemon;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.control.ControlClient;
import pt.sunbeam.control.ControlProgress;
import pt.sunbeam.control.ControlUrl;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.DaemonState;
import pt.sunbeam.ipc.DaemonStatus.RelayStatus;
import pt.sunbeam.ipc.IpcError;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.netcheck.InterfaceAddresses;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.netcheck.OwnEndpoints;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.network.NetworkChange;
import pt.sunbeam.network.NetworkListener;
import pt.sunbeam.portmap.MappingServices;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.tailcfg.NetInfo;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;

/**
 * Keeps the node in the tailnet: runs one control session after another, hands what they bring to the engine, and decides in
 * which state the daemon is. One virtual thread with an event queue owns all of its fields; sessions, relays and signals
 * only put events into the queue.
 */
final class Supervisor implements EngineEvents, NetworkListener {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);

    /** The last WireGuard stamp is written down this often, when it has changed. */
    private static final long HOUSEKEEPING_SECONDS = 20;

    /** Something that happened. */
    sealed interface Event {
        record Progress(ControlProgress progress) implements Event {}

        record Registered(NodePrivate key) implements Event {}

        /**
         * A netmap arrived.
         *
         * @param newest the one to take; empty when an earlier event has already taken it
         */
        record MapArrived(AtomicReference<@Nullable Netmap> newest) implements Event {}

        /** A control session ended, and whether it had received anything before. */
        record SessionEnded(SunbeamException reason, boolean healthy) implements Event {}

        record Measured(NetReport report) implements Event {}

        record MeasuredByHttps(NetReport report) implements Event {}

        record PortMapping(@Nullable MappingServices services) implements Event {}

        record RelayChanged() implements Event {}

        record Endpoints(List<HostState.Endpoint> endpoints) implements Event {}

        /** This machine's addresses changed, and perhaps its way to the internet, or it slept. */
        record NetworkChanged(boolean otherWay) implements Event {}

        record Housekeeping() implements Event {}

        record Stop() implements Event {}
    }

    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private final ControlUrl url;
    private final Engine engine;
    private final StatusBoard board;
    private final ControlSessions sessions;
    private final TimestampFile timestamps;
    private final HomeFile homeFile;
    private final Backoff backoff;
    private final HomeChoice homeChoice;
    private final Ticker ticker;
    private final InstantSource wallClock;
    private HostState hostState;
    private @Nullable Netmap netmap;
    private @Nullable NodePrivate nodeKey;
    private @Nullable SunbeamException lastFailure;
    private Instant nextExpiry = Instant.MAX;
    /** Due also when events never cease. */
    private long housekeepingNanos;

    private boolean streaming;
    private @Nullable MappingServices portMapping;

    Supervisor(
            ControlUrl url,
            HostState hostState,
            Engine engine,
            StatusBoard board,
            ControlSessions sessions,
            TimestampFile timestamps,
            HomeFile homeFile,
            RandomGenerator random,
            Ticker ticker,
            InstantSource wallClock) {
        this.url = url;
        int lastHome = homeFile.load();
        this.hostState = lastHome == 0 ? hostState : hostState.withNetInfo(NetInfo.home(lastHome, null));
        this.engine = engine;
        this.board = board;
        this.sessions = sessions;
        this.timestamps = timestamps;
        this.homeFile = homeFile;
        this.backoff = new Backoff(random);
        this.ticker = ticker;
        this.homeChoice = new HomeChoice(url, random, lastHome, new FromHomeChoice());
        this.wallClock = wallClock;
    }

    /** Tells the supervisor that something happened; from any thread. */
    void post(Event event) {
        events.add(event);
    }

    @Override
    public void relayChanged() {
        post(new Event.RelayChanged());
    }

    @Override
    public void networkChanged(NetworkChange change) {
        LOG.info("this machine's network has changed");
        post(new Event.NetworkChanged(change.way()));
    }

    @Override
    public void woke(long sleptNanos) {
        LOG.info("this machine slept for about {} s", sleptNanos / Deadline.SECOND);
        post(new Event.NetworkChanged(true));
    }

    @Override
    public void measured(NetReport report) {
        post(new Event.Measured(report));
    }

    @Override
    public void portMapping(@Nullable MappingServices services) {
        post(new Event.PortMapping(services));
    }

    @Override
    public void endpoints(List<HostState.Endpoint> endpoints) {
        post(new Event.Endpoints(endpoints));
    }

    /** Runs until {@link Event.Stop}, or until a failure that trying again cannot mend, which is thrown. */
    void run() {
        ControlClient session = startSession();
        long nextSessionNanos = Long.MAX_VALUE;
        try {
            while (true) {
                Event event = next(nextSessionNanos);
                switch (event) {
                    case Event.Stop() -> {
                        return;
                    }
                    case Event.SessionEnded(SunbeamException reason, boolean healthy) ->
                        nextSessionNanos = ticker.nanos() + onSessionEnded(reason, healthy);
                    case Event.Progress(ControlProgress progress) -> onProgress(progress);
                    case Event.Registered(NodePrivate key) -> onRegistered(key);
                    case Event.MapArrived(AtomicReference<@Nullable Netmap> newest) -> {
                        Netmap arrived = newest.getAndSet(null);
                        if (arrived != null) {
                            onNetmap(arrived);
                        }
                    }
                    case Event.Measured(NetReport report) -> homeChoice.onMeasured(report);
                    case Event.MeasuredByHttps(NetReport report) -> homeChoice.onMeasuredByHttps(report);
                    case Event.PortMapping(MappingServices services) -> onPortMapping(services);
                    case Event.RelayChanged() -> {
                        homeChoice.onRelayChanged(ticker.nanos());
                        showRunning();
                        board.changed();
                    }
                    case Event.Endpoints(List<HostState.Endpoint> endpoints) -> onEndpoints(endpoints);
                    case Event.NetworkChanged(boolean otherWay) -> {
                        onNetworkChanged(otherWay);
                        // A session that waits for its next attempt need not wait any longer.
                        boolean hurry = otherWay && nextSessionNanos != Long.MAX_VALUE;
                        nextSessionNanos = hurry ? ticker.nanos() : nextSessionNanos;
                    }
                    case Event.Housekeeping() -> {
                        housekeepingNanos = ticker.nanos() + TimeUnit.SECONDS.toNanos(HOUSEKEEPING_SECONDS);
                        timestamps.save(engine.latestTimestamp());
                        dropExpiredPeers();
                        if (ticker.nanos() >= nextSessionNanos) {
                            nextSessionNanos = Long.MAX_VALUE;
                            session = startSession();
                        }
                    }
                }
            }
        } finally {
            session.close();
        }
    }

    private Event next(long nextSessionNanos) {
        long waitNanos = Math.min(housekeepingNanos, nextSessionNanos) - ticker.nanos();
        try {
            Event event = waitNanos <= 0 ? null : events.poll(waitNanos, TimeUnit.NANOSECONDS);
            return event == null ? new Event.Housekeeping() : event;
        } catch (InterruptedException e) {
            return new Event.Stop();
        }
    }

    private void onNetworkChanged(boolean otherWay) {
        InterfaceAddresses local = InterfaceAddresses.present();
        if (otherWay) {
            engine.networkChanged(local);
            backoff.networkChanged(ticker.nanos());
            sessions.abandonDial();
        } else {
            engine.addressesChanged(local);
        }
        sessions.networkChanged(local::mayHave);
    }

    private ControlClient startSession() {
        backoff.begin();
        return sessions.start(hostState, this::post);
    }

    // ---- the control session ----

    private long onSessionEnded(SunbeamException reason, boolean healthy) {
        streaming = false;
        lastFailure = reason;
        if (reason.code().permanent()) {
            throw reason;
        }
        if (healthy) {
            backoff.reset();
        }
        long pauseMillis = backoff.nextPauseMillis(ticker.nanos());
        LOG.warn("control: {}; next attempt in {} ms", reason.getMessage(), pauseMillis);
        board.setState(new DaemonState.Reconnecting(backoff.failures(), IpcError.of(reason), pauseMillis));
        return TimeUnit.MILLISECONDS.toNanos(pauseMillis);
    }

    private void onProgress(ControlProgress progress) {
        switch (progress) {
            case ControlProgress.Connecting c -> showUnlessReconnecting(new DaemonState.Connecting());
            case ControlProgress.Handshaking() -> showUnlessReconnecting(new DaemonState.Handshaking());
            case ControlProgress.Registering() -> showUnlessReconnecting(new DaemonState.Registering());
            case ControlProgress.LoginNeeded(String where) -> {
                LOG.info("control: a login is needed");
                board.setState(new DaemonState.LoginNeeded(where));
            }
            case ControlProgress.ApprovalNeeded() -> board.setState(new DaemonState.ApprovalNeeded());
            case ControlProgress.Streaming() -> {
                LOG.info("control: the map stream of {} is open", url);
                streaming = true;
                lastFailure = null;
            }
        }
    }

    /** While attempts fail one after another, "reconnecting" with its reason says more than the step of the moment. */
    private void showUnlessReconnecting(DaemonState state) {
        if (lastFailure == null) {
            board.setState(state);
        }
    }

    /** With another node key everything starts anew: the next netmap fills an empty tunnel. */
    private void onRegistered(NodePrivate key) {
        if (!key.equals(nodeKey)) {
            nodeKey = key;
            netmap = null;
            engine.useKey(key, InterfaceAddresses.present());
        }
    }

    // ---- the netmap and the relays ----

    private void onNetmap(Netmap arrived) {
        Netmap before = netmap;
        netmap = arrived;
        board.setNetmap(arrived);
        // A lock that comes or goes changes which peers are used without changing one of them.
        boolean anew = before == null || before.locked() != arrived.locked();
        engine.onNetmap(anew ? null : before, arrived);
        nextExpiry = arrived.nextExpiry(wallClock.instant()).orElse(Instant.MAX);
        if (before == null || !before.derpMap().equals(arrived.derpMap())) {
            homeChoice.onMap(arrived.derpMap());
        }
        showRunning();
    }

    /** A key that has expired since the last netmap ends its peer's session, without a word from the server. */
    private void dropExpiredPeers() {
        Netmap map = netmap;
        Instant now = wallClock.instant();
        if (map != null && !now.isBefore(nextExpiry)) {
            engine.onNetmap(null, map);
            nextExpiry = map.nextExpiry(now).orElse(Instant.MAX);
        }
    }

    /** Hears of the choice of the home relay, and has done what it needs. */
    private final class FromHomeChoice implements HomeChoice.Actions {
        private final Measurements measurements = new Measurements(engine, ticker);

        @Override
        public RelayView relay() {
            return engine.relay();
        }

        @Override
        public void connect(Map<Integer, RelayRegion> regions, int home) {
            engine.setRelays(regions, home);
        }

        @Override
        public void chosen(int home) {
            homeFile.save(home);
        }

        @Override
        public void measure(DerpMap map) {
            measurements.byStun(map);
        }

        @Override
        public void measureByHttps(List<RelayRegion> regions, NetReport silent) {
            measurements.byHttps(regions, silent, report -> post(new Event.MeasuredByHttps(report)));
        }

        @Override
        public void judged(NetReport report) {
            board.setReport(report);
        }

        @Override
        public void netInfoChanged() {
            tellNetInfo();
        }
    }

    private void onPortMapping(@Nullable MappingServices services) {
        portMapping = services;
        board.setPortMapping(services == null ? null : services.names());
        if (homeChoice.hasNews()) {
            tellNetInfo();
        }
    }

    private void tellNetInfo() {
        NetInfo measured = homeChoice.netInfo();
        MappingServices router = portMapping;
        NetInfo info =
                router == null ? measured : measured.withPortMapping(router.natPmp(), router.pcp(), router.mapped());
        if (info.differsMaterially(hostState.hostinfo().netInfo())) {
            hostState = hostState.withNetInfo(info);
            sessions.update(hostState);
        }
    }

    private void onEndpoints(List<HostState.Endpoint> endpoints) {
        if (OwnEndpoints.differ(hostState.endpoints(), endpoints)) {
            LOG.info("this node can be reached at {}", endpoints);
            hostState = hostState.withEndpoints(endpoints);
            sessions.update(hostState);
        }
    }

    /** Joined is: a map, and the home relay connected, if the map has relays at all. */
    private void showRunning() {
        if (netmap == null || !streaming) {
            return;
        }
        if (!netmap.self().machineAuthorized()) {
            board.setState(new DaemonState.ApprovalNeeded());
            return;
        }
        RelayView view = engine.relay();
        RelayStatus relay = view.relay();
        boolean reached = relay == null ? homeChoice.isHopeless() : relay.connected();
        if (reached || board.state() instanceof DaemonState.Running) {
            if (!(board.state() instanceof DaemonState.Running)) {
                LOG.info("running: {} peers", netmap.peers().size());
            }
            backoff.reset();
            board.setState(new DaemonState.Running());
        } else {
            String reason = view.failure().isEmpty() ? "no answer yet" : view.failure();
            board.setState(new DaemonState.RelayConnecting(new IpcError(
                    FailureCode.CONTROL_UNREACHABLE,
                    "the relay is not connected: " + reason,
                    "check that this machine may open TCP connections to the relay")));
        }
    }
}
