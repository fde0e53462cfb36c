package pt.sunbeam.relay;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.DialTarget;
import pt.sunbeam.transport.Dialer;

/**
 * The standing wish to be connected to one region: dials its relays in order, and again whenever the connection ends,
 * with a growing pause, until it is closed. Owner: the data loop; dialling happens on virtual threads, so nothing waits
 * for it.
 */
final class RelayLink implements RelayConnection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(RelayLink.class);

    /** Tailscale 1.102, derp/derphttp: TCP, TLS, HTTP and hello of one attempt. */
    static final Duration DIAL_TIMEOUT = Duration.ofSeconds(10);

    /** Tailscale 1.102, wgengine/magicsock/derp.go: the longest pause between attempts. */
    static final long MAX_PAUSE_MILLIS = 5_000;

    /** A connection that held so long was a good one; one that ended earlier counts as one more failure. */
    static final long STEADY_NANOS = Deadline.seconds(5);

    private static final int STEP_MILLIS = 10;

    private final RelayRegion region;
    private final NodePrivate self;
    private final Dialer dialer;
    private final RandomGenerator random;
    private final Ticker ticker;
    private final RelayEvents events;
    private final EventLoop loop;
    private boolean preferred;
    private boolean closed;
    private int failures;
    private int nextNode;

    /** The dial that counts; what an earlier one brings is closed. */
    private int attempt;

    private long lastSendNanos;
    private long lastHeardNanos = Deadline.LONG_AGO;
    private @Nullable RelayConnection connection;
    private @Nullable ScheduledFuture<?> pause;
    private String lastFailure = "";

    /** When the connection came up; {@link Deadline#NONE} while it is not. */
    private long upSinceNanos = Deadline.NONE;

    RelayLink(
            RelayRegion region,
            NodePrivate self,
            boolean preferred,
            Dialer dialer,
            RandomGenerator random,
            Ticker ticker,
            RelayEvents events) {
        this.region = region;
        this.self = self;
        this.preferred = preferred;
        this.dialer = dialer;
        this.random = random;
        this.ticker = ticker;
        this.events = events;
        this.loop = dialer.loop();
        this.lastSendNanos = ticker.nanos();
    }

    RelayRegion region() {
        return region;
    }

    boolean isUp() {
        return connection != null && connection.isUp();
    }

    boolean preferred() {
        return preferred;
    }

    /** Why the last attempt or connection ended; empty while all is well. */
    String lastFailure() {
        return isUp() ? "" : lastFailure;
    }

    /** When the last frame came, on this connection or one before. */
    long lastHeardNanos() {
        return lastHeardNanos;
    }

    long lastSendNanos() {
        return lastSendNanos;
    }

    void setPreferred(boolean preferred) {
        this.preferred = preferred;
        if (connection != null) {
            connection.setPreferred(preferred);
        }
    }

    void connect() {
        if (closed || connection != null) {
            return;
        }
        if (region.nodes().isEmpty()) {
            lastFailure = "the region has no relay";
            events.relayDown(region.id(), lastFailure);
            return;
        }
        DialTarget target = node();
        attempt++;
        int mine = attempt;
        Thread.ofVirtual().name("relay-dial").start(() -> dial(target, mine));
    }

    private void dial(DialTarget target, int mine) {
        try {
            Channel channel = dialer.dial(target, DIAL_TIMEOUT);
            handOver(loop, channel, () -> adopt(channel, target, mine));
        } catch (SunbeamException e) {
            tell(() -> dialFailed(String.valueOf(e.getMessage()), mine));
        } catch (RejectedExecutionException e) {
            LOG.debug("the loop ended while a relay was dialled", e);
        }
    }

    /** Gives {@code channel} to the loop, or closes it when the loop has ended. */
    static void handOver(Executor loop, Channel channel, Runnable adoption) {
        try {
            loop.execute(adoption);
        } catch (RejectedExecutionException e) {
            channel.close();
            throw e;
        }
    }

    private void tell(Runnable news) {
        try {
            loop.execute(news);
        } catch (RejectedExecutionException e) {
            LOG.debug("the loop ended while a relay was dialled", e);
        }
    }

    private void dialFailed(String reason, int mine) {
        if (mine == attempt) {
            retry(reason);
        }
    }

    private void adopt(Channel channel, DialTarget target, int mine) {
        if (closed || mine != attempt) {
            channel.close();
            return;
        }
        connection = RelayConnection.start(channel, target.hostHeader(), self, preferred, random, ticker, this);
    }

    private void retry(String reason) {
        retry(reason, 0);
    }

    /** Dials again after the backoff's pause, or after {@code askedMillis} if that is longer. */
    private void retry(String reason, long askedMillis) {
        connection = null;
        lastFailure = reason;
        if (closed) {
            return;
        }
        if (upSinceNanos != Deadline.NONE && ticker.nanos() - upSinceNanos >= STEADY_NANOS) {
            failures = 0;
            nextNode = 0;
        } else {
            nextNode++;
        }
        failures++;
        upSinceNanos = Deadline.NONE;
        events.relayDown(region.id(), reason);
        long base = Math.min((long) failures * failures * STEP_MILLIS, MAX_PAUSE_MILLIS);
        long backoffMillis = (long) (base * random.nextDouble(0.5, 1.5));
        scheduleConnect(Math.max(backoffMillis, Math.min(askedMillis, MAX_PAUSE_MILLIS)));
    }

    private void scheduleConnect(long pauseMillis) {
        if (pause != null) {
            pause.cancel(false);
        }
        pause = loop.schedule(this::connect, pauseMillis, TimeUnit.MILLISECONDS);
    }

    /** The network of this machine has changed: what failed before may succeed now, and a dial that is under way may not. */
    void networkChanged(Predicate<IpAddress> isOwn) {
        failures = 0;
        if (connection != null) {
            connection.networkChanged(isOwn);
        } else if (!closed) {
            scheduleConnect(0);
        }
    }

    /** Addresses of this machine came or went: a connection may have lost its own. */
    void addressesChanged(Predicate<IpAddress> isOwn) {
        if (connection != null) {
            connection.networkChanged(isOwn);
        }
    }

    int creditBytes() {
        return connection == null ? 0 : connection.creditBytes();
    }

    void send(NodePublic destination, PacketBatch sealed) {
        if (connection != null) {
            lastSendNanos = ticker.nanos();
            connection.send(destination.toBytes(), sealed);
        }
    }

    void flush() {
        if (connection != null) {
            connection.flush();
        }
    }

    void close() {
        closed = true;
        if (pause != null) {
            pause.cancel(false);
        }
        if (connection != null) {
            connection.close();
            connection = null;
        }
    }

    @Override
    public void up() {
        upSinceNanos = ticker.nanos();
        lastFailure = "";
        events.relayUp(region.id());
    }

    @Override
    public void down(String reason) {
        retry(node() + ": " + reason);
    }

    private DialTarget node() {
        return region.nodes().get(nextNode % region.nodes().size());
    }

    @Override
    public void received(NodePublic source, PacketBatch packets) {
        events.relayReceived(region.id(), source, packets);
    }

    @Override
    public void readComplete() {
        if (isUp()) {
            lastHeardNanos = ticker.nanos();
        }
        events.relayReadComplete(region.id());
    }

    @Override
    public void writable() {
        events.relayWritable(region.id());
    }

    @Override
    public void peerGone(NodePublic peer) {
        events.relayPeerGone(region.id(), peer);
    }

    @Override
    public void health(String text) {
        events.relayHealth(region.id(), text);
    }

    /** What the relay says is a wish: one that restarts again and again is dialled no more often than one that fails. */
    @Override
    public void restarting(long reconnectInMillis, long tryForMillis) {
        RelayConnection ending = connection;
        if (ending != null) {
            ending.close();
            retry(node() + ": the relay announced its restart", reconnectInMillis);
        }
    }
}
