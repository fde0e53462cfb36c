package pt.sunbeam.daemon;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.dataplane.PeerSnapshot;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ipc.DaemonStatus.ForwardStatus;
import pt.sunbeam.json.JsonObject;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.netstack.StackStatus;
import pt.sunbeam.path.PathCounters;
import pt.sunbeam.portmap.PortMappingCounters;
import pt.sunbeam.portmap.PortMappingRefusal;
import pt.sunbeam.proxy.Forward;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.transport.EventLoops;
import pt.sunbeam.underlay.Underlay;
import pt.sunbeam.underlay.UnderlayCounters;
import pt.sunbeam.underlay.UnderlayStatus;
import pt.sunbeam.wireguard.DropReason;

/**
 * What the data loop knows at one moment.
 *
 * @param relay the home relay
 * @param peers by node key
 * @param forwards in the order in which they were asked for
 * @param counters named numbers
 * @param takenNanos when
 */
record EngineSnapshot(
        RelayView relay,
        Map<NodePublic, PeerSnapshot> peers,
        List<ForwardStatus> forwards,
        JsonObject counters,
        long takenNanos) {

    /** Before there is anything to tell. */
    static final EngineSnapshot EMPTY = new EngineSnapshot(RelayView.NONE, Map.of(), List.of(), new JsonObject(), 0);

    static EngineSnapshot of(@Nullable Tunnel tunnel, List<Forward> forwards, long nowNanos) {
        List<ForwardStatus> forwardStatus = forwards.stream()
                .map(f -> new ForwardStatus(
                        f.localEndpoint().toString(), f.spec().targetText(), f.connectionCount(), f.lastFailure(), ""))
                .toList();
        if (tunnel == null) {
            return new EngineSnapshot(RelayView.NONE, Map.of(), forwardStatus, new JsonObject(), nowNanos);
        }
        Map<NodePublic, PeerSnapshot> peers = new HashMap<>();
        for (PeerSnapshot peer : tunnel.dataPlane().peers()) {
            peers.put(peer.key(), peer);
        }
        return new EngineSnapshot(RelayView.of(tunnel), peers, forwardStatus, counters(tunnel), nowNanos);
    }

    private static JsonObject counters(Tunnel tunnel) {
        JsonObject drops = new JsonObject();
        tunnel.dataPlane().counters().snapshot().forEach((reason, n) -> put(drops, "", reason, n));
        for (DropReason reason : DropReason.values()) {
            put(
                    drops,
                    "wireguard_",
                    reason,
                    tunnel.dataPlane().wireGuard().counters().dropped(reason));
        }
        for (PathCounters.Drop reason : PathCounters.Drop.values()) {
            put(drops, "path_", reason, tunnel.dataPlane().paths().counters().dropped(reason));
        }
        for (PortMappingRefusal reason : PortMappingRefusal.values()) {
            put(drops, "portmap_", reason, tunnel.portMapper().counters().refused(reason));
        }
        StackStatus stack = tunnel.dataPlane().stack().status();
        stack.counters().drops().forEach((cause, n) -> put(drops, "stack_", cause, n));
        return new JsonObject()
                .put("transport", EventLoops.transportName())
                .put("longestTurnMicros", tunnel.longestTurnNanos() / (Deadline.MILLI / 1000))
                .put("connections", stack.connections())
                .put("timeWait", stack.timeWait())
                .put("retransmits", stack.counters().segmentsRetransmitted())
                .put("bufferedBytes", stack.memoryBytes())
                .put("udp", udp(tunnel.underlay()))
                .put("portMapping", portMapping(tunnel.portMapper()))
                .put("drops", drops);
    }

    private static JsonObject portMapping(PortMapper mapper) {
        PortMappingCounters counters = mapper.counters();
        IpEndpoint external = mapper.external();
        return new JsonObject()
                .put("external", external == null ? null : external.toString())
                .put("sent", counters.sent())
                .put("granted", counters.granted())
                .put("doubleNat", counters.doubleNat())
                .put("expired", counters.expired())
                .put("gatewayRestarts", counters.gatewayRestarts());
    }

    private static JsonObject udp(Underlay underlay) {
        UnderlayStatus status = underlay.status();
        UnderlayCounters counters = underlay.counters();
        return new JsonObject()
                .put("portV4", status.portV4())
                .put("portV6", status.portV6())
                .put("segmentation", status.segmentation())
                .put("coalescing", status.coalescing())
                .put("receiveBufferBytes", status.receiveBufferBytes())
                .put("sendBufferBytes", status.sendBufferBytes())
                .put("received", counters.received())
                .put("sent", counters.sent())
                .put("sendFailures", counters.sendFailures())
                .put("receiveErrors", counters.receiveErrors())
                .put("segmentationRefused", counters.segmentationRefused());
    }

    /** Only what happened: a list of zeros hides the one that matters. */
    private static void put(JsonObject out, String prefix, Enum<?> reason, long n) {
        if (n > 0) {
            out.put(prefix + reason.name().toLowerCase(Locale.ROOT), n);
        }
    }
}
