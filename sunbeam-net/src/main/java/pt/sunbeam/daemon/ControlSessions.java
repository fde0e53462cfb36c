package pt.sunbeam.daemon;

import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pt.sunbeam.control.ControlClient;
import pt.sunbeam.control.ControlIdentity;
import pt.sunbeam.control.ControlListener;
import pt.sunbeam.control.ControlProgress;
import pt.sunbeam.control.ControlTimeouts;
import pt.sunbeam.control.MapLimits;
import pt.sunbeam.control.NodeKeyStore;
import pt.sunbeam.daemon.Supervisor.Event;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.tailcfg.HostState;
import pt.sunbeam.transport.Dialer;

/**
 * Starts control sessions, each on a virtual thread, and turns what they tell into the supervisor's events. Owner: the
 * supervisor's thread.
 */
final class ControlSessions {
    private static final Logger LOG = LoggerFactory.getLogger(ControlSessions.class);

    private final ControlIdentity identity;
    private final NodeKeyStore store;
    private final Dialer dialer;
    private final RandomGenerator random;
    private final InstantSource wallClock;
    private @Nullable ControlClient current;

    ControlSessions(
            ControlIdentity identity,
            NodeKeyStore store,
            Dialer dialer,
            RandomGenerator random,
            InstantSource wallClock) {
        this.identity = identity;
        this.store = store;
        this.dialer = dialer;
        this.random = random;
        this.wallClock = wallClock;
    }

    /** Starts a session; its end comes as one {@link Event.SessionEnded}. */
    ControlClient start(HostState state, Consumer<Event> events) {
        Relay relay = new Relay(events);
        ControlClient client = new ControlClient(
                identity,
                store,
                relay,
                state,
                dialer,
                random,
                wallClock,
                ControlTimeouts.DEFAULT,
                MapLimits.ofThisProcess());
        current = client;
        Thread.ofVirtual().name("control-session").start(() -> run(client, relay, events));
        return client;
    }

    private static void run(ControlClient client, Relay relay, Consumer<Event> events) {
        try {
            client.run();
        } catch (SunbeamException e) {
            events.accept(new Event.SessionEnded(e, relay.healthy.get()));
        } catch (RejectedExecutionException e) {
            // The node stops, and its loop ended before this thread did: nobody waits for the session's end.
            LOG.debug("control: the loop ended before the session", e);
        } catch (RuntimeException e) {
            LOG.error("control: a bug ended the session", e);
            SunbeamException bug = new SunbeamException(
                    FailureCode.GENERAL, "an internal error ended the control session: " + e, "report it", e);
            events.accept(new Event.SessionEnded(bug, false));
        }
    }

    /** Tells the server of a change, now if a session runs. */
    void update(HostState state) {
        if (current != null) {
            current.update(state);
        }
    }

    /** The network has changed; {@code isOwn} knows the addresses that this machine has now. */
    void networkChanged(Predicate<IpAddress> isOwn) {
        if (current != null) {
            current.networkChanged(isOwn);
        }
    }

    /** Ends an attempt that is still dialling. */
    void abandonDial() {
        if (current != null) {
            current.abandonDial();
        }
    }

    private record Relay(Consumer<Event> events, AtomicBoolean healthy, AtomicReference<@Nullable Netmap> newest)
            implements ControlListener {
        Relay(Consumer<Event> events) {
            this(events, new AtomicBoolean(), new AtomicReference<>());
        }

        @Override
        public void progress(ControlProgress progress) {
            events.accept(new Event.Progress(progress));
        }

        @Override
        public void registered(NodePrivate nodeKey) {
            events.accept(new Event.Registered(nodeKey));
        }

        @Override
        public void received() {
            healthy.set(true);
        }

        @Override
        public void netmap(Netmap netmap) {
            // A server may talk faster than the tunnel follows: only the newest picture waits.
            if (newest.getAndSet(netmap) == null) {
                events.accept(new Event.MapArrived(newest));
            }
        }
    }
}
