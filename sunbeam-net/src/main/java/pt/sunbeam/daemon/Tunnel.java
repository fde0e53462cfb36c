package pt.sunbeam.daemon;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.dataplane.DataPlane;
import pt.sunbeam.dataplane.DataPlaneSink;
import pt.sunbeam.dataplane.TailnetNames;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPrivate;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netcheck.InterfaceAddresses;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.netcheck.ProbeRegion;
import pt.sunbeam.netcheck.Reachability;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.netmap.NetmapDiff;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.tcp.Acceptor;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.path.PingListener;
import pt.sunbeam.portmap.MappingServices;
import pt.sunbeam.proxy.Tailnet;
import pt.sunbeam.relay.RelayEvents;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.relay.Relays;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.Dialer;
import pt.sunbeam.underlay.Underlay;
import pt.sunbeam.underlay.UnderlayEvents;
import pt.sunbeam.wireguard.TimestampSource;
import pt.sunbeam.wireguard.WireGuardPeer;

/**
 * The shell around one {@link DataPlane}: gives it the sockets, the relays, the time and its turns. One tunnel lives as long as one node
 * key. Owner: the data loop, on which every method is called.
 */
final class Tunnel implements DataPlaneSink, RelayEvents, UnderlayEvents, Tailnet {
    private static final Logger LOG = LoggerFactory.getLogger(Tunnel.class);
    /** The stock client's, which firewalls may know (Tailscale 1.102). */
    private static final int PREFERRED_PORT = 41641;

    private static final long IDLE_CHECK_NANOS = Deadline.seconds(15);

    private final EventLoop loop;
    private final Ticker ticker;
    private final InstantSource wallClock;
    private final EngineEvents events;
    private final DataPlane dataPlane;
    private final Relays relays;
    private final Underlay underlay;
    private final Reachability reachability;
    private final PortMapper portMapper;
    private @Nullable ScheduledFuture<?> timer;
    private long timerNanos = Deadline.NONE;
    private long longestTurnNanos;
    private long nextIdleCheckNanos;
    private boolean pumpScheduled;
    private boolean closed;
    private String relayHealth = "";

    Tunnel(
            NodePrivate self,
            DiscoPrivate disco,
            InterfaceAddresses local,
            Dialer dialer,
            TimestampSource timestamps,
            StackConfig stackConfig,
            RandomGenerator random,
            Ticker ticker,
            InstantSource wallClock,
            boolean portMapping,
            EngineEvents events) {
        this.loop = dialer.loop();
        this.ticker = ticker;
        this.wallClock = wallClock;
        this.events = events;
        this.dataPlane = new DataPlane(self, disco, timestamps, stackConfig, random, this);
        this.relays = new Relays(self, dialer, random, ticker, this);
        this.underlay = new Underlay(loop, this, ticker);
        this.reachability = new Reachability(new ForReachability(), random, local, new FromReachability());
        this.portMapper = new PortMapper(portMapping, loop, random, ticker, new FromPortMapper());
        this.nextIdleCheckNanos = ticker.nanos() + IDLE_CHECK_NANOS;
        rebind(local);
    }

    /** Opens the sockets, anew when the network has changed, and finds out where this node can be reached now. */
    private void rebind(InterfaceAddresses local) {
        underlay.bind(PREFERRED_PORT);
        long nowNanos = ticker.nanos();
        // Peers in use are told where this node is from within the next call, and may not be told of the last network.
        reachability.forget();
        dataPlane.onRebound(underlay.has(false) || underlay.has(true), nowNanos);
        reachability.networkChanged(local, nowNanos);
        portMapper.networkChanged(local, underlay.port(false), nowNanos);
        endTurn(nowNanos);
    }

    /** The network around this machine is another one, or the machine slept. */
    void networkChanged(InterfaceAddresses local) {
        relays.networkChanged(local::mayHave);
        rebind(local);
    }

    /** This machine's addresses are others; its way to the internet, and so the sockets, are the same. */
    void addressesChanged(InterfaceAddresses local) {
        relays.addressesChanged(local::mayHave);
        long nowNanos = ticker.nanos();
        reachability.addressesChanged(local, nowNanos);
        endTurn(nowNanos);
    }

    /** Measures the network by STUN, with the servers of {@code regions}, now and from now on. */
    void measure(List<ProbeRegion> regions) {
        long nowNanos = ticker.nanos();
        reachability.measureWith(regions, nowNanos);
        endTurn(nowNanos);
    }

