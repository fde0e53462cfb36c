package pt.sunbeam.wireguard;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.time.Deadline;

/**
 * One WireGuard interface: all peers, their sessions, and which of them owns which addresses (wireguard.com/protocol; the paper
 * "WireGuard: Next Generation Kernel Network Tunnel"). IP packets go in and sealed datagrams come out, and the reverse.
 *
 * <p>Owned by the data loop; no socket, clock or thread. Batches are sealed and opened in the memory they came in. A peer
 * costs nothing while no packet is exchanged with it: no timer, no handshake.
 *
 * <p>Left out: addresses. The upstream protocol moves a peer's endpoint to wherever its last authentic packet came from; here
 * {@link WireGuardSink} is told, and chooses the way.
 */
public final class WireGuard {
    private static final int FLUSH_PACKETS = 64;

    private final WireGuardSink sink;
    private final WireGuardCounters counters = new WireGuardCounters();
    private final IndexTable indices;
    private final PeerTable peers;
    private final Handshakes handshakes;
    private final PacketBatch flushing = PacketBatch.ofPackets(FLUSH_PACKETS, Limits.MTU);

    /** Not later than any peer's earliest deadline. It may be earlier, because a cancelled timer does not move it. */
    private long wakeNanos = Deadline.NONE;

    /** The peer whose origin the sink was told of last within one {@link #receive}. */
    private @Nullable WireGuardPeer announced;

    public WireGuard(NodePrivate self, RandomGenerator random, TimestampSource timestamps, WireGuardSink sink) {
        this.sink = sink;
        this.indices = new IndexTable(random);
        this.peers = new PeerTable(indices, random);
        this.handshakes = new Handshakes(self, random, timestamps, peers, indices, sink, counters);
    }

    /** True when a datagram starts and measures like a WireGuard message, which says nothing of its authenticity. */
    public static boolean isMessage(byte[] b, int offset, int length) {
        return MessageFormat.type(b, offset, length) != MessageFormat.MALFORMED;
    }

    /** Whether this is a message of a handshake: small, and sent a few times in a minute (section 6). */
    public static boolean isHandshake(byte[] b, int offset, int length) {
        int type = MessageFormat.type(b, offset, length);
        return type != MessageFormat.MALFORMED && type != MessageFormat.TRANSPORT;
    }

    /** Adds a peer, or gives it other addresses; its session goes on. Of two peers with one prefix the later call holds it. */
    public WireGuardPeer putPeer(NodePublic key, List<IpPrefix> prefixes) {
        return peers.put(key, prefixes);
    }

    /** Forgets a peer with its session, its addresses and what waits for it. No effect when it is unknown. */
    public void removePeer(NodePublic key) {
        WireGuardPeer peer = peers.remove(key);
        if (peer == null) {
            return;
        }
        handshakes.forgetPending(peer);
        peer.keyPairs.clear();
        peer.markRemoved();
        counters.drop(DropReason.PEER_REMOVED, peer.staged.clear());
    }

    /** The peer has restarted: drops its key pairs, which it no longer has, so that the next packet starts a handshake. */
    public void resetSession(NodePublic key) {
        WireGuardPeer peer = peers.get(key);
        if (peer != null) {
            handshakes.forgetPending(peer);
            peer.keyPairs.clear();
            peer.nextInitiationNanos = Long.MIN_VALUE;
        }
    }

    /**
     * The peers may have discarded their sessions while this machine slept, and its clock with it: the next packet for each of
     * them is followed by a handshake. Sessions stay in use until that is complete.
     */
    public void doubtSessions() {
        for (WireGuardPeer peer : peers.all()) {
            peer.sessionInDoubt = peer.keyPairs.current() != null;
        }
    }

