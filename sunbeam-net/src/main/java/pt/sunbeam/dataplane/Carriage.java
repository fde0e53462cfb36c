package pt.sunbeam.dataplane;

import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.time.Deadline;
import pt.sunbeam.wireguard.WireGuard;

/**
 * How sealed datagrams get to a peer: over UDP where a direct path is trusted, through a relay where there is none, both
 * while that is undecided. Owner: the data loop.
 */
final class Carriage {
    private final DataPlaneSink sink;
    private final DataPlaneCounters counters;
    private long lastSentNanos = Deadline.LONG_AGO;

    Carriage(DataPlaneSink sink, DataPlaneCounters counters) {
        this.sink = sink;
        this.counters = counters;
    }

    /** How many bytes the way to the peer takes now; 0: none, and what is missing has been asked for. */
    int creditBytes(PeerLink link, long nowNanos) {
        IpEndpoint direct = link.path.endpoint();
        if (direct != null && !link.path.alsoRelay(nowNanos)) {
            return sink.datagramCreditBytes(direct.address().v6());
        }
        int region = link.region(sink);
        int credit = region == 0 ? 0 : sink.relayCreditBytes(region);
        if (credit == 0 && region != 0) {
            sink.wantRelay(region);
        }
        if (credit == 0 && direct != null) {
            return sink.datagramCreditBytes(direct.address().v6());
        }
        return credit;
    }

    /** When anything was last sent to any peer. */
    long lastSentNanos() {
        return lastSentNanos;
    }

    /** Sends {@code sealed} the way, or the ways, of this moment. */
    void transmit(PeerLink link, PacketBatch sealed, long nowNanos) {
        lastSentNanos = nowNanos;
        link.path.sent(nowNanos);
        IpEndpoint direct = link.path.endpoint();
        if (direct != null) {
            sink.sendDatagrams(direct, sealed);
        }
        if (direct == null || link.path.alsoRelay(nowNanos)) {
            throughRelay(link, sealed, direct);
        }
    }

    private void throughRelay(PeerLink link, PacketBatch sealed, @Nullable IpEndpoint direct) {
        int region = link.region(sink);
        if (region == 0) {
            if (direct == null) {
                counters.drop(DataPlaneCounters.Drop.NO_PATH, sealed.count());
            }
            return;
        }
        if (!sink.isRelayUp(region)) {
            sink.wantRelay(region);
        } else if (direct != null && sink.relayCreditBytes(region) == 0 && !isHandshake(sealed)) {
            // It has left by UDP; copies of data may not pile up before a relay that takes nothing.
            return;
        }
        sink.sendRelay(region, link.wireGuard.key(), sealed);
    }

    /** Without one nothing else can follow, so it takes both ways; they are too few and too small to pile up. */
    private static boolean isHandshake(PacketBatch sealed) {
        return sealed.count() == 1 && WireGuard.isHandshake(sealed.array(), sealed.offset(0), sealed.length(0));
    }
}
