package pt.sunbeam.netstack.tcp;

import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.time.Deadline;

/**
 * What a segment does to its connection: the order of checks of RFC 9293 section 3.10.7 with those of RFC 7323 (PAWS) and
 * RFC 5961 (blind attacks). Stateless.
 */
final class SegmentArrival {
    /** Older than this, TS.Recent proves nothing (RFC 7323 section 5.5). */
    private static final long TS_RECENT_LIFE = Deadline.seconds(24L * 24 * 3600);

    private SegmentArrival() {}

    static void onSegment(TcpConnection c, Segment s, long arrivalNanos, long nowNanos) {
        switch (c.state) {
            case SYN_SENT -> inSynSent(c, s, arrivalNanos, nowNanos);
            case CLOSED, TIME_WAIT -> {}
            default -> synchronised(c, s, arrivalNanos, nowNanos);
        }
        c.touch();
    }

    // --- SYN-SENT (RFC 9293 section 3.10.7.3)

    private static void inSynSent(TcpConnection c, Segment s, long arrivalNanos, long nowNanos) {
        boolean ack = s.has(TcpFlags.ACK);
        if (ack && s.ack != c.sender.nxt) {
            c.drop(DropCause.TCP_UNACCEPTABLE_ACK);
            if (!s.has(TcpFlags.RST)) {
                c.layer.resets.send(c, c.path, s.ack);
            }
            return;
        }
        if (s.has(TcpFlags.RST)) {
            if (ack) {
                c.failConnect(ConnectFailure.REFUSED);
            } else {
                c.drop(DropCause.TCP_RESET_NOT_EXACT);
            }
            return;
        }
        if (!s.has(TcpFlags.SYN)) {
            c.drop(DropCause.TCP_NO_ACK_BIT);
            return;
        }
        c.negotiate(s.mss, s.windowScale, s.sackPermitted, s.timestamps);
        c.setTsRecent(s.tsVal, nowNanos);
        c.receiver.begin(s.seq, c.ownWindowScale());
        if (ack) {
            c.sender.established(s, arrivalNanos, s.windowField, true);
            c.established(nowNanos);
            takeText(c, s, nowNanos);
            c.sender.emission.requestHandshakeAck();
        } else {
            // Simultaneous open: our SYN goes out again, now with an acknowledgement.
            c.state = TcpState.SYN_RECEIVED;
            c.sender.requestSyn();
        }
    }

    // --- all other states (RFC 9293 section 3.10.7.4)

    private static void synchronised(TcpConnection c, Segment s, long arrivalNanos, long nowNanos) {
        if (isOldDuplicate(c, s, nowNanos)) {
            c.drop(DropCause.TCP_PAWS);
            challenge(c, nowNanos);
            return;
        }
        if (c.state == TcpState.SYN_RECEIVED && isCrossedSynAck(c, s)) {
            open(c, s, s.windowField, arrivalNanos, nowNanos);
            c.receiver.requestAck();
            return;
        }
        if (!c.receiver.isAcceptable(s)) {
            onUnacceptable(c, s, nowNanos);
            return;
        }
        if (s.has(TcpFlags.RST)) {
            onReset(c, s, nowNanos);
            return;
        }
        if (s.has(TcpFlags.SYN)) {
            c.drop(DropCause.TCP_UNEXPECTED_SYN);
            challenge(c, nowNanos);
            return;
        }
        if (!s.has(TcpFlags.ACK)) {
            c.drop(DropCause.TCP_NO_ACK_BIT);
            return;
        }
        if (c.state == TcpState.SYN_RECEIVED && !completesOpen(c, s, arrivalNanos, nowNanos)) {
            return;
        }
        if (!c.sender.isAcceptableAck(s.ack)) {
            c.drop(DropCause.TCP_UNACCEPTABLE_ACK);
            challenge(c, nowNanos);
            return;
        }
        c.slow.heard(nowNanos);
        updateTsRecent(c, s, nowNanos);
        takeAck(c, s, arrivalNanos, nowNanos);
        takeText(c, s, nowNanos);
        c.slow.arm();
    }

    /** PAWS (RFC 7323 section 5). */
    private static boolean isOldDuplicate(TcpConnection c, Segment s, long nowNanos) {
        return c.timestamps
                && !s.has(TcpFlags.RST)
                && s.isOlderThan(c.tsRecent)
                && nowNanos - c.tsRecentNanos < TS_RECENT_LIFE;
    }

