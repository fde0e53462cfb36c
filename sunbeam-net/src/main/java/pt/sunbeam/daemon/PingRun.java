package pt.sunbeam.daemon;

import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ipc.PingEvent;
import pt.sunbeam.ipc.PingEvent.Way;
import pt.sunbeam.ipc.PingRequest;
import pt.sunbeam.ipc.PingSource;
import pt.sunbeam.path.PingListener;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.tailcfg.DerpRegion;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;

/**
 * The pings of one request, one after the other. Each goes over every path and is repeated every interval until a pong comes
 * or its time is over, so that a lost datagram or a relay that is being connected is no lost ping. The first pong is told at
 * once; when it came through a relay and a direct one follows before the next ping, that is told too.
 *
 * <p>Runs on the thread of who asked. The data loop only puts pongs into a bounded queue, and never waits.
 */
final class PingRun {
    private static final int MAX_WAITING_PONGS = 256;

    /** A pong, and the number of the ping it answers. */
    private record Heard(int number, Way way, long roundTripNanos) {}

    private final PingRequest request;
    private final PingTarget target;
    private final DerpMap derpMap;
    private final PeerPings.Pinger pinger;
    private final PingSource.Listener listener;
    private final long intervalNanos;
    private final Ticker ticker;
    private final BlockingQueue<Heard> pongs = new ArrayBlockingQueue<>(MAX_WAITING_PONGS);
    private int answered;
    private int timedOut;
    private boolean direct;

    PingRun(
            PingRequest request,
            PingTarget target,
            DerpMap derpMap,
            PeerPings.Pinger pinger,
            PingSource.Listener listener,
            long intervalNanos,
            Ticker ticker) {
        this.request = request;
        this.target = target;
        this.derpMap = derpMap;
        this.pinger = pinger;
        this.listener = listener;
        this.intervalNanos = intervalNanos;
        this.ticker = ticker;
    }

    void run() throws IOException, InterruptedException {
        for (int number = 1; number <= request.count() && !isDone(); number++) {
            long startNanos = ticker.nanos();
            Heard first = answer(number, startNanos);
            if (first == null) {
                timedOut++;
                listener.event(new PingEvent.TimedOut(target.name(), target.addressText()));
            } else {
                answered++;
                tell(first);
                rest(first, number < request.count(), startNanos + intervalNanos);
            }
        }
        listener.event(new PingEvent.Ended(target.name(), target.addressText(), answered, timedOut, direct));
    }

    private boolean isDone() {
        return direct && request.untilDirect();
    }

    /** The first pong to ping {@code number}; null when none came in time. */
    private @Nullable Heard answer(int number, long startNanos) throws InterruptedException {
        long endNanos = startNanos + Deadline.millis(request.timeoutMillis());
        while (true) {
            send(number);
            long againNanos = ticker.nanos() + intervalNanos;
            Heard heard = await(number, Math.min(againNanos, endNanos));
            if (heard != null || endNanos - againNanos <= 0) {
                return heard;
            }
        }
    }

    /**
     * Waits for the next ping, and after the last one only if a direct pong is wanted; one that follows a pong through a relay is
     * told. Where the relay is nearer than the peer, the direct one is always the second.
     */
    private void rest(Heard first, boolean more, long untilNanos) throws IOException, InterruptedException {
        if (isDone() || (!more && !request.untilDirect())) {
            return;
        }
        boolean relayed = first.way() instanceof Way.Relay;
        for (Heard h = await(first.number(), untilNanos); h != null; h = await(first.number(), untilNanos)) {
            if (relayed && h.way() instanceof Way.Direct) {
                relayed = false;
                tell(h);
                if (isDone()) {
                    return;
                }
            }
        }
    }

    private void tell(Heard heard) throws IOException {
        direct |= heard.way() instanceof Way.Direct;
        listener.event(new PingEvent.Pong(
                target.name(),
                target.addressText(),
                heard.way(),
                TimeUnit.NANOSECONDS.toMicros(heard.roundTripNanos())));
    }

    /** The next pong to ping {@code number} before {@code untilNanos}, or null; what answers an earlier one is skipped. */
    private @Nullable Heard await(int number, long untilNanos) throws InterruptedException {
        Heard heard;
        do {
            heard = pongs.poll(Math.max(0, untilNanos - ticker.nanos()), TimeUnit.NANOSECONDS);
        } while (heard != null && heard.number() != number);
        return heard;
    }

    private void send(int number) {
        if (!pinger.ping(target.node().key(), new Pongs(number))) {
            throw new SunbeamException(
                    FailureCode.TARGET_UNREACHABLE,
                    target.node().discoKey().isZero()
                            ? target.name() + " cannot be pinged: it has not told the server its key for pings"
                            : target.name() + " cannot be pinged: this node exchanges nothing with it",
                    target.node().discoKey().isZero()
                            ? "see whether it is connected, and whether its program speaks disco"
                            : "see whether its key has expired; sunbeam status tells what is wrong on this side");
        }
    }

    /** Hands pongs from the data loop to the run. */
    private final class Pongs implements PingListener {
        private final int number;

        Pongs(int number) {
            this.number = number;
        }

        @Override
        public void pongFrom(IpEndpoint endpoint, long roundTripNanos) {
            heard(new Way.Direct(endpoint.toString()), roundTripNanos);
        }

        @Override
        public void pongThroughRelay(int region, long roundTripNanos) {
            DerpRegion known = derpMap.region(region);
            heard(new Way.Relay(region, known == null ? "" : known.regionCode()), roundTripNanos);
        }

        /** With a full queue the run has enough to tell. */
        private void heard(Way way, long roundTripNanos) {
            pongs.offer(new Heard(number, way, roundTripNanos));
        }
    }
}
