package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.bytes.Hex;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpState;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.time.Deadline;

/**
 * One stack against a scripted host in virtual time. A script reads as a capture does: {@link #connection} brings a
 * connection into a state, {@link #send} is what the scripted host sends, {@link #expect} what the stack has to have sent
 * since, {@link #expectNothing} that it kept silent, {@link #after} lets time pass. {@link #inject} and {@link #sent} are
 * the same one layer below, in absolute numbers.
 */
abstract class PacketTest {
    static final int OURS = 0x64400001;
    static final int THEIRS = 0x64400002;
    static final int PEER_ISS = 0xfffffff0;
    /** The first sequence number of the scripted host's data; it wraps soon after. */
    static final int BASE = PEER_ISS + 1;

    static final int MSS = 1240;

    private static final IpAddress OURS_V6 = IpAddress.v6(0xfd7a115ca1e00000L, OURS);
    private static final IpAddress THEIRS_V6 = IpAddress.v6(0xfd7a115ca1e00000L, THEIRS);
    private static final int PEER_TS_ORIGIN = 0x7ffff000;

    final SimClock clock = new SimClock(Deadline.SECOND);
    final SimHost host = new SimHost(clock, 5, config(), IpAddress.v4(OURS), OURS_V6);
    final ArrayDeque<TestSegment> sent = new ArrayDeque<>();
    final ArrayDeque<Long> sentNanos = new ArrayDeque<>();
    final StreamPeer app = new StreamPeer(1, 0);
    int port;
    int peerPort = 80;
    int iss;
    int window = 65535;
    byte[] options = {};
    boolean v6;

    /** The next sequence number of the scripted host, and the last acknowledgement that it named; both relative. */
    int peerNext;

    int peerAck;

    /** Whether the scripted host's segments carry timestamps by themselves. */
    boolean peerTimestamps;

    /** The last TSval of the stack. */
    int lastTsVal;

    @Nullable
    TcpConnection opened;

    /** What the stack under test is built with. */
    StackConfig config() {
        return StackConfig.DEFAULT;
    }

    @BeforeEach
    void wire() {
        host.attach(packet -> {
            TestSegment s = new TestSegment(packet);
            byte[] stamps = s.option(8);
            lastTsVal = stamps == null ? lastTsVal : Endian.intBe(stamps, 0);
            sent.add(s);
            sentNanos.add(clock.nowNanos());
        });
        app.silent = true;
    }

    TestSegment connect() {
        return connect(ConnectOptions.DEFAULT);
    }

    TestSegment connect(ConnectOptions how) {
        ConnectResult result = host.stack.connect(new IpEndpoint(theirs(), peerPort), how, app, clock.nowNanos());
        opened = ((ConnectResult.Opening) result).connection();
        host.pump();
        TestSegment syn = sent.remove();
        port = syn.sourcePort;
        iss = syn.seq;
        return syn;
    }

    /** A connection with MSS 1240 and SACK, without timestamps and scaling; neither side has sent anything. */
    void establish() {
        establish("0204050004020101");
    }

    void establish(String synOptions) {
        establish(synOptions, ConnectOptions.DEFAULT);
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
        app.connection.write(ByteBuffer.allocate(bytes));
        host.pump();
    }