    void onNetmap(Netmap netmap, NetmapDiff diff, @Nullable TailnetNames names) {
        long startNanos = ticker.nanos();
        dataPlane.onNetmap(netmap, diff, names, wallClock.instant(), startNanos);
        endTurn(startNanos);
    }

    void setRelays(Map<Integer, RelayRegion> regions, int home) {
        relays.setRegions(regions);
        relays.setHome(home);
    }

    /** Accepts connections from the tailnet, by local port. */
    void listen(Map<Integer, Acceptor> services) {
        services.forEach((port, acceptor) -> dataPlane.stack().listen(port, acceptor));
    }

    /** Pings {@code peer} over every path; false when it cannot be. */
    boolean ping(NodePublic peer, PingListener listener) {
        long startNanos = ticker.nanos();
        boolean sent = dataPlane.ping(peer, listener, startNanos);
        endTurn(startNanos);
        return sent;
    }

    DataPlane dataPlane() {
        return dataPlane;
    }

    Relays relays() {
        return relays;
    }

    /** The longest time the data loop was held by one turn of this tunnel. */
    long longestTurnNanos() {
        return longestTurnNanos;
    }

    Underlay underlay() {
        return underlay;
    }

    PortMapper portMapper() {
        return portMapper;
    }

    /** The home relay's complaint about itself; empty when there is none. */
    String relayHealth() {
        return relayHealth;
    }

    void close() {
        closed = true;
        if (timer != null) {
            timer.cancel(false);
        }
        portMapper.close();
        relays.close();
        underlay.close();
    }

    // ---- turns ----

    private void endTurn(long startNanos) {
        schedule();
        longestTurnNanos = Math.max(longestTurnNanos, ticker.nanos() - startNanos);
    }

