package pt.sunbeam.path;

import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.disco.DiscoMessage;
import pt.sunbeam.disco.DiscoMessage.CallMeMaybe;
import pt.sunbeam.disco.DiscoMessage.Ping;
import pt.sunbeam.disco.TxId;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.keys.DiscoPublic;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.path.PathCounters.Drop;
import pt.sunbeam.path.SentPings.SentPing;

/** Sends pings and CallMeMaybes to one peer, and keeps the pings that wait for a pong. */
final class DiscoSender {
    final SentPings pings = new SentPings();
    private final OwnNode own;
    private final NodePublic peer;
    private DiscoPublic disco = DiscoPublic.ZERO;
    private int homeRegion;
    private int heardRegion;

    DiscoSender(OwnNode own, NodePublic peer) {
        this.own = own;
        this.peer = peer;
    }

    DiscoPublic disco() {
        return disco;
    }

    void setDisco(DiscoPublic key) {
        disco = key;
        pings.clear();
    }

    void setHomeRegion(int region) {
        homeRegion = region;
    }

    void heardThrough(int region) {
        heardRegion = region;
    }

    /** The peer's home, else where it was heard; 0 when neither is known. */
    int relayRegion() {
        return homeRegion != 0 ? homeRegion : heardRegion;
    }

    /** Pings {@code candidate}; whether it may be is the caller's question. */
    void ping(Candidate candidate, @Nullable PingListener listener, long nowNanos) {
        byte[] packet = newPing(candidate.endpoint, listener, nowNanos);
        if (packet != null) {
            candidate.pinged(nowNanos);
            own.sink.sendDatagram(candidate.endpoint, packet);
        }
    }

    void pingThroughRelay(PingListener listener, long nowNanos) {
        int region = relayRegion();
        byte[] packet = region == 0 ? null : newPing(null, listener, nowNanos);
        if (packet != null) {
            own.sink.sendRelayed(region, peer, packet);
        }
    }

    private byte @Nullable [] newPing(@Nullable IpEndpoint to, @Nullable PingListener listener, long nowNanos) {
        TxId txId = TxId.random(own.random);
        byte[] packet = seal(new Ping(txId, own.key, 0));
        if (packet != null) {
            pings.add(txId, new SentPing(to, nowNanos, listener));
            own.counters.pingSent();
        }
        return packet;
    }

    void call(List<IpEndpoint> endpoints) {
        int region = relayRegion();
        byte[] packet = region == 0 ? null : seal(CallMeMaybe.of(endpoints));
        if (packet != null) {
            own.counters.callSent();
            own.sink.sendRelayed(region, peer, packet);
        }
    }

    private byte @Nullable [] seal(DiscoMessage.Sendable message) {
        byte[] packet = own.box.seal(disco, message);
        if (packet == null) {
            own.counters.drop(Drop.WEAK_KEY);
        }
        return packet;
    }
}