    private static void onUnacceptable(TcpConnection c, Segment s, long nowNanos) {
        c.drop(DropCause.TCP_UNACCEPTABLE_SEQUENCE);
        if (s.has(TcpFlags.RST)) {
            return;
        }
        boolean probe = s.seq == c.receiver.nxt() - 1;
        if (s.has(TcpFlags.SYN) || s.sequenceLength() == 0 && !probe) {
            challenge(c, nowNanos);
            return;
        }
        c.slow.heard(nowNanos);
        c.receiver.noteDuplicate(s);
        c.receiver.requestAck();
        // An old duplicate or a probe still tells how far our own data has come.
        if (s.has(TcpFlags.ACK) && c.sender.isAcceptableAck(s.ack) && c.state != TcpState.SYN_RECEIVED) {
            takeAck(c, s, nowNanos, nowNanos);
        }
    }

    private static void onReset(TcpConnection c, Segment s, long nowNanos) {
        if (s.seq != c.receiver.nxt()) {
            c.drop(DropCause.TCP_RESET_NOT_EXACT);
            challenge(c, nowNanos);
        } else if (c.bothEnded()) {
            c.finished();
        } else {
            c.fail(ResetCause.PEER_RESET);
        }
    }

    private static boolean completesOpen(TcpConnection c, Segment s, long arrivalNanos, long nowNanos) {
        if (s.ack != c.sender.nxt) {
            c.drop(DropCause.TCP_UNACCEPTABLE_ACK);
            c.layer.resets.send(c, c.path, s.ack);
            return false;
        }
        open(c, s, window(c, s), arrivalNanos, nowNanos);
        return true;
    }

    private static void open(TcpConnection c, Segment s, int window, long arrivalNanos, long nowNanos) {
        c.sender.established(s, arrivalNanos, window, true);
        c.established(nowNanos);
    }

    /** Both ends opened at once and each answers the other's SYN (RFC 9293 figure 7); the SYN itself is known by now. */
    private static boolean isCrossedSynAck(TcpConnection c, Segment s) {
        return (s.flags & (TcpFlags.SYN | TcpFlags.ACK | TcpFlags.RST)) == (TcpFlags.SYN | TcpFlags.ACK)
                && s.seq == c.receiver.nxt() - 1
                && s.ack == c.sender.nxt;
    }

    private static void updateTsRecent(TcpConnection c, Segment s, long nowNanos) {
        if (c.timestamps
                && s.timestamps
                && !Seq.after(s.seq, c.receiver.lastAckSent)
                && !Seq.before(s.tsVal, c.tsRecent)) {
            c.setTsRecent(s.tsVal, nowNanos);
        }
    }

    private static int window(TcpConnection c, Segment s) {
        return s.windowField << c.peerWindowScale;
    }

    private static void takeAck(TcpConnection c, Segment s, long arrivalNanos, long nowNanos) {
        if (Seq.before(s.ack, c.sender.una)) {
            return;
        }
        c.sender.acks.onAck(s, window(c, s), arrivalNanos, nowNanos);
        c.raiseWritable();
        if (c.sender.isFinAcked()) {
            c.onFinAcked();
        }
    }

    private static void takeText(TcpConnection c, Segment s, long nowNanos) {
        if (c.state == TcpState.CLOSED || c.state == TcpState.TIME_WAIT) {
            return;
        }
        boolean hadFin = c.receiver.finReached();
        if (c.isDetached() && s.dataLength > 0 && Seq.after(s.dataSeq() + s.dataLength, c.receiver.nxt())) {
            // Nobody will ever read it: the peer has to learn that (RFC 1122 section 4.2.2.13).
            c.abort(ResetCause.LOCAL_ABORT);
            return;
        }
        if (s.dataLength == 0 && !s.has(TcpFlags.FIN)) {
            return;
        }
        if (c.receiver.take(s, nowNanos)) {
            c.raiseReadable();
        }
        if (!hadFin && c.receiver.finReached()) {
            c.onPeerFin();
        }
        c.slow.arm();
    }

    private static void challenge(TcpConnection c, long nowNanos) {
        if (c.challenges.tryTake(nowNanos)) {
            c.receiver.requestAck();
        }
    }
}
