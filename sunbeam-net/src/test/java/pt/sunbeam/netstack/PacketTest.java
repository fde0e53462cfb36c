package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpState;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.time.Deadline;

/** One stack against a scripted host: packets in by {@link #inject}, packets out in {@link #sent}, virtual time. */
abstract class PacketTest {
    static final int OURS = 0x64400001;
    static final int THEIRS = 0x64400002;
    static final int PEER_ISS = 0xfffffff0;
    /** The first sequence number of the scripted host's data; it wraps soon after. */
    static final int BASE = PEER_ISS + 1;

    static final int MSS = 1240;

    final SimClock clock = new SimClock(Deadline.SECOND);
    final SimHost host = new SimHost(clock, 5, StackConfig.DEFAULT, IpAddress.v4(OURS));
    final ArrayDeque<TestSegment> sent = new ArrayDeque<>();
    final ArrayDeque<Long> sentNanos = new ArrayDeque<>();
    final StreamPeer app = new StreamPeer(1, 0);
    int port;
    int peerPort = 80;
    int iss;
    int window = 65535;
    byte[] options = {};

    @BeforeEach
    void wire() {
        host.attach(packet -> {
            sent.add(new TestSegment(packet));
            sentNanos.add(clock.nowNanos());
        });
        app.silent = true;
    }

    TestSegment connect() {
        return connect(ConnectOptions.DEFAULT);
    }

    TestSegment connect(ConnectOptions how) {
        host.stack.connect(new IpEndpoint(IpAddress.v4(THEIRS), peerPort), how, app, clock.nowNanos());
        host.pump();
        TestSegment syn = sent.remove();
        port = syn.sourcePort;
        iss = syn.seq;
        return syn;
    }

    /** A connection with MSS 1240 and SACK, without timestamps and scaling; neither side has sent anything. */
    void establish() {
        establish("0204050004020101", ConnectOptions.DEFAULT);
    }

    void establish(String synOptions, ConnectOptions how) {
        connect(how);
        options = Hex.decode(synOptions);
        inject(TestSegment.SYN | TestSegment.ACK, PEER_ISS, iss + 1);
        options = new byte[0];
        run(1);
        forget();
        assertThat(app.connected).isTrue();
    }

    void write(int bytes) {
        host.stack.at(clock.nowNanos());
        app.connection.write(java.nio.ByteBuffer.allocate(bytes));
        host.pump();
    }

    void inject(int flags, int seq, int ack, byte... data) {
        TestSegment s = new TestSegment();
        s.from = THEIRS;
        s.to = OURS;
        s.sourcePort = peerPort;
        s.targetPort = port;
        s.flags = flags;
        s.seq = seq;
        s.ack = ack;
        s.window = window;
        s.options = options;
        s.data = data;
        host.receive(s.packet());
    }

    /** A pure acknowledgement of everything up to {@code ack}. */
    void ack(int ack) {
        inject(TestSegment.ACK, BASE, ack);
    }

    /** An IPv4 packet of another protocol from the scripted host. */
    void injectPayload(int protocol, byte[] payload) {
        byte[] p = new byte[20 + payload.length];
        p[0] = 0x45;
        Endian.putShortBe(p, 2, p.length);
        p[8] = 64;
        p[9] = (byte) protocol;
        Endian.putIntBe(p, 12, THEIRS);
        Endian.putIntBe(p, 16, OURS);
        Endian.putShortBe(p, 10, ~TestSegment.sum(p, 0, 20, 0));
        System.arraycopy(payload, 0, p, 20, payload.length);
        host.receive(p);
    }

    void forget() {
        sent.clear();
        sentNanos.clear();
    }

    void run(long millis) {
        clock.runUntil(clock.nowNanos() + Deadline.millis(millis));
    }

    /** When the segments since {@link #forget} left, in milliseconds after {@code fromNanos}. */
    List<Long> sentMillis(long fromNanos) {
        return sentNanos.stream().map(t -> (t - fromNanos) / Deadline.MILLI).toList();
    }

    long drops(DropCause cause) {
        return host.stack.status().counters().drops().getOrDefault(cause, 0L);
    }

    TcpState state() {
        return app.connection == null ? TcpState.CLOSED : app.connection.state();
    }
}
