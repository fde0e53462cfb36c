package pt.sunbeam.daemon;

import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.failure.FailureCode;
import pt.sunbeam.failure.SunbeamException;
import pt.sunbeam.ipc.PingRequest;
import pt.sunbeam.ipc.PingSource;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netmap.Netmap;
import pt.sunbeam.path.PingListener;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.time.Ticker;

/** Finds the peer that a person wants to ping, and runs the pings on the thread of who asked. */
final class PeerPings implements PingSource {
    /** Between two pings, as the stock client does (Tailscale 1.102, cmd/tailscale/cli/ping.go). */
    static final long INTERVAL_NANOS = Deadline.SECOND;

    /** Sends one ping over every path. */
    @FunctionalInterface
    interface Pinger {
        /** False when there is no usable peer with this key, or it has no disco key. {@code listener} is called on the data loop. */
        boolean ping(NodePublic peer, PingListener listener);
    }

    private final Supplier<@Nullable Netmap> netmap;
    private final Pinger pinger;
    private final long intervalNanos;
    private final Ticker ticker;

    PeerPings(Supplier<@Nullable Netmap> netmap, Pinger pinger, long intervalNanos, Ticker ticker) {
        this.netmap = netmap;
        this.pinger = pinger;
        this.intervalNanos = intervalNanos;
        this.ticker = ticker;
    }

    @Override
    public void ping(PingRequest request, Listener listener) throws IOException, InterruptedException {
        Netmap map = netmap.get();
        if (map == null) {
            throw new SunbeamException(
                    FailureCode.GENERAL,
                    "the daemon is not connected to the tailnet yet, so it knows no peers",
                    "try again once sunbeam status says running");
        }
        PingTarget target = PingTarget.find(map, request.peer());
        new PingRun(request, target, map.derpMap(), pinger, listener, intervalNanos, ticker).run();
    }
}
