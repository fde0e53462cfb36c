package pt.sunbeam.netstack.icmp;

import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.counters.StackCounters;
import pt.sunbeam.netstack.datagram.DatagramOutput;
import pt.sunbeam.netstack.datagram.DatagramQueue;
import pt.sunbeam.netstack.datagram.EventQueue;
import pt.sunbeam.netstack.datagram.SendResult;
import pt.sunbeam.netstack.ip.Icmp;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.memory.ChunkPool;

/** The open echo sockets by identifier. */
public final class EchoSockets {
    public static final int MAX_SOCKETS = 256;

    private static final int IDS = 1 << 16;

    private final DatagramOutput output;
    private final ChunkPool chunks;
    private final StackCounters counters;
    private final EventQueue events;
    private final RandomGenerator random;
    private final @Nullable EchoSocket[] buckets = new EchoSocket[MAX_SOCKETS];
    private int count;

    public EchoSockets(
            DatagramOutput output,
            ChunkPool chunks,
            StackCounters counters,
            EventQueue events,
            RandomGenerator random) {
        this.output = output;
        this.chunks = chunks;
        this.counters = counters;
        this.events = events;
        this.random = random;
    }

    public int count() {
        return count;
    }

    /** A socket for echoes of {@code remote}, or null when {@link #MAX_SOCKETS} are open. */
    public @Nullable EchoSocket open(IpAddress remote, EchoEvents listener) {
        if (count == MAX_SOCKETS) {
            counters.drop(DropCause.DATAGRAM_SOCKET_LIMIT);
            return null;
        }
        int id = random.nextInt(IDS);
        while (isTaken(id)) {
            id = id + 1 & IDS - 1;
        }
        EchoSocket socket = new EchoSocket(this, remote, id, new DatagramQueue(chunks), listener);
        socket.next = buckets[bucket(id)];
        buckets[bucket(id)] = socket;
        count++;
        return socket;
    }

    private static int bucket(int id) {
        return id & MAX_SOCKETS - 1;
    }

    private boolean isTaken(int id) {
        for (EchoSocket s = buckets[bucket(id)]; s != null; s = s.next) {
            if (s.id() == id) {
                return true;
            }
        }
        return false;
    }

    private @Nullable EchoSocket find(int id, boolean v6, long high, long low) {
        for (EchoSocket s = buckets[bucket(id)]; s != null; s = s.next) {
            if (s.isOf(id, v6, high, low)) {
                return s;
            }
        }
        return null;
    }

    SendResult send(EchoSocket socket, int sequence, ByteBuffer payload) {
        IpAddress target = socket.remote();
        int length = Icmp.HEADER + payload.remaining();
        if (length > output.maxPayload(target.v6())) {
            return SendResult.TOO_BIG;
        }
        IpAddress source = output.sourceFor(target);
        if (source == null) {
            return SendResult.UNREACHABLE;
        }
        byte[] b = output.buffer();
        int at = DatagramOutput.START;
        payload.get(payload.position(), b, at + Icmp.HEADER, payload.remaining());
        Icmp.writeEchoRequest(b, at, length, source, target, socket.id(), sequence);
        SendResult result = output.send(source, target, target.v6() ? IpHeader.ICMPV6 : IpHeader.ICMP, length);
        if (result == SendResult.SENT) {
            payload.position(payload.limit());
        }
        return result;
    }

    /** Takes the echo reply in {@code ip}; null, or why it is dropped. */
    @Nullable
    DropCause onReply(IpHeader ip, byte[] b, long arrivalNanos) {
        EchoSocket socket = find(Icmp.echoId(b, ip.payloadOffset), ip.v6, ip.sourceHigh, ip.sourceLow);
        return socket == null ? DropCause.ICMP_UNMATCHED : socket.onReply(ip, b, arrivalNanos);
    }

    /** An error quotes an ICMP packet of ours: false when it was no request of an open socket. */
    boolean onError(IpHeader quoted, byte[] b, Icmp.ErrorKind kind) {
        if (!Icmp.isEchoRequest(quoted, b)) {
            return false;
        }
        int at = quoted.payloadOffset;
        EchoSocket socket = find(Icmp.echoId(b, at), quoted.v6, quoted.targetHigh, quoted.targetLow);
        if (socket == null) {
            return false;
        }
        socket.onError(Icmp.echoSequence(b, at), kind);
        return true;
    }

    void raise(EchoSocket socket) {
        events.add(socket);
    }

    void closed(EchoSocket socket) {
        count--;
        int bucket = bucket(socket.id());
        EchoSocket before = null;
        EchoSocket s = buckets[bucket];
        while (s != null && s.id() != socket.id()) {
            before = s;
            s = s.next;
        }
        if (before == null) {
            buckets[bucket] = socket.next;
        } else {
            before.next = socket.next;
        }
    }
}
