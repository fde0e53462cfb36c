package pt.sunbeam.sim.network;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One mapping of a {@link SimNat}: a port outside that stands for an endpoint inside, and whom it lets in. */
final class NatMapping {
    final SimEndpoint inside;
    final int outsidePort;
    private final Map<SimEndpoint, Long> sentNanos = new HashMap<>();
    private final Map<String, Long> sentToAddressNanos = new HashMap<>();
    private long lastSentNanos;

    NatMapping(SimEndpoint inside, int outsidePort) {
        this.inside = inside;
        this.outsidePort = outsidePort;
    }

    void sent(SimEndpoint to, long nowNanos) {
        lastSentNanos = nowNanos;
        sentNanos.put(to, nowNanos);
        sentToAddressNanos.put(to.address(), nowNanos);
    }

    boolean isAlive(long lifetimeNanos, long nowNanos) {
        return nowNanos - lastSentNanos < lifetimeNanos;
    }

    boolean letsIn(SimEndpoint source, NatBehaviour behaviour, long nowNanos) {
        return switch (behaviour.filtering()) {
            case ENDPOINT_INDEPENDENT -> true;
            case ADDRESS_DEPENDENT -> isFresh(sentToAddressNanos.get(source.address()), behaviour, nowNanos);
            case ADDRESS_AND_PORT_DEPENDENT -> isFresh(sentNanos.get(source), behaviour, nowNanos);
        };
    }

    private static boolean isFresh(@Nullable Long atNanos, NatBehaviour behaviour, long nowNanos) {
        return atNanos != null && nowNanos - atNanos < behaviour.lifetimeNanos();
    }
}