    /**
     * The way to the peer is another one. A handshake message that went the old way may be lost: an initiation that waits for
     * its answer is followed by another one {@link Limits#RETRY_BY_NEW_WAY_NANOS} after it, not by REKEY_TIMEOUT as the paper's
     * section 6.4 has it for one way that stays. A peer of this node's last address or last relay would answer there for 5 s.
     */
    public void wayChanged(WireGuardPeer peer, long nowNanos) {
        PendingInitiation pending = peer.pending;
        if (pending != null && !peer.isRemoved()) {
            long dueNanos = Math.max(nowNanos, pending.sentNanos() + Limits.RETRY_BY_NEW_WAY_NANOS);
            peer.nextInitiationNanos = Math.min(peer.nextInitiationNanos, dueNanos);
            peer.timers.retransmitBy(dueNanos);
            touched(peer);
        }
    }

    /**
     * Sends an empty packet whenever nothing was exchanged for {@code intervalNanos}, beginning with a handshake now. For
     * servers that speak only WireGuard; 0, the default, is quiet.
     */
    public void persistentKeepalive(WireGuardPeer peer, long intervalNanos, long nowNanos) {
        peer.timers.setPersistentInterval(intervalNanos, nowNanos);
        touched(peer);
    }

    public @Nullable WireGuardPeer peer(NodePublic key) {
        return peers.get(key);
    }

    /** All peers, in the order in which they were added. */
    public Collection<WireGuardPeer> peers() {
        return peers.all();
    }

    /** The peer with the longest prefix that holds {@code destination}. */
    public @Nullable WireGuardPeer route(IpAddress destination) {
        return peers.route(destination);
    }

    public WireGuardCounters counters() {
        return counters;
    }

    /** True when a packet for this peer would be sealed and transmitted at once. */
    public boolean hasSession(WireGuardPeer peer, long nowNanos) {
        KeyPair pair = peer.keyPairs.current();
        return pair != null && pair.maySeal(1, nowNanos);
    }

    /** How many packets can still wait for this peer's handshake before older ones are dropped. */
    public int stagingRoom(WireGuardPeer peer) {
        return peer.staged.room();
    }

    /**
     * Seals IP packets for one peer in place and transmits them; without a session keeps copies and starts a handshake.
     *
     * @param inner packets with the room around them that {@link PacketBatch} promises; its ranges have changed afterwards
     */
    public void send(WireGuardPeer peer, PacketBatch inner, long nowNanos) {
        if (peer.isRemoved()) {
            counters.drop(DropReason.PEER_REMOVED, inner.count());
            return;
        }
        if (inner.isEmpty()) {
            return;
        }
        KeyPair pair = peer.keyPairs.current();
        if (pair != null && pair.maySeal(inner.count(), nowNanos)) {
            peer.timers.dataSent(nowNanos);
            sealAndTransmit(peer, pair, inner, nowNanos);
        } else {
            counters.drop(DropReason.STAGED_OVERFLOW, peer.staged.stage(inner));
            initiateAfresh(peer, nowNanos);
        }
        touched(peer);
    }

    /**
     * Reads datagrams of one origin, of any message type. Inner packets are opened in place and delivered in runs of one peer; the
     * batch is used up.
     */
    public void receive(PacketBatch datagrams, Origin origin, long nowNanos) {
        int count = datagrams.count();
        WireGuardPeer runPeer = null;
        int run = 0;
        announced = null;
        for (int i = 0; i < count; i++) {
            int type = MessageFormat.type(datagrams.array(), datagrams.offset(i), datagrams.length(i));
            if (type == MessageFormat.MALFORMED) {
                counters.drop(DropReason.MALFORMED);
                continue;
            }
            if (type != MessageFormat.TRANSPORT) {
                deliver(runPeer, datagrams, run);
                run = 0;
                receiveHandshake(type, datagrams.copy(i), origin, nowNanos);
                continue;
            }
            WireGuardPeer from = openTransport(datagrams, i, origin, nowNanos);
            if (from == null) {
                continue;
            }
            if (from != runPeer) {
                deliver(runPeer, datagrams, run);
                run = 0;
                runPeer = from;
            }
            datagrams.setRange(run++, datagrams.offset(i), datagrams.length(i));
        }
        deliver(runPeer, datagrams, run);
    }

    /** The time at which {@link #onTimer} wants to be called, or {@link Deadline#NONE}. */
    public long nextDeadlineNanos() {
        return wakeNanos;
    }

