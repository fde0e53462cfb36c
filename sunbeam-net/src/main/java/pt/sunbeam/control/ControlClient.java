package pt.sunbeam.control;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.keys.MachinePublic;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.netmap.FoldResult;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.netmap.NetmapFold;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.tailcfg.Hostinfo;
import pt.sunbeam.tailcfg.MapRequest;
import pt.sunbeam.tailcfg.MapResponse;
import pt.sunbeam.tailcfg.RegisterRequest;
import pt.sunbeam.transport.Dialer;

/**
 * This node's side of the control protocol: connects, registers, reports its state, then follows the map stream and
 * publishes every new netmap.
 *
 * <p>{@link #run} is one attempt on one connection and ends with an exception that says why; when to try again is the
 * caller's decision, and {@link ControlListener#received} tells it that the last attempt was a good one. The client keeps
 * the server's key between attempts. {@link #run} and {@link #logout} belong to one virtual thread; {@link #update},
 * {@link #networkChanged}, {@link #abandonDial} and {@link #close} may come from any.
 */
public final class ControlClient implements AutoCloseable {
    private final ControlIdentity identity;
    private final NodeKeyStore store;
    private final ControlListener listener;
    private final Dialer dialer;
    private final RandomGenerator random;
    private final InstantSource wallClock;
    private final ControlTimeouts timeouts;
    private final MapLimits limits;
    private final StateReporter reporter;

    private @Nullable MachinePublic serverKey;
    private boolean expired;
    private volatile boolean closed;
    private volatile @Nullable Thread runner;
    private volatile @Nullable ControlConnection connection;

    /** Held for the step from dialling to a connection, so that only a dial is ever interrupted. */
    private final Object adoption = new Object();

    private boolean abandoned;

    /**
     * @param state what to tell the server at first
     * @param wallClock for the expiry of keys only; timers do not follow it
     */
    public ControlClient(
            ControlIdentity identity,
            NodeKeyStore store,
            ControlListener listener,
            HostState state,
            Dialer dialer,
            RandomGenerator random,
            InstantSource wallClock,
            ControlTimeouts timeouts,
            MapLimits limits) {
        this.identity = identity;
        this.store = store;
        this.listener = listener;
        this.dialer = dialer;
        this.random = random;
        this.wallClock = wallClock;
        this.timeouts = timeouts;
        this.limits = limits;
        this.reporter = new StateReporter(state);
    }

    /** Changes what the server is told; a running stream reports it at once. */
    public void update(HostState state) {
        reporter.update(state);
    }

    /**
     * One attempt, from dialling to the end of the stream.
     *
     * @throws SunbeamException always, with the reason; INTERRUPTED after {@link #close}
     */
    public void run() {
        try (ControlConnection open = open()) {
            follow(open);
        } catch (SunbeamException e) {
            throw explain(e);
        } finally {
            leave();
        }
    }

    private SunbeamException explain(SunbeamException e) {
        if (closed) {
            return Waits.interrupted(e);
        }
        synchronized (adoption) {
            return abandoned && e.code() == FailureCode.INTERRUPTED ? networkGone(e) : e;
        }
    }

    private SunbeamException networkGone(Throwable cause) {
        return new SunbeamException(
                FailureCode.CONTROL_UNREACHABLE,
                "the network changed while the control server " + identity.url() + " was being reached",
                "",
                cause);
    }

    private void leave() {
        synchronized (adoption) {
            connection = null;
            runner = null;
        }
    }

    /** Registers and streams again on the same connection while the server, or the clock, asks for a new registration. */
    private void follow(ControlConnection open) {
        boolean again = false;
        while (true) {
            Registration registration = new Registration(
                    identity, store, listener, random, reporter.state().hostinfo());
            NodePrivate key = registration.run(open, expired);
            expired = false;
            try {
                stream(open, key);
                expired = true;
            } catch (MapStream.NodeUnknown e) {
                if (again) {
                    throw new SunbeamException(
                            FailureCode.CONTROL_FAILED,
                            "the control server " + identity.url() + " does not know the node it has just registered",
                            "Delete the node on the server and connect again",
                            e);
                }
            }
            again = true;
        }
    }

