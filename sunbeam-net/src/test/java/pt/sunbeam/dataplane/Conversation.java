package pt.sunbeam.dataplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.netstack.ConnectResult;
import pt.sunbeam.netstack.tcp.ConnectFailure;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.ResetCause;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.time.Deadline;

/**
 * One connection on which both ends write a little at a time, each byte a function of its position: the first that is lost,
 * doubled or changed shows.
 */
final class Conversation {
    private static final int WRITE_BYTES = 200;
    private static final long EVERY_NANOS = Deadline.millis(100);

    private final SimTailnet tailnet;
    final End opener;
    final End acceptor;
    private boolean talking = true;

    /** Opens it now. */
    Conversation(SimTailnet tailnet, SimNode from, SimNode to, int port) {
        this.tailnet = tailnet;
        opener = new End(from, tailnet.seed + port);
        acceptor = new End(to, tailnet.seed + port + 1);
        opener.expectedSeed = acceptor.seed;
        acceptor.expectedSeed = opener.seed;
        to.plane.stack().listen(port, _ -> acceptor);
        ConnectResult result =
                from.plane.connect(MeshNode.endpoint(to.address(), port), ConnectOptions.DEFAULT, opener, from.now());
        if (result instanceof ConnectResult.Opening(TcpConnection connection)) {
            opener.connection = connection;
        }
        from.arm();
        opener.tick();
        acceptor.tick();
    }

    /** Neither writes anything, or both again. */
    void setTalking(boolean changed) {
        talking = changed;
    }

    /** The opener writes, and the acceptor only listens. */
    void onlyTheOpenerTalks() {
        talking = true;
        acceptor.listensOnly = true;
    }

    /** Gaps are measured from now on. */
    void mark() {
        opener.mark();
        acceptor.mark();
    }

    /** The longest time in which one of them heard nothing, since {@link #mark} and up to now. */
    long gapNanos() {
        return Math.max(opener.gapNanos(), acceptor.gapNanos());
    }

    /** Both end their writing, and every byte of both arrives, once and in order, in {@code maxNanos} at most. */
    void arrivesWhole(long maxNanos) {
        talking = false;
        boolean whole = tailnet.runUntil(() -> acceptor.hasAllOf(opener) && opener.hasAllOf(acceptor), maxNanos);
        assertThat(whole).as("all arrived: %s and %s", opener, acceptor).isTrue();
        assertThat(opener.sent).as("bytes from the opener").isPositive();
        assertThat(acceptor.sent).as("bytes from the acceptor").isPositive();
        isIntact();
    }

    /** Ends the connection in both directions. */
    void close() {
        opener.close();
        acceptor.close();
    }

    /** Nothing wrong has arrived so far. */
    void isIntact() {
        for (End end : new End[] {opener, acceptor}) {
            assertThat(end.wrongBytes).as("wrong bytes").isZero();
            assertThat(end.reset).as("reset").isNull();
            assertThat(end.failure).as("failure").isNull();
        }
    }

    /** One end. */
    final class End implements TcpEvents {
        private final SimNode node;
        private final long seed;
        private long expectedSeed;
        private final ByteBuffer incoming = ByteBuffer.allocate(32 * 1024);
        private @Nullable TcpConnection connection;
        private boolean connected;
        private boolean listensOnly;
        long sent;
        long received;
        private long wrongBytes;
        private long heardNanos;
        private long longestGapNanos;
        private @Nullable ResetCause reset;
        private @Nullable ConnectFailure failure;

        private End(SimNode node, long seed) {
            this.node = node;
            this.seed = seed;
        }

        private void tick() {
            node.host.at(node.now() + EVERY_NANOS, () -> {
                TcpConnection c = connection;
                if (talking && !listensOnly && connected && c != null && reset == null) {
                    node.turn(() -> write(c, WRITE_BYTES));
                }
                tick();
            });
        }

        /** Writes at once as much of {@code bytes} as there is room for. */
        void write(TcpConnection c, int bytes) {
            ByteBuffer next = ByteBuffer.allocate(bytes);
            for (int i = 0; i < bytes; i++) {
                next.put(byteAt(seed, sent + i));
            }
            sent += c.write(next.flip());
        }

        /** Writes a great deal at once; returns how much of it was taken. */
        long flood(int bytes) {
            long before = sent;
            TcpConnection c = connection;
            if (c != null) {
                node.turn(() -> write(c, bytes));
            }
            return sent - before;
        }

        private void close() {
            TcpConnection c = connection;
            if (c != null) {
                node.turn(c::close);
            }
        }

        private static byte byteAt(long seed, long position) {
            return (byte) ((position * 0x9e3779b97f4a7c15L + seed * 0xbf58476d1ce4e5b9L) >>> 40);
        }

        private boolean hasAllOf(End other) {
            return received == other.sent;
        }

        private void mark() {
            heardNanos = tailnet.clock.nowNanos();
            longestGapNanos = 0;
        }

        long gapNanos() {
            return Math.max(longestGapNanos, tailnet.clock.nowNanos() - heardNanos);
        }

        @Override
        public void connected(TcpConnection c) {
            connection = c;
            connected = true;
        }

        @Override
        public void writable(TcpConnection c) {}

        @Override
        public void readable(TcpConnection c) {
            longestGapNanos = gapNanos();
            heardNanos = tailnet.clock.nowNanos();
            for (int n = c.read(incoming.clear()); n > 0; n = c.read(incoming.clear())) {
                check(incoming.flip());
            }
        }

        private void check(ByteBuffer bytes) {
            while (bytes.hasRemaining()) {
                if (bytes.get() != byteAt(expectedSeed, received++)) {
                    wrongBytes++;
                }
            }
        }

        @Override
        public void peerFin(TcpConnection c) {}

        @Override
        public void closed(TcpConnection c) {}

        @Override
        public void reset(TcpConnection c, ResetCause cause) {
            reset = cause;
        }

        @Override
        public void connectFailed(TcpConnection c, ConnectFailure cause) {
            failure = cause;
        }

        @Override
        public String toString() {
            return "sent " + sent + ", received " + received;
        }
    }
}