    void inject(int flags, int seq, int ack, byte... data) {
        TestSegment s = blank();
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

    /** A packet of another protocol from the scripted host. */
    void injectPayload(int protocol, byte[] payload) {
        int header = v6 ? 40 : 20;
        byte[] p = new byte[header + payload.length];
        TestSegment.writeIp(p, theirs(), ours(), protocol, payload.length);
        System.arraycopy(payload, 0, p, header, payload.length);
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
        TcpConnection c = app.connection != null ? app.connection : opened;
        if (c == null) {
            return host.stack.status().halfOpen() > 0 ? TcpState.SYN_RECEIVED : TcpState.CLOSED;
        }
        return c.state();
    }

    // --- the script

    ScriptConnection connection() {
        peerNext = 0;
        peerAck = 0;
        return new ScriptConnection(this);
    }

    void listen(int at) {
        host.stack.listen(at, c -> app);
        port = at;
        peerPort = 5000;
    }

    IpAddress ours() {
        return v6 ? OURS_V6 : IpAddress.v4(OURS);
    }

    IpAddress theirs() {
        return v6 ? THEIRS_V6 : IpAddress.v4(THEIRS);
    }

    /** A segment of the scripted host with nothing but its endpoints. */
    TestSegment blank() {
        TestSegment s = new TestSegment();
        s.from = theirs();
        s.to = ours();
        s.sourcePort = peerPort;
        s.targetPort = port;
        return s;
    }

    ScriptSegment segment() {
        return new ScriptSegment(TestSegment.ACK);
    }

    ScriptSegment syn() {
        return new ScriptSegment(TestSegment.SYN);
    }

    ScriptSegment synAck() {
        return new ScriptSegment(TestSegment.SYN | TestSegment.ACK);
    }

    ScriptSegment fin() {
        return new ScriptSegment(TestSegment.FIN | TestSegment.ACK);
    }

    ScriptSegment rst() {
        return new ScriptSegment(TestSegment.RST);
    }

    ScriptSegment rstAck() {
        return new ScriptSegment(TestSegment.RST | TestSegment.ACK);
    }

    void send(ScriptSegment s) {
        host.receive(s.sentBy(this).packet());
    }

    /** Several segments that arrive in one batch. */
    void sendTogether(ScriptSegment... segments) {
        host.receive(Stream.of(segments).map(s -> s.sentBy(this).packet()).toList());
    }

    /** The oldest segment that the stack has sent and that was not expected yet. */
    void expect(ScriptSegment s) {
        assertThat(sent).as("segments to expect").isNotEmpty();
        sentNanos.poll();
        s.matches(this, sent.remove());
    }

    void expectNothing() {
        assertThat(sent).isEmpty();
    }

    /** Silence for one millisecond less than {@code millis}, and then {@code s} within two. */
    void expectAfter(long millis, ScriptSegment s) {
        after(millis - 1);
        expectNothing();
        for (int i = 0; i < 20 && sent.isEmpty(); i++) {
            clock.runUntil(clock.nowNanos() + Deadline.MILLI / 10);
        }
        expect(s);
    }

    void after(long millis) {
        run(millis);
    }

    int peerTsClock() {
        return PEER_TS_ORIGIN + (int) (clock.nowNanos() / Deadline.MILLI);
    }

    /** The byte at {@code position} of the scripted host's stream. */
    static byte streamByte(int position) {
        return (byte) (1 + position % 251);
    }

    void shutdown() {
        host.stack.at(clock.nowNanos());
        app.connection.shutdownWrite();
        host.pump();
    }

    void close() {
        host.stack.at(clock.nowNanos());
        opened().close();
        host.pump();
    }

    void abort() {
        host.stack.at(clock.nowNanos());
        opened().abort();
        host.pump();
    }

    /** Reads everything that is readable and compares it with the scripted host's stream from {@code position} on. */
    void expectRead(int position, int bytes) {
        ByteBuffer b = ByteBuffer.allocate(1 << 20);
        host.stack.at(clock.nowNanos());
        opened().read(b);
        host.pump();
        assertThat(b.position()).isEqualTo(bytes);
        for (int i = 0; i < bytes; i++) {
            assertThat(b.get(i)).as("byte %d", position + i).isEqualTo(streamByte(position + i));
        }
    }

    /** An ICMP error of {@code type} and {@code code} that quotes a segment of ours, {@code seq} after our SYN. */
    void icmpError(int type, int code, int word, int seq) {
        int ip = v6 ? 40 : 20;
        byte[] quoted = new byte[ip + 8];
        TestSegment.writeIp(quoted, ours(), theirs(), 6, 8);
        Endian.putShortBe(quoted, ip, port);
        Endian.putShortBe(quoted, ip + 2, peerPort);
        Endian.putIntBe(quoted, ip + 4, iss + seq);
        byte[] m = new byte[8 + quoted.length];
        m[0] = (byte) type;
        m[1] = (byte) code;
        Endian.putIntBe(m, 4, word);
        System.arraycopy(quoted, 0, m, 8, quoted.length);
        byte[] header = new byte[ip];
        int addresses = TestSegment.writeIp(header, theirs(), ours(), v6 ? 58 : 1, m.length);
        int pseudo = v6 ? TestSegment.sum(header, addresses, 32, 58 + m.length) : 0;
        Endian.putShortBe(m, 2, ~TestSegment.sum(m, 0, m.length, pseudo));
        injectPayload(v6 ? 58 : 1, m);
    }

    /** Reads everything that is readable. */
    void read() {
        host.stack.at(clock.nowNanos());
        app.drain(app.connection);
        host.pump();
    }

    TcpConnection opened() {
        TcpConnection c = app.connection != null ? app.connection : opened;
        assertThat(c).isNotNull();
        return c;
    }
}
