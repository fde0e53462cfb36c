package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpAudit;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/**
 * Everything of one seed: two hosts, two links, some streams, and the hash of every packet with its time. The first stream
 * carries at least {@link #LEAST_BYTES} each way and is never aborted.
 */
final class SeededRun {
    static final int LEAST_BYTES = 64 << 10;

    private static final IpAddress A4 = IpAddress.v4(0x64400001);
    private static final IpAddress B4 = IpAddress.v4(0x64400002);
    private static final IpAddress A6 = IpAddress.v6(0xfd7a115ca1e00000L, 1);
    private static final IpAddress B6 = IpAddress.v6(0xfd7a115ca1e00000L, 2);
    private static final long RUN_NANOS = Deadline.seconds(1200);

    /** Three lost retries in a row at the longest interval would take longer. */
    private static final long STALL_NANOS = Deadline.seconds(200);

    /** TIME-WAIT, keepalive of 300 seconds and the linger of connections that nobody holds. */
    private static final long AFTERMATH_NANOS = Deadline.seconds(700);

    final SimClock clock = new SimClock(Deadline.SECOND);
    final SimLink ab;
    final SimLink ba;
    LinkProfile profileAb;
    LinkProfile profileBa;
    private final CRC32 trace = new CRC32();
    private final byte[] time = new byte[8];
    private final SplittableRandom random;
    private final String conditions;
    private final SimHost a;
    private final SimHost b;
    private final List<StreamPeer> clients = new ArrayList<>();
    private final List<StreamPeer> servers = new ArrayList<>();
    private final Set<Integer> aborted = new HashSet<>();

    SeededRun(long seed) {
        random = new SplittableRandom(seed);
        SeededConditions drawn = new SeededConditions(random.split());
        profileAb = drawn.profile();
        profileBa = drawn.profile();
        StackConfig configA = drawn.stack();
        StackConfig configB = drawn.stack();
        conditions = "a to b " + profileAb + ", b to a " + profileBa + ", a " + configA + ", b " + configB;
        a = new SimHost(clock, seed * 2, configA, A4, A6);
        b = new SimHost(clock, seed * 2 + 1, configB, B4, B6);
        ab = new SimLink(clock, seed * 3, profileAb, b::receive);
        ba = new SimLink(clock, seed * 3 + 1, profileBa, a::receive);
        a.attach(packet -> send(ab, packet));
        b.attach(packet -> send(ba, packet));
        a.audit(new TcpAudit(a.stack.tcp(), a.egress)::check);
        b.audit(new TcpAudit(b.stack.tcp(), b.egress)::check);
    }

    /** What the seed has decided before the first packet: both directions of the link, both hosts. */
    String conditions() {
        return conditions;
    }

    /** Runs it all, checks it all, and returns the hash of the trace. */
    long run() {
        int streams = 1 + random.nextInt(3);
        for (int i = 0; i < streams; i++) {
            open(i);
        }
        new SeededDisturbances(this, random.split()).plan();
        transfer();
        checkStreams();
        checkAftermath();
        return trace.getValue();
    }

    private void send(SimLink link, byte[] packet) {
        Endian.putLongBe(time, 0, clock.nowNanos());
        trace.update(time);
        trace.update(packet);
        link.send(packet);
    }

    private void open(int index) {
        StreamPeer client = new StreamPeer(random.nextLong(), length(index));
        StreamPeer server = new StreamPeer(random.nextLong(), length(index));
        clients.add(client);
        servers.add(server);
        int port = 80 + index;
        b.stack.listen(port, c -> server);
        IpEndpoint target = new IpEndpoint(random.nextBoolean() ? B4 : B6, port);
        a.stack.at(clock.nowNanos());
        a.stack.connect(target, new ConnectOptions(Deadline.seconds(100), true), client, clock.nowNanos());
        a.pump();
    }

    private long length(int index) {
        if (index == 0) {
            return LEAST_BYTES + random.nextInt(100_000);
        }
        return random.nextInt(4) == 0 ? random.nextInt(3) : random.nextInt(150_000);
    }

    // --- what the disturbances do

    StreamPeer anyPeer() {
        return (random.nextBoolean() ? clients : servers).get(random.nextInt(clients.size()));
    }