    private void schedule() {
        long measuringNanos = Math.min(reachability.nextDeadlineNanos(), portMapper.nextDeadlineNanos());
        long deadlineNanos = Math.min(Math.min(dataPlane.nextDeadlineNanos(), measuringNanos), nextIdleCheckNanos);
        if (timer != null && timerNanos <= deadlineNanos) {
            return;
        }
        if (timer != null) {
            timer.cancel(false);
        }
        timerNanos = deadlineNanos;
        long waitNanos = Math.max(0, deadlineNanos - ticker.nanos());
        timer = loop.schedule(this::onTimer, waitNanos, TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
        timer = null;
        timerNanos = Deadline.NONE;
        long startNanos = ticker.nanos();
        if (startNanos >= nextIdleCheckNanos) {
            relays.closeIdle(startNanos);
            nextIdleCheckNanos = startNanos + IDLE_CHECK_NANOS;
        }
        reachability.onTimer(startNanos);
        portMapper.onTimer(startNanos);
        dataPlane.onTimer(startNanos);
        endTurn(startNanos);
    }

    // ---- what the data plane asks for ----

    @Override
    public int relayCreditBytes(int region) {
        return relays.creditBytes(region);
    }

    @Override
    public boolean isRelayUp(int region) {
        return relays.isUp(region);
    }

    @Override
    public void wantRelay(int region) {
        relays.want(region);
    }

    @Override
    public void sendRelay(int region, NodePublic destination, PacketBatch sealed) {
        relays.send(region, destination, sealed);
    }

    @Override
    public int datagramCreditBytes(boolean v6) {
        return underlay.creditBytes(v6);
    }

    @Override
    public void sendDatagrams(IpEndpoint to, PacketBatch sealed) {
        underlay.send(to, sealed);
    }

    @Override
    public void sendDatagram(IpEndpoint to, byte[] datagram) {
        underlay.send(to, datagram);
    }

    @Override
    public void stunReceived(IpEndpoint source, byte[] datagram, long arrivalNanos) {
        reachability.onStun(source, datagram, arrivalNanos);
    }

    @Override
    public void ownEndpointsWanted() {
        reachability.wanted(ticker.nanos());
    }

    @Override
    public void flush() {
        relays.flush();
        underlay.flush();
    }

    // ---- what the sockets tell ----

    @Override
    public void datagrams(IpEndpoint source, PacketBatch datagrams) {
        dataPlane.onDatagrams(source, datagrams, ticker.nanos());
    }

    @Override
    public void readComplete() {
        long startNanos = ticker.nanos();
        dataPlane.pump(startNanos);
        endTurn(startNanos);
    }

    @Override
    public void writable() {
        long startNanos = ticker.nanos();
        dataPlane.onWritable(startNanos);
        endTurn(startNanos);
    }

    @Override
    public void sendFailed(IpEndpoint destination) {
        dataPlane.onSendFailed(destination, ticker.nanos());
    }

    // ---- what the relays tell ----

    @Override
    public void relayUp(int region) {
        LOG.info("relay {} is connected", region);
        long startNanos = ticker.nanos();
        dataPlane.onWritable(startNanos);
        endTurn(startNanos);
        if (region == relays.home()) {
            events.relayChanged();
        }
    }

    @Override
    public void relayDown(int region, String reason) {
        LOG.warn("relay {} is not connected: {}", region, reason);
        if (region == relays.home()) {
            events.relayChanged();
        }
    }

    @Override
    public void relayReceived(int region, NodePublic source, PacketBatch packets) {
        dataPlane.onRelayPackets(region, source, packets, ticker.nanos());
    }

    @Override
    public void relayReadComplete(int region) {
        long startNanos = ticker.nanos();
        dataPlane.pump(startNanos);
        endTurn(startNanos);
    }

    @Override
    public void relayWritable(int region) {
        long startNanos = ticker.nanos();
        dataPlane.onWritable(startNanos);
        endTurn(startNanos);
    }

    @Override
    public void relayPeerGone(int region, NodePublic peer) {
        dataPlane.onRelayPeerGone(region, peer);
    }

    @Override
    public void relayHealth(int region, String text) {
        if (region == relays.home()) {
            relayHealth = text;
        }
    }

    // ---- what the forwards ask for ----

    /** Whether a session with {@code peer} can carry packets now. */
    boolean hasSession(NodePublic peer) {
        WireGuardPeer known = dataPlane.wireGuard().peer(peer);
        return known != null && dataPlane.wireGuard().hasSession(known, ticker.nanos());
    }

    @Override
    public @Nullable IpAddress resolve(String host) {
        return dataPlane.resolve(host);
    }

    @Override
    public ConnectResult connect(IpEndpoint remote, TcpEvents events) {
        long startNanos = ticker.nanos();
        ConnectResult result = dataPlane.connect(remote, ConnectOptions.DEFAULT, events, startNanos);
        endTurn(startNanos);
        return result;
    }

    @Override
    public void beginTurn() {
        dataPlane.stack().at(ticker.nanos());
    }

    /** Pumps once at the end of this turn of the loop, however often it is asked for. */
    @Override
    public void pump() {
        if (!pumpScheduled) {
            pumpScheduled = true;
            loop.execute(() -> {
                pumpScheduled = false;
                if (closed) {
                    return;
                }
                long startNanos = ticker.nanos();
                dataPlane.pump(startNanos);
                endTurn(startNanos);
            });
        }
    }

    private final class ForReachability implements Reachability.Sockets {
        @Override
        public boolean has(boolean v6) {
            return underlay.has(v6);
        }

        @Override
        public int port(boolean v6) {
            return underlay.port(v6);
        }

        @Override
        public void send(IpEndpoint to, byte[] datagram) {
            underlay.send(to, datagram);
            underlay.flush();
        }
    }

    private final class FromReachability implements Reachability.Listener {
        @Override
        public void endpoints(List<HostState.Endpoint> endpoints) {
            dataPlane.setOwnEndpoints(
                    endpoints.stream().map(HostState.Endpoint::address).toList(), ticker.nanos());
            events.endpoints(endpoints);
        }

        @Override
        public void hostEndpoints(Set<IpEndpoint> endpoints) {
            dataPlane.setHostEndpoints(endpoints, ticker.nanos());
        }

        @Override
        public void measured(NetReport report) {
            portMapper.measured(report, ticker.nanos());
            events.measured(report);
        }

        @Override
        public long lastSentNanos() {
            return dataPlane.lastSentNanos();
        }

        @Override
        public int home() {
            return relays.home();
        }
    }

    private final class FromPortMapper implements PortMapper.Listener {
        @Override
        public void mapped(@Nullable IpEndpoint external) {
            reachability.portMapped(external, ticker.nanos());
        }

        @Override
        public void services(@Nullable MappingServices services) {
            events.portMapping(services);
        }

        @Override
        public void turned() {
            long startNanos = ticker.nanos();
            dataPlane.pump(startNanos);
            endTurn(startNanos);
        }
    }
}