    public void onTimer(long nowNanos) {
        if (nowNanos < wakeNanos) {
            return;
        }
        List<WireGuardPeer> due = new ArrayList<>();
        wakeNanos = Deadline.NONE;
        for (WireGuardPeer peer : peers.all()) {
            if (nowNanos >= peer.timers.next()) {
                due.add(peer);
            } else {
                touched(peer);
            }
        }
        for (WireGuardPeer peer : due) {
            if (!peer.isRemoved()) {
                fireTimers(peer, nowNanos);
                touched(peer);
            }
        }
    }

    private void deliver(@Nullable WireGuardPeer peer, PacketBatch batch, int packets) {
        batch.setCount(packets);
        if (peer != null && packets > 0 && !peer.isRemoved()) {
            sink.deliver(peer, batch);
        }
    }

    private void receiveHandshake(int type, byte[] message, Origin origin, long nowNanos) {
        switch (type) {
            case MessageFormat.INITIATION -> {
                WireGuardPeer peer = handshakes.receiveInitiation(message, origin, nowNanos);
                if (peer != null) {
                    touched(peer);
                }
            }
            case MessageFormat.RESPONSE -> {
                WireGuardPeer peer = handshakes.receiveResponse(message, origin, nowNanos);
                if (peer != null) {
                    established(peer, nowNanos);
                    touched(peer);
                }
            }
            case MessageFormat.COOKIE_REPLY -> handshakes.receiveCookieReply(message, nowNanos);
            default -> throw new IllegalArgumentException("no handshake message: type " + type);
        }
    }

    /** Opens datagram {@code i} and narrows it to its IP packet; null when there is none to deliver. */
    private @Nullable WireGuardPeer openTransport(PacketBatch batch, int i, Origin origin, long nowNanos) {
        byte[] array = batch.array();
        int offset = batch.offset(i);
        int length = batch.length(i);
        int receiver = Endian.intLe(array, offset + MessageFormat.RECEIVER_AT);
        if (!(indices.lookup(receiver) instanceof KeyPair pair)) {
            counters.drop(DropReason.UNKNOWN_INDEX);
            return null;
        }
        if (pair.isExpired(nowNanos)) {
            counters.drop(DropReason.KEY_EXPIRED);
            return null;
        }
        if (!pair.isFresh(Endian.longLe(array, offset + MessageFormat.COUNTER_AT))) {
            counters.drop(DropReason.REPLAYED);
            return null;
        }
        if (!pair.open(batch, i)) {
            counters.drop(DropReason.NOT_AUTHENTIC);
            return null;
        }
        WireGuardPeer peer = pair.peer();
        peer.received(length);
        authentic(peer, pair, origin, batch.length(i) > 0, nowNanos);
        return batch.length(i) == 0 ? null : sourceChecked(peer, batch, i);
    }

    private void authentic(WireGuardPeer peer, KeyPair pair, Origin origin, boolean data, long nowNanos) {
        if (announced != peer) {
            announced = peer;
            sink.authenticated(peer, origin);
        }
        peer.timers.authenticatedReceived(nowNanos);
        if (data) {
            peer.timers.dataReceived(nowNanos);
        }
        if (peer.keyPairs.confirm(pair)) {
            established(peer, nowNanos);
        }
        if (pair.isInitiator()
                && !peer.lastMinuteRekeyDone
                && pair == peer.keyPairs.current()
                && pair.ageNanos(nowNanos) > Limits.REKEY_ON_RECEIVE_NANOS) {
            peer.lastMinuteRekeyDone = true;
            initiateAfresh(peer, nowNanos);
        }
        touched(peer);
    }

    private @Nullable WireGuardPeer sourceChecked(WireGuardPeer peer, PacketBatch batch, int i) {
        byte[] array = batch.array();
        int offset = batch.offset(i);
        int total = InnerPacket.totalLength(array, offset, batch.length(i));
        if (total < 0) {
            counters.drop(DropReason.INNER_MALFORMED);
            return null;
        }
        if (peers.sourceOwner(array, offset) != peer) {
            counters.drop(DropReason.INNER_SOURCE);
            return null;
        }
        batch.setRange(i, offset, total);
        return peer;
    }

