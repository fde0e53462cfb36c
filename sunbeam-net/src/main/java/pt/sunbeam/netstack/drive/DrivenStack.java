package pt.sunbeam.netstack.drive;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.PacketBatch;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.Egress;
import pt.sunbeam.netstack.Stack;
import pt.sunbeam.netstack.StackConfig;
import pt.sunbeam.netstack.StackStatus;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.time.Deadline;

/**
 * A whole virtual host for a foreign tool: socket calls, IP packets as bytes in and out, and a clock that is only an
 * argument. Same random source and same calls, same packets, byte for byte.
 *
 * <p>Not safe for use by several threads. {@code nowNanos} is monotonic time in nanoseconds from any origin and must not go
 * back: a call with an earlier time than the one before is an {@link IllegalArgumentException}. Everything that is routed leaves through one queue, which {@link #output} empties; time does nothing by itself:
 * {@link #advance} has to be called at {@link #nextDeadlineNanos}.
 */
public final class DrivenStack {
    /** Accepted sockets of one port that nobody has taken; more are reset. */
    public static final int MAX_ACCEPT_QUEUE = 128;

    /** What one call of {@link #input} takes (RFC 791: a total length of 16 bits). */
    public static final int MAX_PACKET = 65535;

    private static final int MAX_PORT = 65535;

    private final Stack stack;
    private final Egress wire;
    private final PacketBatch in = PacketBatch.ofPackets(1, MAX_PACKET);
    private final PacketBatch out = PacketBatch.ofPackets(1, MAX_PACKET);
    private final Map<Integer, ArrayDeque<DrivenSocket>> accepted = new HashMap<>();
    private long nowNanos = Long.MIN_VALUE;

    /** A host with these addresses and the limits of {@link StackConfig#DEFAULT}. */
    public DrivenStack(List<IpAddress> own, RandomGenerator random) {
        this(StackConfig.DEFAULT, own, random);
    }

    public DrivenStack(StackConfig config, List<IpAddress> own, RandomGenerator random) {
        Egress[] only = new Egress[1];
        stack = new Stack(config, random, address -> only[0]);
        wire = stack.newEgress("wire", egress -> {});
        only[0] = wire;
        stack.setAddresses(own);
    }

    /** Every call with a time begins here. */
    void turn(long now) {
        if (now < nowNanos) {
            throw new IllegalArgumentException("the clock goes back from " + nowNanos + " to " + now + " ns");
        }
        nowNanos = now;
        stack.at(now);
    }

    // --- sockets

    /**
     * Opens a connection; the outcome is an event of the socket.
     *
     * @throws IllegalArgumentException when the clock goes back, or {@code remote} is null
     */
    public DrivenSocket connect(IpEndpoint remote, long nowNanos) {
        return connect(remote, ConnectOptions.DEFAULT, nowNanos);
    }

    /**
     * Opens a connection; the outcome is an event of the socket.
     *
     * @throws IllegalArgumentException when the clock goes back, or {@code remote} or {@code options} is null
     */
    public DrivenSocket connect(IpEndpoint remote, ConnectOptions options, long nowNanos) {
        require("connect", "remote endpoint", remote);
        require("connect", "options", options);
        turn(nowNanos);
        DrivenSocket socket = new DrivenSocket(this);
        switch (stack.connect(remote, options, socket.opening(null), nowNanos)) {
            case ConnectResult.Opening(TcpConnection connection) -> socket.opening(connection);
            case ConnectResult.Failed failed -> socket.failed(failed.failure());
        }
        return socket;
    }

    private static void require(String call, String what, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException(call + ": the " + what + " is null");
        }
    }

    /**
     * Accepts connections to {@code port} of any own address; false when the port is taken.
     *
     * @param port 1 to 65535
     * @throws IllegalArgumentException when {@code port} is none of these
     */
    public boolean listen(int port) {
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("listen: port " + port + " is not from 1 to " + MAX_PORT);
        }
        ArrayDeque<DrivenSocket> queue = new ArrayDeque<>();
        boolean free = stack.listen(port, connection -> queued(queue, connection));
        if (free) {
            accepted.put(port, queue);
        }
        return free;
    }

    private @Nullable TcpEvents queued(ArrayDeque<DrivenSocket> queue, TcpConnection connection) {
        if (queue.size() >= MAX_ACCEPT_QUEUE) {
            return null;
        }
        DrivenSocket socket = new DrivenSocket(this);
        queue.add(socket);
        return socket.opening(connection);
    }

    /** The oldest connection to {@code port} that nobody has taken yet, or null. */
    public @Nullable DrivenSocket accept(int port) {
        ArrayDeque<DrivenSocket> queue = accepted.get(port);
        return queue == null ? null : queue.poll();
    }

    // --- packets and time

    /** Takes one IPv4 or IPv6 packet, from its header on. A packet that is too long is cut, and then counted as truncated. */
    public void input(byte[] packet, long nowNanos) {
        require("input", "packet", packet);
        turn(nowNanos);
        int length = Math.min(packet.length, MAX_PACKET);
        in.clear();
        in.add(packet, 0, length);
        in.setArrivalNanos(nowNanos);
        stack.input(in, nowNanos);
    }

    /** The next packet that leaves, or null when none can; call until null after every other call. */
    public byte @Nullable [] output(long nowNanos) {
        turn(nowNanos);
        out.clear();
        boolean any = stack.isReady(wire) && stack.pull(wire, out, MAX_PACKET, nowNanos) > 0;
        return any ? out.copy(0) : null;
    }

    /** Fires every timer that is due. */
    public void advance(long nowNanos) {
        turn(nowNanos);
        stack.advance(nowNanos);
    }

    /** When {@link #advance} has to be called next, or {@link Deadline#NONE}; may be early, never late. */
    public long nextDeadlineNanos() {
        return stack.nextDeadlineNanos();
    }

    /** Connections, memory, and every counter by its cause. */
    public StackStatus status() {
        return stack.status();
    }
}
