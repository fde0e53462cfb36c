package pt.sunbeam.daemon;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.netcheck.RelayLatency;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.time.Ticker;

/** Has the network measured, on virtual threads, since names must be looked up and relays dialled. */
final class Measurements {
    private final Engine engine;
    private final Ticker ticker;
    private final StunServers stunServers;

    Measurements(Engine engine, Ticker ticker) {
        this.engine = engine;
        this.ticker = ticker;
        this.stunServers = new StunServers(engine::measure);
    }

    /** Resolves the servers of {@code map} and has the engine ask them by STUN, now and from now on. */
    void byStun(DerpMap map) {
        stunServers.find(map);
    }

    /** Measures {@code regions} over TCP; {@code done} gets {@code silent} with what was found, on another thread. */
    void byHttps(List<RelayRegion> regions, NetReport silent, Consumer<NetReport> done) {
        Thread.ofVirtual().name("relay-choice").start(() -> {
            try {
                Map<Integer, Long> measured = RelayLatency.measure(regions, engine.dialer(), ticker);
                done.accept(silent.withConnectTimes(measured, ticker.nanos()));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }
}
