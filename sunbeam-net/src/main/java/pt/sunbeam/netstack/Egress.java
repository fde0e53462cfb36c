package pt.sunbeam.netstack;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.tcp.TcpPath;

/**
 * One peer as the stack sees it: where its packets leave. The data plane creates one for each peer, hears when it becomes
 * ready, and pulls from it when the way to the peer can take packets.
 *
 * <p>Confined to the stack's owner thread.
 */
public final class Egress extends TcpPath {
    /** Finished packets (resets, echo replies) that may wait. */
    private static final int MAX_REPLIES = 256;

    private final Object attachment;
    private final Consumer<Egress> onReady;
    private final StackCounters counters;
    private final ArrayDeque<byte[]> replies = new ArrayDeque<>();

    /**
     * @param attachment what the data plane knows the peer by
     * @param onReady called when there is something to pull after there was nothing; must only take a note, as it runs in
     *     the midst of other work
     */
    public Egress(Object attachment, Consumer<Egress> onReady, StackCounters counters) {
        this.attachment = attachment;
        this.onReady = onReady;
        this.counters = counters;
    }

    public Object attachment() {
        return attachment;
    }

    @Override
    protected void becameReady() {
        onReady.accept(this);
    }

    @Override
    protected void reply(byte[] packet) {
        if (replies.size() >= MAX_REPLIES) {
            counters.drop(DropCause.CONTROL_QUEUE_FULL);
            return;
        }
        replies.add(packet);
        announceReply();
    }

    private void announceReply() {
        if (replies.size() == 1) {
            onReady.accept(this);
        }
    }

    boolean isReady() {
        return !replies.isEmpty() || hasSegments();
    }

    int pull(PacketBatch out, int maxBytes, int mtuBytes, long nowNanos) {
        int before = out.count();
        int left = maxBytes;
        byte[] reply = replies.peek();
        while (reply != null && reply.length <= left && out.fits(reply.length)) {
            out.add(reply, 0, reply.length);
            left -= reply.length;
            replies.remove();
            reply = replies.peek();
        }
        if (reply == null) {
            pullSegments(out, left, mtuBytes, nowNanos);
        }
        return out.count() - before;
    }
}
