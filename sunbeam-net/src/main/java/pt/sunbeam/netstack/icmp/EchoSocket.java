package pt.sunbeam.netstack.icmp;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.datagram.DatagramQueue;
import pt.sunbeam.netstack.datagram.EventSource;
import pt.sunbeam.netstack.datagram.Received;
import pt.sunbeam.netstack.datagram.SendResult;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.ip.IpHeader;

/**
 * Asks one host for echoes (RFC 792, RFC 4443 section 4) under an identifier of its own. Confined to the stack's owner
 * thread. Replies that nobody takes are dropped beyond the limits of {@link DatagramQueue}.
 */
public final class EchoSocket extends EventSource {
    private final EchoSockets owner;
    private final IpAddress remote;
    private final int id;
    private final DatagramQueue replies;
    private @Nullable EchoEvents listener;
    private Icmp.@Nullable ErrorKind error;
    private int errorSequence;

    /** The next socket whose identifier shares its bucket. */
    @Nullable
    EchoSocket next;

    EchoSocket(EchoSockets owner, IpAddress remote, int id, DatagramQueue replies, EchoEvents listener) {
        this.owner = owner;
        this.remote = remote;
        this.id = id;
        this.replies = replies;
        this.listener = listener;
    }

    public IpAddress remote() {
        return remote;
    }

    /** The identifier of its requests, 0 to 65535. */
    public int id() {
        return id;
    }

    /**
     * Sends a request with the remaining bytes of {@code payload}, all of them or none.
     *
     * @param sequence 0 to 65535
     */
    public SendResult send(int sequence, ByteBuffer payload) {
        return listener == null ? SendResult.NOT_POSSIBLE : owner.send(this, sequence, payload);
    }

    /** Takes the first waiting reply; its payload's length, of which {@code target} may hold less, or -1. */
    public int receive(ByteBuffer target, Received reply) {
        return replies.take(target, reply);
    }

    /** Hears no more, and gives the identifier back. */
    public void close() {
        if (listener != null) {
            listener = null;
            replies.clear();
            owner.closed(this);
        }
    }

    boolean isOf(int otherId, boolean v6, long high, long low) {
        return id == otherId && remote.low() == low && remote.high() == high && remote.v6() == v6;
    }

    @Nullable
    DropCause onReply(IpHeader ip, byte[] b, long arrivalNanos) {
        int at = ip.payloadOffset;
        DropCause full = replies.add(
                ip, Icmp.echoSequence(b, at), b, at + Icmp.HEADER, ip.payloadLength - Icmp.HEADER, arrivalNanos);
        if (full == null) {
            owner.raise(this);
        }
        return full;
    }

    void onError(int sequence, Icmp.ErrorKind kind) {
        error = kind;
        errorSequence = sequence;
        owner.raise(this);
    }

    @Override
    protected void deliver() {
        Icmp.ErrorKind kind = error;
        error = null;
        if (listener != null && kind != null) {
            listener.unreachable(this, errorSequence, kind);
        }
        if (listener != null && !replies.isEmpty()) {
            listener.replied(this);
        }
    }
}
