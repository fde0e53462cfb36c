package pt.sunbeam.netstack.tcp;

import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.time.Deadline;

/** Passive opens (RFC 9293 section 3.10.7.2): from the SYN to the acknowledgement that makes it a connection. */
final class HalfOpens {
    private final TcpLayer layer;
    private int count;

    HalfOpens(TcpLayer layer) {
        this.layer = layer;
    }

    int count() {
        return count;
    }

    void open(IpHeader ip, Segment s, Acceptor acceptor) {
        if (count >= layer.config.maxHalfOpen()) {
            layer.counters.drop(DropCause.TCP_HALF_OPEN_LIMIT);
            return;
        }
        if (layer.connectionCount() + count >= layer.config.maxConnections() || layer.chunks.isExhausted()) {
            layer.counters.drop(DropCause.TCP_CONNECTION_LIMIT);
            return;
        }
        Flow endpoints = new Endpoints(ip, s);
        int iss = layer.initialSequence(endpoints);
        HalfOpen h = new HalfOpen(this, endpoints, s, acceptor, iss, layer.random.nextInt());
        count++;
        layer.flows.put(h);
        sendSynAck(h, layer.nowNanos());
    }

    void sendSynAck(HalfOpen h, long now) {
        TcpPath path = layer.routing.pathTo(h.v6, h.remoteHigh, h.remoteLow);
        layer.timers.arm(h, h.nextResendNanos(now));
        if (h.synAcks++ == 0) {
            h.firstSentNanos = now;
        }
        if (path == null) {
            return;
        }
        TcpConfig config = layer.config;
        byte[] options = new byte[SegmentWriter.SYN_OPTION_BYTES];
        int mss = config.mtuBytes() - IpHeader.bytes(h.v6) - SegmentWriter.TCP_HEADER;
        int scale = h.peerWindowScale < 0 ? -1 : config.windowScale();
        int tsVal = (int) (now / Deadline.MILLI) + h.tsOffset;
        SegmentWriter.writeSynOptions(options, 0, mss, h.sack, h.timestamps, tsVal, h.tsRecent, scale);
        int window = Math.min(65535, config.receiveStartBytes());
        int flags = TcpFlags.SYN | TcpFlags.ACK;
        path.reply(SegmentWriter.control(h, h.iss, h.irs + 1, flags, window, options));
    }

    void drop(HalfOpen h) {
        count--;
        layer.timers.remove(h);
        layer.flows.remove(h);
    }

    void onSegment(HalfOpen h, IpHeader ip, Segment s, long arrivalNanos) {
        if (s.has(TcpFlags.RST)) {
            onReset(h, s);
        } else if (s.has(TcpFlags.SYN)) {
            onSyn(h, s);
        } else if (!s.has(TcpFlags.ACK)) {
            layer.counters.drop(DropCause.TCP_NO_ACK_BIT);
        } else if (s.ack != h.iss + 1) {
            layer.counters.drop(DropCause.TCP_UNACCEPTABLE_ACK);
            layer.resets.refuse(ip, s);
        } else {
            accept(h, s, arrivalNanos);
        }
    }

    private void onReset(HalfOpen h, Segment s) {
        if (s.seq == h.irs + 1) {
            drop(h);
        } else {
            layer.counters.drop(DropCause.TCP_RESET_NOT_EXACT);
        }
    }

    /** The SYN again: our answer was lost, or is late. */
    private void onSyn(HalfOpen h, Segment s) {
        if (s.seq == h.irs && !s.has(TcpFlags.ACK)) {
            sendSynAck(h, layer.nowNanos());
        } else {
            layer.counters.drop(DropCause.TCP_UNEXPECTED_SYN);
        }
    }

    private void accept(HalfOpen h, Segment s, long arrivalNanos) {
        TcpPath path = layer.routing.pathTo(h.v6, h.remoteHigh, h.remoteLow);
        drop(h);
        if (path == null) {
            layer.counters.drop(DropCause.NO_ROUTE);
            return;
        }
        TcpConnection c = connection(h, path, s, arrivalNanos);
        TcpEvents listener = h.acceptor.accept(c);
        if (listener == null) {
            c.abort();
            return;
        }
        c.accepted(listener);
        SegmentArrival.onSegment(c, s, arrivalNanos, layer.nowNanos());
    }

    private TcpConnection connection(HalfOpen h, TcpPath path, Segment s, long arrivalNanos) {
        TcpConnection c = new TcpConnection(layer, path, h, TcpState.SYN_RECEIVED, h.tsOffset);
        c.negotiate(h.peerMss, h.peerWindowScale, h.sack, h.timestamps);
        c.setTsRecent(h.tsRecent, layer.nowNanos());
        c.sender.begin(h.iss);
        c.receiver.begin(h.irs, c.ownWindowScale());
        if (h.synAcks == 1) {
            c.sender.rtt.sample(arrivalNanos - h.firstSentNanos, arrivalNanos);
        }
        layer.add(c);
        c.sender.established(s, arrivalNanos, s.windowField << c.peerWindowScale, false);
        c.established(layer.nowNanos());
        return c;
    }
}
