package pt.sunbeam.netstack.tcp;

import java.util.HashMap;
import java.util.Map;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.time.Deadline;

/** Passive opens (RFC 9293 section 3.10.7.2): from the SYN to the acknowledgement that makes it a connection. */
final class HalfOpens {
    /** The part of the table that one remote address may fill. */
    private static final int MAX_PER_ADDRESS = 256;

    private final TcpLayer layer;
    private final Map<IpAddress, Integer> countByAddress = new HashMap<>();
    private int count;

    HalfOpens(TcpLayer layer) {
        this.layer = layer;
    }

    int count() {
        return count;
    }

    void open(IpHeader ip, Segment s, Acceptor acceptor) {
        Flow endpoints = new Endpoints(ip, s);
        open(ip, s, acceptor, endpoints, layer.initialSequence(endpoints));
    }

    /** Opens where a connection has just been, with sequence numbers not before {@code least} (RFC 1122 section 4.2.2.13). */
    void reopen(IpHeader ip, Segment s, Acceptor acceptor, int least) {
        Flow endpoints = new Endpoints(ip, s);
        open(ip, s, acceptor, endpoints, Seq.max(layer.initialSequence(endpoints), least));
    }

    private void open(IpHeader ip, Segment s, Acceptor acceptor, Flow endpoints, int iss) {
        int fromAddress = countByAddress.getOrDefault(ip.source(), 0);
        if (count >= layer.config.maxHalfOpen() || fromAddress >= MAX_PER_ADDRESS) {
            layer.counters.drop(DropCause.TCP_HALF_OPEN_LIMIT);
            return;
        }
        if (layer.connectionCount() + count >= layer.config.maxConnections() || layer.chunks.isExhausted()) {
            layer.counters.drop(DropCause.TCP_CONNECTION_LIMIT);
            return;
        }
        long now = layer.nowNanos();
        HalfOpen h = new HalfOpen(this, endpoints, s, acceptor, iss, layer.random.nextInt(), now);
        count++;
        countByAddress.put(ip.source(), fromAddress + 1);
        layer.flows.put(h);
        sendSynAck(h, now);
        arm(h, now);
    }

    void sendSynAck(HalfOpen h, long now) {
        TcpPath path = layer.routing.pathTo(h.v6, h.remoteHigh, h.remoteLow);
        if (path == null) {
            return;
        }
        TcpConfig config = layer.config;
        byte[] options = new byte[SegmentWriter.SYN_OPTION_BYTES];
        int mss = config.mtuBytes() - IpHeader.bytes(h.v6) - SegmentWriter.TCP_HEADER;
        int scale = h.peerWindowScale < 0 ? -1 : config.windowScale();
        int tsVal = (int) (now / Deadline.MILLI) + h.tsOffset;
        SegmentWriter.writeSynOptions(options, 0, mss, h.sack, h.timestamps, tsVal, h.tsRecent, scale);
        int flags = TcpFlags.SYN | TcpFlags.ACK;
        path.reply(SegmentWriter.control(h, h.iss, h.irs + 1, flags, synWindow(), options));
    }

    void arm(HalfOpen h, long nowNanos) {
        layer.timers.arm(h, nowNanos + h.patienceNanos());
    }

    void drop(HalfOpen h) {
        count--;
        countByAddress.computeIfPresent(h.remoteAddress(), (address, n) -> n == 1 ? null : n - 1);
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
        } else if (isAcceptable(h, s)) {
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

    /** RFC 9293 section 3.10.7.4 and RFC 7323 section 5.3: nothing old or from outside the window makes a connection. */
    private boolean isAcceptable(HalfOpen h, Segment s) {
        boolean old = h.timestamps && s.isOlderThan(h.tsRecent);
        int first = h.irs + 1;
        boolean inWindow = !Seq.before(s.seq, first) && Seq.before(s.seq, first + synWindow());
        if (!old && inWindow) {
            return true;
        }
        layer.counters.drop(old ? DropCause.TCP_PAWS : DropCause.TCP_UNACCEPTABLE_SEQUENCE);
        TcpPath path = layer.routing.pathTo(h.v6, h.remoteHigh, h.remoteLow);
        if (path != null && layer.resets.tryTake()) {
            path.reply(SegmentWriter.control(h, h.iss + 1, first, TcpFlags.ACK, synWindow(), null));
        }
        return false;
    }

    private int synWindow() {
        return Math.min(65535, layer.config.receiveStartBytes());
    }

    /** The SYN again: our answer was lost, or is late. The entry lives no longer for it. */
    private void onSyn(HalfOpen h, Segment s) {
        if (s.seq == h.irs && !s.has(TcpFlags.ACK)) {
            h.repeat(layer.nowNanos());
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
        if (!h.wasRepeated()) {
            c.sender.rtt.sample(arrivalNanos - h.firstSentNanos, arrivalNanos);
        }
        layer.add(c);
        c.sender.established(s, arrivalNanos, s.windowField << c.peerWindowScale, false);
        c.established(layer.nowNanos());
        return c;
    }
}
