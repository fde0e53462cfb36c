package pt.sunbeam.netstack;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.datagram.PacketPath;
import pt.sunbeam.netstack.memory.ChunkFifo;
import pt.sunbeam.netstack.memory.ChunkPool;
import pt.sunbeam.netstack.tcp.TcpPath;

/**
 * One peer as the stack sees it: where its packets leave. The data plane creates one for each peer, hears when it becomes
 * ready, and pulls from it when the way to the peer can take packets.
 *
 * <p>Replies go first, then some datagrams, then segments. Confined to the stack's owner thread.
 */
public final class Egress extends TcpPath implements PacketPath {
    /** Finished packets (resets, echo replies) that may wait. */
    private static final int MAX_REPLIES = 256;

    private static final int MAX_DATAGRAM_PACKETS = 512;
    private static final int MAX_DATAGRAM_BYTES = 512 << 10;

    /** Packets of datagrams that leave before segments have a turn. */
    private static final int DATAGRAM_QUANTUM = 32;

    private final Object attachment;
    private final Consumer<Egress> onReady;
    private final StackCounters counters;
    private final ArrayDeque<byte[]> replies = new ArrayDeque<>();
    private final ChunkFifo datagrams;

    /**
     * @param attachment what the data plane knows the peer by
     * @param onReady called when there is something to pull after there was nothing; must only take a note, as it runs in
     *     the midst of other work
     */
    Egress(Object attachment, Consumer<Egress> onReady, StackCounters counters, ChunkPool chunks) {
        this.attachment = attachment;
        this.onReady = onReady;
        this.counters = counters;
        datagrams = new ChunkFifo(chunks, MAX_DATAGRAM_PACKETS, MAX_DATAGRAM_BYTES);
    }

    public Object attachment() {
        return attachment;
    }

    @Override
    protected void becameReady() {
        onReady.accept(this);
    }

    @Override
    public void reply(byte[] packet) {
        if (replies.size() >= MAX_REPLIES) {
            counters.drop(DropCause.CONTROL_QUEUE_FULL);
            return;
        }
        replies.add(packet);
        if (replies.size() == 1) {
            onReady.accept(this);
        }
    }

    @Override
    public boolean hasRoom(int packets, int bytes) {
        if (!datagrams.hasRoom(packets, bytes)) {
            counters.drop(DropCause.DATAGRAM_SEND_QUEUE_FULL);
            return false;
        }
        if (!datagrams.hasMemory(bytes)) {
            counters.drop(DropCause.DATAGRAM_MEMORY);
            return false;
        }
        return true;
    }

    @Override
    public void send(byte[] b, int offset, int length) {
        boolean first = datagrams.isEmpty();
        datagrams.add(b, offset, length);
        if (first) {
            onReady.accept(this);
        }
    }

    /** Nobody will pull any more: what waits is dropped, but for the replies that tell of the end. */
    void dropDatagrams() {
        datagrams.clear();
    }

    boolean isReady() {
        return !replies.isEmpty() || !datagrams.isEmpty() || hasSegments();
    }

    int pull(PacketBatch out, int maxBytes, int mtuBytes, long nowNanos) {
        int before = out.count();
        int left = pullReplies(out, maxBytes);
        if (replies.isEmpty()) {
            left = pullDatagrams(out, left);
            pullSegments(out, left, mtuBytes, nowNanos);
        }
        return out.count() - before;
    }

    private int pullReplies(PacketBatch out, int maxBytes) {
        int left = maxBytes;
        byte[] reply = replies.peek();
        while (reply != null && reply.length <= left && out.fits(reply.length)) {
            out.add(reply, 0, reply.length);
            left -= reply.length;
            replies.remove();
            reply = replies.peek();
        }
        return left;
    }

    private int pullDatagrams(PacketBatch out, int maxBytes) {
        int left = maxBytes;
        for (int i = 0; i < DATAGRAM_QUANTUM && !datagrams.isEmpty(); i++) {
            int length = datagrams.firstLength();
            if (length > left || !out.fits(length)) {
                break;
            }
            datagrams.take(out.array(), out.reserve(length));
            left -= length;
        }
        return left;
    }
}
