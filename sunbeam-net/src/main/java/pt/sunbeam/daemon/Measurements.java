package pt.sunbeam.daemon;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netcheck.NetReport;
import pt.sunbeam.netcheck.ProbeTargets;
import pt.sunbeam.netcheck.RelayLatency;
import pt.sunbeam.relay.RelayRegion;
import pt.sunbeam.tailcfg.DerpMap;
import pt.sunbeam.time.Ticker;
import pt.sunbeam.transport.Resolver;

/** Has the network measured, each time on virtual threads of its own, since names must be resolved and relays dialled. */
final class Measurements {
    private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(3);

    private final Engine engine;
    private final Ticker ticker;

    Measurements(Engine engine, Ticker ticker) {
        this.engine = engine;
        this.ticker = ticker;
    }

    /** Resolves the servers of {@code map} and has the engine ask them by STUN, now and from now on. */
    void byStun(DerpMap map) {
        Thread.ofVirtual().name("stun-servers").start(() -> {
            Map<String, List<IpAddress>> resolved = new TreeMap<>();
            for (String host : ProbeTargets.hostsToResolve(map)) {
                resolved.put(host, Resolver.addresses(host, RESOLVE_TIMEOUT));
            }
            engine.measure(ProbeTargets.of(map, resolved));
        });
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
