package pt.sunbeam.wireguard;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.crypto.XChaCha20Poly1305;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.noise.IkPsk2Initiator;
import pt.sunbeam.noise.IkPsk2Responder;
import pt.sunbeam.noise.TransportKeys;

/**
 * Makes and reads the three handshake messages (WireGuard paper, sections 5.4.2 to 5.4.7), in both roles.
 *
 * <p>The order of checks is the idea: what is cheap comes first, and nothing about a peer changes before its message has
 * been authenticated. As initiator and as responder a peer has separate state, so that initiations which cross both
 * complete. A response follows its initiation at once; there is no "initiation consumed" state to keep.
 */
final class Handshakes {
    /** Tailnets use no pre-shared keys. */
    private static final byte[] NO_PRESHARED_KEY = new byte[32];

    private final byte[] staticPrivate;
    private final byte[] ownMac1Key;
    private final byte[] prologue = MessageFormat.prologue();
    private final RandomGenerator random;
    private final TimestampSource timestamps;
    private final PeerTable peers;
    private final IndexTable indices;
    private final HandshakeGate gate;
    private final WireGuardSink sink;
    private final WireGuardCounters counters;
    private final PacketBatch outgoing = PacketBatch.ofPackets(1, MessageFormat.INITIATION_BYTES);

    Handshakes(
            NodePrivate self,
            RandomGenerator random,
            TimestampSource timestamps,
            PeerTable peers,
            IndexTable indices,
            WireGuardSink sink,
            WireGuardCounters counters) {
        byte[] ownPublic = self.publicKey().toBytes();
        this.staticPrivate = self.toBytes();
        this.ownMac1Key = MessageMacs.mac1Key(ownPublic);
        this.random = random;
        this.timestamps = timestamps;
        this.peers = peers;
        this.indices = indices;
        this.gate = new HandshakeGate(ownPublic, random);
        this.sink = sink;
        this.counters = counters;
    }

    /** Sends an initiation, or sees to it that one follows when the last handshake message is less than 5 s old. */
    void initiate(WireGuardPeer peer, long nowNanos) {
        if (nowNanos < peer.nextInitiationNanos) {
            if (!peer.timers.isRetransmitArmed()) {
                peer.timers.initiated(peer.nextInitiationNanos);
            }
            return;
        }
        forgetPending(peer);
        var noise = new IkPsk2Initiator(staticPrivate, peer.staticPublic, NO_PRESHARED_KEY, prologue, random);
        byte[] body = noise.initiation(timestamps.next().toBytes());
        if (body == null) {
            counters.drop(DropReason.UNUSABLE_PEER_KEY, peer.staged.clear());
            return;
        }
        var pending = new PendingInitiation(peer, indices.draw(), noise, nowNanos);
        indices.put(pending);
        peer.pending = pending;
        byte[] message = new byte[MessageFormat.INITIATION_BYTES];
        Endian.putIntLe(message, 0, MessageFormat.INITIATION);
        Endian.putIntLe(message, MessageFormat.SENDER_INDEX_AT, pending.localIndex());
        System.arraycopy(body, 0, message, MessageFormat.INITIATION_NOISE_AT, body.length);
        long retryNanos = nowNanos + peer.retryAfterNanos();
        peer.timers.initiated(retryNanos);
        peer.firstInitiations++;
        counters.initiationSent();
        transmit(peer, message, nowNanos);
        peer.nextInitiationNanos = retryNanos;
    }

    /** Ends our unanswered initiation. */
    void forgetPending(WireGuardPeer peer) {
        PendingInitiation pending = peer.pending;
        if (pending != null) {
            indices.remove(pending);
            pending.noise().wipe();
            peer.pending = null;
        }
    }

    /** The peer whose authentic initiation has been answered, else null. */
    @Nullable
    WireGuardPeer receiveInitiation(byte[] message, Origin origin, long nowNanos) {
        if (!passesGate(message, origin, nowNanos)) {
            return null;
        }
        var noise = new IkPsk2Responder(staticPrivate, prologue);
        byte[] body = noiseBody(message, MessageFormat.INITIATION_NOISE_AT, MessageFormat.INITIATION_NOISE_BYTES);
        byte[] claimed = noise.readStatic(body);
        if (claimed == null) {
            counters.drop(DropReason.HANDSHAKE_NOT_AUTHENTIC);
            return null;
        }
        NodePublic key = new NodePublic(claimed);
        WireGuardPeer peer = peers.get(key);
        if (peer == null) {
            counters.drop(DropReason.UNKNOWN_PEER);
            return null;
        }
        if (isMisattributed(origin, key)) {
            counters.drop(DropReason.RELAY_SOURCE);
            return null;
        }
        byte[] payload = noise.readPayload(body);
        if (payload == null) {
            counters.drop(DropReason.HANDSHAKE_NOT_AUTHENTIC);
            return null;
        }
        Tai64n timestamp = Tai64n.read(payload, 0);
        DropReason refusal = refusal(peer, timestamp, nowNanos);
        if (refusal != null) {
            counters.drop(refusal);
            return null;
        }
        peer.greatestTimestamp = timestamp;
        peer.nextAcceptedInitiationNanos = nowNanos + Limits.INITIATION_SPACING_NANOS;
        peer.received(message.length);
        peer.timers.authenticatedReceived(nowNanos);
        sink.authenticated(peer, origin);
        respond(peer, noise, Endian.intLe(message, MessageFormat.SENDER_INDEX_AT), nowNanos);
        return peer;
    }

