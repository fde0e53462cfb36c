package pt.sunbeam.wireguard;

import java.util.ArrayList;
import java.util.List;
import pt.sunbeam.bytes.PacketBatch;

/** A sink that keeps copies of everything. */
class Recorder implements WireGuardSink {
    record Sent(WireGuardPeer peer, List<byte[]> datagrams) {}

    final List<Sent> transmitted = new ArrayList<>();
    final List<byte[]> replies = new ArrayList<>();
    final List<Sent> delivered = new ArrayList<>();
    final List<WireGuardPeer> authenticated = new ArrayList<>();
    final List<WireGuardPeer> established = new ArrayList<>();
    final List<WireGuardPeer> givenUp = new ArrayList<>();

    @Override
    public void transmit(WireGuardPeer peer, PacketBatch sealed) {
        transmitted.add(new Sent(peer, copies(sealed)));
    }

    @Override
    public void reply(Origin origin, byte[] datagram) {
        replies.add(datagram);
    }

    @Override
    public void deliver(WireGuardPeer peer, PacketBatch inner) {
        delivered.add(new Sent(peer, copies(inner)));
    }

    @Override
    public void authenticated(WireGuardPeer peer, Origin origin) {
        authenticated.add(peer);
    }

    @Override
    public void sessionEstablished(WireGuardPeer peer) {
        established.add(peer);
    }

    @Override
    public void handshakeGivenUp(WireGuardPeer peer) {
        givenUp.add(peer);
    }

    /** All datagrams transmitted since the last call, in order. */
    List<byte[]> takeTransmitted() {
        List<byte[]> all = new ArrayList<>();
        transmitted.forEach(sent -> all.addAll(sent.datagrams()));
        transmitted.clear();
        return all;
    }

    /** All inner packets delivered since the last call, in order. */
    List<byte[]> takeDelivered() {
        List<byte[]> all = new ArrayList<>();
        delivered.forEach(sent -> all.addAll(sent.datagrams()));
        delivered.clear();
        return all;
    }

    private static List<byte[]> copies(PacketBatch batch) {
        List<byte[]> out = new ArrayList<>();
        for (int i = 0; i < batch.count(); i++) {
            out.add(batch.copy(i));
        }
        return out;
    }
}
