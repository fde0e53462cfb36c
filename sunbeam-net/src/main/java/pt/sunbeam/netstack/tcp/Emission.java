package pt.sunbeam.netstack.tcp;

import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.time.Deadline;

/**
 * Builds the segments of one connection, each when it can leave and not before: lost ones again, then new data, then a
 * tail loss probe, then whatever needs no data.
 */
final class Emission {
    private static final int NOTHING = Sender.NOTHING;
    private static final int MAX_SACK_BLOCKS = 3;

    private final TcpConnection c;
    private final Sender s;
    private boolean synDue;
    private int synSent;
    private long synSentNanos;
    private boolean windowProbeDue;
    private boolean bareAckDue;
    private boolean smallSegmentDue;
    private long lastSentNanos;
    private long retransmits;

    Emission(TcpConnection c, Sender s) {
        this.c = c;
        this.s = s;
    }

    // --- requests

    void requestSyn() {
        synDue = true;
    }

    void synAcknowledged() {
        synDue = false;
    }

    int synSent() {
        return synSent;
    }

    long synSentNanos() {
        return synSentNanos;
    }

    long retransmits() {
        return retransmits;
    }

    /**
     * The last acknowledgement of a handshake. It takes small data along, but not a full segment: that may be too large for
     * the path, and the peer would wait for both.
     */
    void requestHandshakeAck() {
        bareAckDue = s.unsent() >= c.sendMss;
        c.receiver.requestAck();
    }

    /** The window has been closed for too long: ask, with a small segment when one fits. */
    void requestWindowProbe() {
        smallSegmentDue = s.windowRoom() > 0;
        windowProbeDue = !smallSegmentDue;
    }

    /** True when a segment that the window cuts may leave all the same. */
    boolean isSmallSegmentDue() {
        return smallSegmentDue;
    }

    // --- what can leave

    boolean hasControl() {
        return synDue
                || c.canSpeak() && (bareAckDue || windowProbeDue || c.receiver.isAckDue() || c.slow.isKeepAliveDue());
    }

    boolean hasData() {
        if (!c.canSpeak()) {
            return false;
        }
        if (s.probe.isDue()) {
            return true;
        }
        int lost = s.queue.firstLost();
        if (lost != NOTHING) {
            return s.mayResend(lost);
        }
        int length = s.nextNewLength();
        return length != NOTHING && s.window.allows(length);
    }

    /** Builds what is most urgent: one segment, or a run of at most {@code most}, for which the batch has room. */
    void emit(PacketBatch out, int most, long nowNanos) {
        if (synDue) {
            emitSyn(out, nowNanos);
        } else if (bareAckDue && c.canSpeak()) {
            bareAckDue = false;
            write(out, s.nxt, 0, false, false, nowNanos);
        } else if (c.canSpeak()) {
            restartIfIdle(nowNanos);
            if (!s.isReleased(nowNanos) || !emitData(out, most, nowNanos)) {
                emitControl(out, nowNanos);
            }
        }
    }

    private boolean emitData(PacketBatch out, int most, long nowNanos) {
        int lost = s.queue.firstLost();
        if (lost != NOTHING && s.probe.isDue()) {
            // What became lost while the probe waited to leave is the better question.
            s.probe.repeatsSegment();
        } else if (lost != NOTHING && !s.mayResend(lost)) {
            return false;
        }
        if (lost != NOTHING) {
            resend(lost, out, nowNanos);
            return true;
        }
        int length = s.nextNewLength();
        if (length != NOTHING && (s.probe.isDue() || s.window.allows(length))) {
            sendNew(length, most, out, nowNanos);
            return true;
        }
        int highest = s.probe.isDue() ? s.queue.newestUnsacked(s.una + s.offer.bytes()) : NOTHING;
        if (highest != NOTHING) {
            s.probe.repeatsSegment();
            resend(highest, out, nowNanos);
            return true;
        }
        s.probe.notSent();
        return false;
    }

    private void emitControl(PacketBatch out, long nowNanos) {
        if (windowProbeDue || c.slow.isKeepAliveDue()) {
            int seq = windowProbeDue ? s.una - 1 : s.nxt - 1;
            windowProbeDue = false;
            c.slow.keepAliveSent();
            write(out, seq, 0, false, false, nowNanos);
        } else if (c.receiver.isAckDue()) {
            write(out, s.nxt, 0, false, false, nowNanos);
        }
    }

    private void emitSyn(PacketBatch out, long nowNanos) {
        synDue = false;
        synSent++;
        synSentNanos = nowNanos;
        boolean reply = c.state == TcpState.SYN_RECEIVED;
        int ip = IpHeader.bytes(c.v6);
        int at = out.reserve(ip + SegmentWriter.TCP_HEADER + SegmentWriter.SYN_OPTION_BYTES);
        int options = SegmentWriter.writeSynOptions(
                out.array(),
                at + ip + SegmentWriter.TCP_HEADER,
                c.localMss(),
                !reply || c.sack,
                !reply || c.timestamps,
                c.tsClock(nowNanos),
                reply ? c.tsRecent : 0,
                !reply || c.windowScaling ? c.layer.config.windowScale() : -1);
        int flags = TcpFlags.SYN | (reply ? TcpFlags.ACK : 0);
        int ack = reply ? c.receiver.nxt() : 0;
        int window = c.receiver.synWindow();
        int tcpBytes = SegmentWriter.TCP_HEADER + options;
        SegmentWriter.finish(out.array(), at, c, s.iss, ack, flags, window, options, tcpBytes);
        if (reply) {
            c.receiver.acknowledged();
        }
        s.timer.armSyn(nowNanos + (Deadline.SECOND << Math.min(synSent - 1, 5)));
    }

