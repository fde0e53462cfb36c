package pt.sunbeam.netstack.tcp;

import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.ip.IpHeader;

/** The resets that a stack sends, those for strangers at a limited rate. */
final class Resets {
    private static final int PER_SECOND = 200;

    private final TcpLayer layer;
    private final RateLimit strangers = new RateLimit(PER_SECOND);

    Resets(TcpLayer layer) {
        this.layer = layer;
    }

    /** True when one more answer to a segment that belongs to no connection may leave. */
    boolean tryTake() {
        return strangers.tryTake(layer.nowNanos());
    }

    /** RFC 9293 section 3.10.7.1: a reset for a segment that belongs to no connection. */
    void refuse(IpHeader ip, Segment s) {
        TcpPath path = layer.routing.pathTo(ip.v6, ip.sourceHigh, ip.sourceLow);
        if (s.has(TcpFlags.RST) || path == null) {
            return;
        }
        if (!tryTake()) {
            layer.counters.drop(DropCause.TCP_RESET_RATE_LIMITED);
            return;
        }
        Flow flow = new Endpoints(ip, s);
        if (s.has(TcpFlags.ACK)) {
            send(flow, path, s.ack);
        } else {
            send(flow, path, 0, s.seq + s.sequenceLength());
        }
    }

    /** A reset without an acknowledgement, at the sequence number that the other side named. */
    void send(Flow flow, TcpPath path, int seq) {
        layer.counters.resetSent();
        path.reply(SegmentWriter.control(flow, seq, 0, TcpFlags.RST, 0, null));
    }

    /** A reset with an acknowledgement: it ends a connection, or answers what had none. */
    void send(Flow flow, TcpPath path, int seq, int ack) {
        layer.counters.resetSent();
        path.reply(SegmentWriter.control(flow, seq, ack, TcpFlags.RST | TcpFlags.ACK, 0, null));
    }
}