    void resume(StreamPeer peer) {
        peer.paused = false;
        TcpConnection c = peer.connection;
        if (c != null) {
            a.stack.at(clock.nowNanos());
            b.stack.at(clock.nowNanos());
            peer.drain(c);
            if (peer.closed) {
                c.close();
            }
            pump();
        }
    }

    void abortOne() {
        int index = random.nextInt(clients.size());
        StreamPeer peer = (random.nextBoolean() ? clients : servers).get(index);
        if (index > 0 && peer.connection != null) {
            aborted.add(index);
            peer.connection.abort();
            pump();
        }
    }

    private void pump() {
        a.pump();
        b.pump();
    }

    // --- running and checking

    private void transfer() {
        long end = clock.nowNanos() + RUN_NANOS;
        long quietNanos = clock.nowNanos() + SeededDisturbances.BEGIN_FOR_NANOS + SeededDisturbances.LONGEST_NANOS;
        long seen = -1;
        long seenNanos = quietNanos;
        while (clock.nextEventNanos() <= end && !isOver()) {
            clock.runNext();
            long received = received();
            if (received != seen || clock.nowNanos() < quietNanos) {
                seen = received;
                seenNanos = clock.nowNanos();
            }
            assertThat(clock.nowNanos() - seenNanos)
                    .as("nanoseconds in which no byte came, %s", this)
                    .isLessThan(STALL_NANOS);
        }
    }

    private long received() {
        long sum = 0;
        for (int i = 0; i < clients.size(); i++) {
            sum += clients.get(i).received + servers.get(i).received;
        }
        return sum;
    }

    private boolean isOver() {
        for (int i = 0; i < clients.size(); i++) {
            if (!aborted.contains(i) && !(isOver(clients.get(i)) && isOver(servers.get(i)))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isOver(StreamPeer p) {
        return p.closed && !p.paused || p.reset != null || p.failure != null;
    }

    private void checkStreams() {
        for (int i = 0; i < clients.size(); i++) {
            if (!aborted.contains(i)) {
                StreamPeer client = clients.get(i);
                StreamPeer server = servers.get(i);
                assertThat(client.peerFin && server.peerFin)
                        .as("both heard the end: %s", this)
                        .isTrue();
                // A last acknowledgement that is lost beyond the other's TIME-WAIT ends in its reset.
                assertThat(client.closed || server.closed)
                        .as("closed: %s", this)
                        .isTrue();
                assertThat(server.receivedHash()).as("up").isEqualTo(client.sentHash());
                assertThat(client.receivedHash()).as("down").isEqualTo(server.sentHash());
            }
        }
        assertThat(clients.getFirst().received).isGreaterThanOrEqualTo(LEAST_BYTES);
        assertThat(servers.getFirst().received).isGreaterThanOrEqualTo(LEAST_BYTES);
    }

    private void checkAftermath() {
        clock.runUntil(clock.nowNanos() + AFTERMATH_NANOS);
        closeAll(clients);
        closeAll(servers);
        for (SimHost host : new SimHost[] {a, b}) {
            StackStatus status = host.stack.status();
            assertThat(status.timeWait()).as("TIME-WAIT").isZero();
            assertThat(status.halfOpen()).as("half-open").isZero();
            assertThat(status.connections()).as("connections").isZero();
            assertThat(status.memoryBytes()).as("memory").isZero();
        }
    }

    private static void closeAll(List<StreamPeer> peers) {
        for (StreamPeer peer : peers) {
            if (peer.connection != null) {
                peer.connection.close();
            }
        }
    }

    @Override
    public String toString() {
        StringBuilder s = new StringBuilder();
        for (int i = 0; i < clients.size(); i++) {
            s.append(describe("client", clients.get(i))).append(describe("server", servers.get(i)));
        }
        return s.append(profileAb).append(' ').append(profileBa).toString();
    }

    private static String describe(String name, StreamPeer p) {
        TcpConnection c = p.connection;
        return name + " [received " + p.received + ", " + p.reset + ", " + p.failure + ", "
                + (c == null ? "never connected" : c.info()) + "]\n";
    }
}