    /** Reports, streams, and returns when this node's key has expired. */
    private void stream(ControlConnection open, NodePrivate key) throws MapStream.NodeUnknown {
        reporter.report(open, key.publicKey());
        PingAnswers pings = new PingAnswers(dialer, open, timeouts);
        NetmapFold fold = new NetmapFold();
        try (MapStream map = open.openMap(MapRequest.stream(key.publicKey(), reporter.state(), true));
                StateReporter following = reporter) {
            following.follow(open, key.publicKey());
            listener.progress(new ControlProgress.Streaming());
            boolean valid = true;
            while (valid) {
                valid = apply(map.next(), fold, pings);
            }
        }
    }

    private boolean apply(MapResponse message, NetmapFold fold, PingAnswers pings) {
        listener.received();
        if (message.pingRequest() != null) {
            pings.onPing(message.pingRequest());
        }
        Instant now = wallClock.instant();
        return switch (fold.apply(message, now)) {
            case FoldResult.KeptAlive() -> true;
            case FoldResult.Updated(Netmap netmap) -> {
                listener.netmap(netmap);
                yield !netmap.selfExpired(now);
            }
            case FoldResult.Broken(String reason) ->
                throw new SunbeamException(
                        FailureCode.CONTROL_FAILED,
                        "the map stream of " + identity.url() + " is broken: " + reason,
                        "");
        };
    }

    /** Tells the server that this node logs out. The caller then forgets its node keys. */
    public void logout() {
        NodePrivate key = store.load().current();
        if (key == null) {
            return;
        }
        Hostinfo hostinfo = reporter.state().hostinfo();
        RegisterRequest request = RegisterRequest.of(key.publicKey(), pt.sunbeam.keys.NodePublic.ZERO, hostinfo)
                .asLogout();
        try (ControlConnection open = open()) {
            String error = open.register(request).error();
            if (!error.isEmpty()) {
                throw RegisterRefusal.error(identity.url(), error);
            }
        } catch (ControlConnection.TooManyRequests e) {
            throw RegisterRefusal.status(identity.url(), "the logout", 429, "");
        } finally {
            leave();
        }
    }

    private ControlConnection open() {
        synchronized (adoption) {
            runner = Thread.currentThread();
            abandoned = false;
        }
        listener.progress(new ControlProgress.Connecting(identity.url()));
        MachinePublic known = serverKey;
        MachinePublic key = known == null ? ControlConnection.serverKey(identity.url(), dialer, timeouts) : known;
        serverKey = key;
        listener.progress(new ControlProgress.Handshaking());
        try {
            return adopt(
                    ControlConnection.open(identity.url(), key, identity.machine(), dialer, random, timeouts, limits));
        } catch (SunbeamException e) {
            // A server set up anew has a new key: fetch it again at the next attempt.
            serverKey = e.code() == FailureCode.CONTROL_UNTRUSTED ? null : key;
            throw e;
        }
    }

    private ControlConnection adopt(ControlConnection opened) {
        synchronized (adoption) {
            connection = opened;
            if (closed || abandoned) {
                opened.close();
                throw Waits.interrupted(new InterruptedException());
            }
        }
        return opened;
    }

    /**
     * The network of this machine has changed: an open connection whose local address is gone ends at once, another one unless
     * it still answers.
     *
     * @param isOwn knows the addresses that this machine has now
     */
    public void networkChanged(Predicate<IpAddress> isOwn) {
        ControlConnection open = connection;
        if (open != null) {
            open.networkChanged(isOwn);
        }
    }

    /** Ends an attempt that has no connection yet, since the way that it tries may be gone; it fails, and may be made again. */
    public void abandonDial() {
        synchronized (adoption) {
            Thread running = runner;
            if (running != null && connection == null && !abandoned) {
                abandoned = true;
                running.interrupt();
            }
        }
    }

    /** Ends a running attempt promptly; later ones end at once. */
    @Override
    public void close() {
        closed = true;
        reporter.close();
        ControlConnection open = connection;
        if (open != null) {
            open.close();
        }
        Thread running = runner;
        if (running != null) {
            running.interrupt();
        }
    }
}