    /** A handshake is complete: what waited goes out, or an empty packet, without which a responder may not send. */
    private void established(WireGuardPeer peer, long nowNanos) {
        peer.handshakeComplete(nowNanos);
        KeyPair pair = peer.keyPairs.current();
        if (pair == null || peer.isRemoved()) {
            return;
        }
        boolean waiting = !peer.staged.isEmpty();
        while (!peer.staged.isEmpty()) {
            flushing.clear();
            peer.staged.moveTo(flushing);
            if (flushing.isEmpty()) {
                counters.drop(DropReason.STAGED_ABANDONED, peer.staged.clear());
                break;
            }
            peer.timers.dataSent(nowNanos);
            sealAndTransmit(peer, pair, flushing, nowNanos);
        }
        if (!waiting && pair.isInitiator()) {
            sendKeepalive(peer, pair, nowNanos);
        }
        sink.sessionEstablished(peer);
    }

    private void sealAndTransmit(WireGuardPeer peer, KeyPair pair, PacketBatch batch, long nowNanos) {
        for (int i = 0; i < batch.count(); i++) {
            pair.seal(batch, i);
        }
        peer.timers.authenticatedSent(nowNanos);
        peer.sent(batch.totalBytes());
        sink.transmit(peer, batch);
        if (peer.sessionInDoubt || pair.wantsRekeyOnSend(nowNanos)) {
            initiateAfresh(peer, nowNanos);
        }
    }

    private void sendKeepalive(WireGuardPeer peer, KeyPair pair, long nowNanos) {
        flushing.clear();
        flushing.reserve(0);
        sealAndTransmit(peer, pair, flushing, nowNanos);
    }

    private void initiateAfresh(WireGuardPeer peer, long nowNanos) {
        peer.attempts = 0;
        handshakes.initiate(peer, nowNanos);
    }

    private void fireTimers(WireGuardPeer peer, long nowNanos) {
        PeerTimers timers = peer.timers;
        if (timers.takeRetransmit(nowNanos)) {
            retryOrGiveUp(peer, nowNanos);
        }
        if (timers.takeKeepalive(nowNanos)) {
            boolean another = timers.takeAnotherKeepalive();
            keepaliveIfPossible(peer, nowNanos);
            if (another) {
                timers.dataReceived(nowNanos);
            }
        }
        if (timers.takeNewHandshake(nowNanos)) {
            initiateAfresh(peer, nowNanos);
        }
        if (timers.takeZeroKeys(nowNanos)) {
            handshakes.forgetPending(peer);
            peer.keyPairs.clear();
            counters.drop(DropReason.STAGED_ABANDONED, peer.staged.clear());
        }
        if (timers.takePersistent(nowNanos) && !keepaliveIfPossible(peer, nowNanos)) {
            initiateAfresh(peer, nowNanos);
        }
    }

    private boolean keepaliveIfPossible(WireGuardPeer peer, long nowNanos) {
        KeyPair pair = peer.keyPairs.current();
        if (pair == null || !pair.maySeal(1, nowNanos)) {
            return false;
        }
        sendKeepalive(peer, pair, nowNanos);
        return true;
    }

    private void retryOrGiveUp(WireGuardPeer peer, long nowNanos) {
        if (peer.attempts <= Limits.MAX_RETRY_ATTEMPTS) {
            peer.attempts += peer.isRepeatedSoon() ? 0 : 1;
            handshakes.initiate(peer, nowNanos);
            return;
        }
        handshakes.forgetPending(peer);
        peer.timers.givenUp(nowNanos);
        counters.drop(DropReason.STAGED_ABANDONED, peer.staged.clear());
        sink.handshakeGivenUp(peer);
    }

    private void touched(WireGuardPeer peer) {
        wakeNanos = Math.min(wakeNanos, peer.timers.next());
    }
}
