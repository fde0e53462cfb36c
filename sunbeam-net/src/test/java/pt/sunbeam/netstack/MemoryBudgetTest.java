package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.memory.ChunkPool;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpAudit;
import pt.sunbeam.sim.LinkProfile;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.sim.SimLink;
import pt.sunbeam.time.Deadline;

/** One budget for all connections of a stack: what happens when readers stop. Two stacks in virtual time. */
class MemoryBudgetTest {
    private static final int BUDGET = 2 << 20;
    private static final IpAddress A = IpAddress.v4(0x64400001);
    private static final IpAddress B = IpAddress.v4(0x64400002);

    private final SimClock clock = new SimClock(Deadline.SECOND);
    private final SimHost a = new SimHost(clock, 1, StackConfig.DEFAULT, A);
    private final SimHost b = new SimHost(clock, 2, StackConfig.DEFAULT.withMemoryBytes(BUDGET), B);
    private final SimLink ab = new SimLink(clock, 3, LinkProfile.delay(5), b::receive);
    private final SimLink ba = new SimLink(clock, 4, LinkProfile.delay(5), a::receive);
    private final List<StreamPeer> clients = new ArrayList<>();
    private final List<StreamPeer> servers = new ArrayList<>();
    private int lastWindowBytes;
    private long mostBytes;

    @BeforeEach
    void wire() {
        TcpAudit audit = new TcpAudit(b.stack.tcp(), b.egress);
        a.attach(ab::send);
        b.attach(packet -> {
            TestSegment s = new TestSegment(packet);
            lastWindowBytes = s.is(TestSegment.ACK) ? s.window << 8 : lastWindowBytes;
            ba.send(packet);
        });
        b.audit(() -> {
            audit.check();
            mostBytes = Math.max(mostBytes, b.stack.status().memoryBytes());
        });
    }

    /** A stream of {@code bytes} that begins with {@link StreamPeer#push}; its reader is asleep. */
    private void open(long bytes) {
        StreamPeer client = new StreamPeer(clients.size(), bytes);
        StreamPeer server = new StreamPeer(0, 0);
        client.silent = true;
        server.silent = true;
        server.paused = true;
        int port = 1000 + servers.size();
        b.stack.listen(port, c -> server);
        a.stack.connect(new IpEndpoint(B, port), ConnectOptions.DEFAULT, client, clock.nowNanos());
        a.pump();
        clients.add(client);
        servers.add(server);
    }

    private void push(StreamPeer client) {
        a.stack.at(clock.nowNanos());
        client.push(client.connection);
        a.pump();
    }

    private void wakeReaders() {
        b.stack.at(clock.nowNanos());
        for (StreamPeer server : servers) {
            server.paused = false;
            server.drain(server.connection);
        }
        b.pump();
    }

    private void run(long millis) {
        clock.runUntil(clock.nowNanos() + Deadline.millis(millis));
    }

    @Test
    void aByteHeldByEachOfManyConnectionsCostsAChunkEachButNeverMoreThanTheBudget() {
        int chunks = BUDGET / ChunkPool.CHUNK;
        for (int i = 0; i < 4 * chunks; i++) {
            open(3);
        }
        run(1_000);
        assertThat(servers).allMatch(s -> s.connected);
        clients.forEach(this::push);
        run(30_000);
        assertThat(mostBytes).isEqualTo(BUDGET);
        assertThat(b.stack.status().counters().drops().get(DropCause.TCP_MEMORY))
                .isPositive();
        assertThat(clients).as("what was not taken is sent again, not lost").allMatch(c -> c.reset == null);
        for (int i = 0; i < 70; i++) {
            wakeReaders();
            run(1000);
        }
        assertThat(servers).allMatch(s -> s.received == 3);
        assertThat(b.stack.status().memoryBytes()).isZero();
    }

    @Test
    void aboveEightyPercentAReaderThatKeepsUpIsOfferedOneChunkAndLosesNothing() {
        for (int i = 0; i < 8; i++) {
            open(220_000);
        }
        run(100);
        clients.forEach(this::push);
        run(5_000);
        assertThat(b.stack.status().memoryBytes())
                .isGreaterThan(BUDGET / 100 * 80)
                .isLessThan(BUDGET / 100 * 95);
        open(2_000_000);
        run(100);
        StreamPeer reader = servers.get(8);
        reader.paused = false;
        push(clients.get(8));
        run(1_000);
        assertThat(reader.received).isPositive();
        assertThat(lastWindowBytes).isLessThanOrEqualTo(16 << 10);
        run(60_000);
        assertThat(reader.received).isEqualTo(2_000_000);
        assertThat(mostBytes).isLessThan(BUDGET / 100 * 95);
        wakeReaders();
        run(60_000);
        assertThat(servers).allMatch(s -> s.received >= 220_000);
        assertThat(b.stack.status().memoryBytes()).isZero();
    }
}
