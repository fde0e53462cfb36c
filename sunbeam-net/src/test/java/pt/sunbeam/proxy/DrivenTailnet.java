package pt.sunbeam.proxy;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.Egress;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.drive.DrivenSocket;
import pt.sunbeam.netstack.drive.DrivenStack;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.time.Deadline;

/** A tailnet of two: our stack, and one peer that the test drives. In virtual time; confined to the loop. */
final class DrivenTailnet implements Tailnet {
    static final int PORT = 80;

    private static final IpAddress OURS = IpAddress.v4(0x64400001);
    private static final IpAddress THEIRS = IpAddress.v4(0x64400002);
    private static final long SOON = Deadline.millis(50);

    final Stack stack;
    final DrivenStack peer = new DrivenStack(List.of(THEIRS), new SplittableRandom(2));
    private final Egress egress;
    private final PacketBatch batch = PacketBatch.ofPackets(1, 65535);
    private long nowNanos = Deadline.SECOND;
    private boolean pumping;
    /** The peer hears nothing. */
    boolean silent;

    /** Nobody carries the peer's address. */
    boolean unroutable;

    /** Nobody has the name that the forward leads to. */
    boolean nameless;

    /** What the server says against the peer's address. */
    String refusal = "";

    @Nullable
    DrivenSocket accepted;

    DrivenTailnet() {
        Egress[] only = new Egress[1];
        stack = new Stack(StackConfig.DEFAULT, new SplittableRandom(1), address -> unroutable ? null : only[0]);
        egress = stack.newEgress("peer", e -> {});
        only[0] = egress;
        stack.setAddresses(List.of(OURS));
    }

    @Override
    public @Nullable IpAddress resolve(String host) {
        return nameless ? null : THEIRS;
    }

    @Override
    public String refusal(IpAddress address) {
        return refusal;
    }

    @Override
    public ConnectResult connect(IpEndpoint remote, TcpEvents events) {
        ConnectResult result = stack.connect(remote, ConnectOptions.DEFAULT, events, nowNanos);
        pump();
        return result;
    }

    @Override
    public void beginTurn() {
        stack.at(nowNanos);
    }

    /** Carries packets both ways until there are none; a timer that is due soon may fire meanwhile. */
    @Override
    public void pump() {
        if (pumping) {
            return;
        }
        pumping = true;
        while (carry() || waitAtMost(SOON)) {
            accepted = accepted == null ? peer.accept(PORT) : accepted;
        }
        accepted = accepted == null ? peer.accept(PORT) : accepted;
        pumping = false;
    }

    private boolean carry() {
        boolean any = false;
        while (stack.isReady(egress)) {
            batch.clear();
            if (stack.pull(egress, batch, 65535, nowNanos) == 0) {
                break;
            }
            any = true;
            if (!silent) {
                peer.input(batch.copy(0), nowNanos);
            }
        }
        for (byte[] p = peer.output(nowNanos); p != null; p = peer.output(nowNanos)) {
            any = true;
            batch.clear();
            batch.add(p, 0, p.length);
            stack.input(batch, nowNanos);
        }
        return any;
    }

    private boolean waitAtMost(long limitNanos) {
        long next = Math.min(stack.nextDeadlineNanos(), peer.nextDeadlineNanos());
        if (next - nowNanos > limitNanos) {
            return false;
        }
        nowNanos = Math.max(next, nowNanos);
        stack.advance(nowNanos);
        peer.advance(nowNanos);
        return true;
    }

    /** Time passes, timers fire. */
    void pass(long nanos) {
        long end = nowNanos + nanos;
        while (Math.min(stack.nextDeadlineNanos(), peer.nextDeadlineNanos()) <= end) {
            waitAtMost(end - nowNanos);
            pump();
        }
        nowNanos = Math.max(nowNanos, end);
        stack.advance(nowNanos);
        peer.advance(nowNanos);
        pump();
    }

    /** The peer leaves the tailnet. */
    void removePeer() {
        stack.abortAll(egress, ResetCause.PEER_GONE);
    }

    long nowNanos() {
        return nowNanos;
    }
}