    private void sendNew(int wanted, int most, PacketBatch out, long nowNanos) {
        int sacks = c.receiver.sackBlockCount(MAX_SACK_BLOCKS);
        boolean alone = sacks > 0 || wanted < c.sendMss || s.probe.isDue();
        int segments = alone ? 1 : s.runSegments(most, nowNanos);
        if (segments > 1) {
            sendRun(segments, out, nowNanos);
        } else {
            sendOne(wanted, sacks, out, nowNanos);
        }
    }

    private void sendRun(int segments, PacketBatch out, long nowNanos) {
        int start = s.nxt;
        smallSegmentDue = false;
        boolean first = s.queue.isEmpty();
        for (int i = 0; i < segments; i++) {
            s.appended(c.sendMss, false, nowNanos);
        }
        sent(c.sendMss, segments, first, nowNanos);
        SegmentRun run = c.layer.segmentRun;
        run.begin(c, c.receiver.nxt(), c.receiver.advertise(), c.tsClock(nowNanos), c.sendMss);
        for (int i = 0; i < segments; i++) {
            run.write(out, start + i * c.sendMss, s);
        }
        c.receiver.acknowledged();
        c.raiseWritable();
    }

    private void sendOne(int wanted, int sacks, PacketBatch out, long nowNanos) {
        int length = Math.min(wanted, c.sendMss - SegmentWriter.sackBytes(sacks));
        boolean last = length == s.unsent();
        boolean withFin = last && s.isFinQueued() && s.windowRoom() > length;
        int start = s.nxt;
        smallSegmentDue = false;
        boolean first = s.queue.isEmpty();
        s.appended(length, withFin, nowNanos);
        sent(length, 1, first, nowNanos);
        write(out, start, length, withFin, last, nowNanos);
        c.raiseWritable();
        if (withFin) {
            c.onFinSent();
        }
    }

    private void resend(int id, PacketBatch out, long nowNanos) {
        int start = s.queue.start(id);
        int end = s.queue.end(id);
        boolean withFin = s.isFinSent() && end == s.nxt;
        s.resent(id, nowNanos);
        retransmits++;
        c.layer.counters.segmentRetransmitted();
        if (!s.probe.isDue()) {
            s.recovery.onResent(c.tsClock(nowNanos));
        }
        sent(end - start, 1, id == s.queue.head(), nowNanos);
        write(out, start, end - start - (withFin ? 1 : 0), withFin, false, nowNanos);
    }

    private void sent(int bytes, int segments, boolean restartTimeout, long nowNanos) {
        s.window.onSent(segments * bytes);
        s.pacer.onSent(bytes, segments, nowNanos);
        lastSentNanos = nowNanos;
        if (s.probe.isDue()) {
            s.probe.sent(s.nxt);
            s.timer.restartTimeout(nowNanos);
        } else {
            if (restartTimeout || !s.timer.isTimeoutRunning()) {
                s.timer.restartTimeout(nowNanos);
            }
            s.scheduleTailProbe(nowNanos);
        }
        s.timer.rearm(nowNanos);
    }

    /** RFC 5681 section 4.1: after a pause the window says little about the network. */
    private void restartIfIdle(long nowNanos) {
        long rto = s.rtt.rtoNanos();
        if (s.queue.isEmpty() && lastSentNanos != 0 && s.unsent() > 0 && nowNanos - lastSentNanos > rto) {
            s.window.onIdle(nowNanos - lastSentNanos, rto, nowNanos);
            lastSentNanos = nowNanos;
        }
    }

    private void write(PacketBatch out, int seq, int length, boolean fin, boolean push, long nowNanos) {
        int ip = IpHeader.bytes(c.v6);
        int sacks = c.receiver.sackBlockCount(MAX_SACK_BLOCKS);
        if (length + SegmentWriter.sackBytes(sacks) > c.sendMss) {
            sacks = 0;
        }
        int options = SegmentWriter.optionBytes(c.timestamps, sacks);
        int tcpBytes = SegmentWriter.TCP_HEADER + options + length;
        int at = out.reserve(ip + tcpBytes);
        int optionsAt = at + ip + SegmentWriter.TCP_HEADER;
        byte[] b = out.array();
        if (c.timestamps) {
            optionsAt += SegmentWriter.writeTimestamps(b, optionsAt, c.tsClock(nowNanos), c.tsRecent);
        }
        if (sacks > 0) {
            c.receiver.writeSack(b, optionsAt, sacks);
        }
        if (length > 0) {
            s.copyTo(seq, b, at + ip + SegmentWriter.TCP_HEADER + options, length);
        }
        int flags = TcpFlags.ACK | (fin ? TcpFlags.FIN : 0) | (push && length > 0 ? TcpFlags.PSH : 0);
        int window = c.receiver.advertise();
        SegmentWriter.finish(b, at, c, seq, c.receiver.nxt(), flags, window, options, tcpBytes);
        c.receiver.acknowledged();
    }
}