    private static @Nullable DropReason refusal(WireGuardPeer peer, Tai64n timestamp, long nowNanos) {
        if (timestamp.compareTo(peer.greatestTimestamp) <= 0) {
            return DropReason.HANDSHAKE_REPLAYED;
        }
        return nowNanos < peer.nextAcceptedInitiationNanos ? DropReason.HANDSHAKE_FLOOD : null;
    }

    private void respond(WireGuardPeer peer, IkPsk2Responder noise, int remoteIndex, long nowNanos) {
        byte[] body = noise.response(NO_PRESHARED_KEY, new byte[0], random);
        if (body == null || peer.isRemoved()) {
            counters.drop(DropReason.HANDSHAKE_NOT_AUTHENTIC);
            return;
        }
        int localIndex = indices.draw();
        byte[] message = new byte[MessageFormat.RESPONSE_BYTES];
        Endian.putIntLe(message, 0, MessageFormat.RESPONSE);
        Endian.putIntLe(message, MessageFormat.SENDER_INDEX_AT, localIndex);
        Endian.putIntLe(message, MessageFormat.RESPONSE_RECEIVER_AT, remoteIndex);
        System.arraycopy(body, 0, message, MessageFormat.RESPONSE_NOISE_AT, body.length);
        peer.keyPairs.responded(new KeyPair(peer, localIndex, remoteIndex, false, noise.keys(), nowNanos));
        peer.timers.sessionDerived(nowNanos);
        counters.responseSent();
        transmit(peer, message, nowNanos);
    }

    /** The peer whose session an authentic response completes, else null. */
    @Nullable
    WireGuardPeer receiveResponse(byte[] message, Origin origin, long nowNanos) {
        int receiver = Endian.intLe(message, MessageFormat.RESPONSE_RECEIVER_AT);
        if (!(indices.lookup(receiver) instanceof PendingInitiation pending)) {
            counters.drop(DropReason.UNKNOWN_INDEX);
            return null;
        }
        if (!passesGate(message, origin, nowNanos)) {
            return null;
        }
        WireGuardPeer peer = pending.peer();
        if (isMisattributed(origin, peer.key())) {
            counters.drop(DropReason.RELAY_SOURCE);
            return null;
        }
        TransportKeys keys = pending.noise()
                .finish(noiseBody(message, MessageFormat.RESPONSE_NOISE_AT, MessageFormat.RESPONSE_NOISE_BYTES));
        if (keys == null) {
            counters.drop(DropReason.HANDSHAKE_NOT_AUTHENTIC);
            return null;
        }
        int remoteIndex = Endian.intLe(message, MessageFormat.SENDER_INDEX_AT);
        peer.pending = null;
        peer.keyPairs.initiated(new KeyPair(peer, receiver, remoteIndex, true, keys, nowNanos));
        peer.received(message.length);
        peer.timers.authenticatedReceived(nowNanos);
        peer.timers.sessionDerived(nowNanos);
        sink.authenticated(peer, origin);
        return peer;
    }

    /** Keeps an authentic cookie for the next handshake message; the ordinary retry will carry it. */
    void receiveCookieReply(byte[] message, long nowNanos) {
        IndexTable.Entry entry = indices.lookup(Endian.intLe(message, MessageFormat.RECEIVER_AT));
        if (entry == null) {
            counters.drop(DropReason.UNKNOWN_INDEX);
            return;
        }
        WireGuardPeer peer = entry.peer();
        byte[] mac1 = peer.lastMac1;
        byte[] nonce = Arrays.copyOfRange(message, MessageFormat.COOKIE_NONCE_AT, MessageFormat.COOKIE_SEALED_AT);
        byte[] sealed = Arrays.copyOfRange(message, MessageFormat.COOKIE_SEALED_AT, message.length);
        byte[] cookie = mac1 == null
                ? null
                : XChaCha20Poly1305.open(MessageMacs.cookieKey(peer.staticPublic), nonce, mac1, sealed);
        if (cookie == null) {
            counters.drop(DropReason.COOKIE_NOT_AUTHENTIC);
            return;
        }
        peer.cookie = cookie;
        peer.cookieUntilNanos = nowNanos + Limits.COOKIE_NANOS;
        // One reply to one message: a copy of it must not prolong the cookie's life.
        peer.lastMac1 = null;
    }

    private boolean passesGate(byte[] message, Origin origin, long nowNanos) {
        if (!MessageMacs.mac1Matches(message, ownMac1Key)) {
            counters.drop(DropReason.MAC1);
            return false;
        }
        return switch (gate.admit(message, origin, nowNanos)) {
            case ADMIT -> true;
            case DROP -> {
                counters.drop(DropReason.HANDSHAKE_RATE);
                yield false;
            }
            case COOKIE -> {
                counters.drop(DropReason.COOKIE_REQUIRED);
                counters.cookieReplySent();
                sink.reply(origin, gate.reply(message, origin, nowNanos));
                yield false;
            }
        };
    }

    private void transmit(WireGuardPeer peer, byte[] message, long nowNanos) {
        peer.lastMac1 = MessageMacs.stamp(message, peer.mac1Key, peer.cookie(nowNanos));
        peer.nextInitiationNanos = nowNanos + Limits.REKEY_TIMEOUT_NANOS;
        peer.timers.authenticatedSent(nowNanos);
        peer.sent(message.length);
        outgoing.clear();
        outgoing.add(message, 0, message.length);
        sink.transmit(peer, outgoing);
    }

    private static boolean isMisattributed(Origin origin, NodePublic key) {
        return origin instanceof Origin.Relay relay && !relay.source().equals(key);
    }

    private static byte[] noiseBody(byte[] message, int at, int length) {
        return Arrays.copyOfRange(message, at, at + length);
    }
}
