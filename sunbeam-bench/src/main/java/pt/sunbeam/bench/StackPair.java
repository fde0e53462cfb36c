package pt.sunbeam.bench;

import java.util.List;
import java.util.SplittableRandom;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.Egress;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.time.Deadline;

/** Two stacks that hand each other batches in virtual time: no socket, no encryption, one thread. */
final class StackPair {
    private static final IpAddress A = IpAddress.v4(0x64400001);
    private static final IpAddress B = IpAddress.v4(0x64400002);
    private static final int PORT = 80;
    private static final long TURN_NANOS = 10_000;

    private final Stack a;
    private final Stack b;
    private final Egress toB;
    private final Egress toA;
    private final PacketBatch batch = PacketBatch.ofPackets(48, 1280);
    private long nowNanos = Deadline.SECOND;
    private long packets;

    private final BulkSource writer = new BulkSource();
    private final BulkSink reader = new BulkSink();

    StackPair() {
        Egress[] egress = new Egress[2];
        a = new Stack(StackConfig.DEFAULT, new SplittableRandom(1), address -> egress[0]);
        b = new Stack(StackConfig.DEFAULT, new SplittableRandom(2), address -> egress[1]);
        toB = a.newEgress("b", e -> {});
        toA = b.newEgress("a", e -> {});
        egress[0] = toB;
        egress[1] = toA;
        a.setAddresses(List.of(A));
        b.setAddresses(List.of(B));
        b.listen(PORT, c -> reader);
    }

    /** Opens a connection that writes without end. */
    void openBulk() {
        open(writer);
    }

    /** Opens connections that say nothing. */
    void openIdle(int count) {
        for (int i = 0; i < count; i++) {
            open(new TcpEvents() {});
            turn();
        }
        while (turn()) {
            // until the last handshake is over
        }
    }

    private void open(TcpEvents events) {
        a.connect(new IpEndpoint(B, PORT), ConnectOptions.DEFAULT, events, nowNanos);
    }

    /** Carries what waits, both ways, and moves time on; false when nothing waited. */
    boolean turn() {
        boolean moved = carry(a, toB, b);
        moved |= carry(b, toA, a);
        nowNanos += moved ? TURN_NANOS : Deadline.MILLI;
        a.advance(nowNanos);
        b.advance(nowNanos);
        return moved;
    }

    private boolean carry(Stack from, Egress out, Stack to) {
        batch.clear();
        if (!from.isReady(out) || from.pull(out, batch, Integer.MAX_VALUE, nowNanos) == 0) {
            return false;
        }
        packets += batch.count();
        batch.setArrivalNanos(nowNanos);
        to.input(batch, nowNanos);
        return true;
    }

    /** Runs until {@code bytes} more have been received. */
    void move(long bytes) {
        long end = reader.receivedBytes() + bytes;
        while (reader.receivedBytes() < end) {
            turn();
        }
    }

    /** Runs until {@code count} more packets have been carried. */
    void carryPackets(long count) {
        long end = packets + count;
        while (packets < end) {
            turn();
        }
    }

    int connections() {
        return a.status().connections();
    }
}
