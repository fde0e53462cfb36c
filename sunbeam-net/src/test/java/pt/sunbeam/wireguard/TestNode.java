package pt.sunbeam.wireguard;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.ip.IpPrefix;
import pt.sunbeam.keys.NodePrivate;
import pt.sunbeam.keys.NodePublic;
import pt.sunbeam.time.Deadline;

/** One interface with its recorder, an address 100.64.0.{@code n}, and a clock that others set. */
final class TestNode {
    static final long SECOND = Deadline.SECOND;

    final int number;
    final NodePrivate key;
    final Recorder sink = new Recorder();
    final WireGuard wireGuard;
    long nowNanos;

    TestNode(int number) {
        this(number, new NodePrivate(filled(number)), new ScriptedRandom(number));
    }

    TestNode(int number, NodePrivate key, ScriptedRandom random) {
        this.number = number;
        this.key = key;
        var timestamps = new TimestampSource(
                () -> Instant.ofEpochSecond(1_700_000_000, 0x12000000).plusNanos(nowNanos));
        this.wireGuard = new WireGuard(key, random, timestamps, sink);
    }

    private static byte[] filled(int number) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) (17 * number));
        return bytes;
    }

    NodePublic publicKey() {
        return key.publicKey();
    }

    IpAddress address() {
        return IpAddress.v4(0x64400000 | number);
    }

    Origin origin() {
        return new Origin.Udp(new IpEndpoint(IpAddress.v4(0x0a000000 | number), 41641));
    }

    WireGuardPeer knows(TestNode other) {
        return wireGuard.putPeer(other.publicKey(), List.of(IpPrefix.single(other.address())));
    }

    WireGuardPeer peer(TestNode other) {
        return wireGuard.peer(other.publicKey());
    }

    /** Sends a packet of ours to {@code other} whose last byte is {@code mark}. */
    void send(TestNode other, int mark) {
        wireGuard.send(peer(other), batch(packet(address(), other.address(), mark)), nowNanos);
    }

    void wayChangedTo(TestNode other) {
        wireGuard.wayChanged(peer(other), nowNanos);
    }

    void receive(Origin origin, byte[]... datagrams) {
        wireGuard.receive(batch(datagrams), origin, nowNanos);
    }

    void receive(TestNode from, List<byte[]> datagrams) {
        receive(from.origin(), datagrams.toArray(byte[][]::new));
    }

    /** The marks of all packets delivered since the last call. */
    List<Integer> takeMarks() {
        List<Integer> marks = new ArrayList<>();
        sink.takeDelivered().forEach(packet -> marks.add(packet[packet.length - 1] & 0xff));
        return marks;
    }

    /** Moves datagrams between two nodes until both are silent. */
    static void exchange(TestNode a, TestNode b) {
        List<byte[]> fromA = a.sink.takeTransmitted();
        List<byte[]> fromB = b.sink.takeTransmitted();
        while (!fromA.isEmpty() || !fromB.isEmpty()) {
            b.receive(a, fromA);
            a.receive(b, fromB);
            fromA = a.sink.takeTransmitted();
            fromB = b.sink.takeTransmitted();
        }
    }

    /** Runs all timers up to {@code untilNanos}, carrying datagrams between the nodes. */
    static void runUntil(long untilNanos, TestNode a, TestNode b) {
        long next = Math.min(a.wireGuard.nextDeadlineNanos(), b.wireGuard.nextDeadlineNanos());
        while (next <= untilNanos) {
            a.at(Math.max(next, a.nowNanos));
            b.at(Math.max(next, b.nowNanos));
            exchange(a, b);
            next = Math.min(a.wireGuard.nextDeadlineNanos(), b.wireGuard.nextDeadlineNanos());
        }
        a.at(untilNanos);
        b.at(untilNanos);
    }

    /** Runs our timers one by one up to {@code untilNanos}, keeping what they transmit. */
    void runAloneUntil(long untilNanos) {
        while (wireGuard.nextDeadlineNanos() <= untilNanos) {
            at(Math.max(nowNanos, wireGuard.nextDeadlineNanos()));
        }
        at(untilNanos);
    }

    void at(long nanos) {
        nowNanos = nanos;
        wireGuard.onTimer(nanos);
    }

    static PacketBatch batch(byte[]... packets) {
        PacketBatch batch = PacketBatch.ofPackets(Math.max(1, packets.length), 1600);
        for (byte[] packet : packets) {
            batch.add(packet, 0, packet.length);
        }
        return batch;
    }

    /** An IPv4 packet of 21 bytes: a header and a mark. */
    static byte[] packet(IpAddress source, IpAddress destination, int mark) {
        byte[] b = new byte[21];
        b[0] = 0x45;
        Endian.putShortBe(b, 2, b.length);
        b[8] = 64;
        b[9] = 17;
        source.write(b, 12);
        destination.write(b, 16);
        b[20] = (byte) mark;
        return b;
    }
}
