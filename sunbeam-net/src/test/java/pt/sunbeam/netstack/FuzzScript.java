package pt.sunbeam.netstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.ip.IpEndpoint;
import pt.sunbeam.netstack.tcp.CongestionControl;
import pt.sunbeam.netstack.tcp.ConnectOptions;
import pt.sunbeam.netstack.tcp.TcpAudit;
import pt.sunbeam.netstack.tcp.TcpConfig;
import pt.sunbeam.netstack.tcp.TcpConnection;
import pt.sunbeam.netstack.tcp.TcpEvents;
import pt.sunbeam.netstack.tcp.TcpState;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.time.Deadline;

/**
 * One stack driven by bytes: they choose the options of a connection, and then step after step what its peer sends, what its
 * application does and how time passes. Sequence numbers are chosen near the edges that matter, so that most bytes get past
 * the first checks.
 *
 * <p>What has to hold: {@link TcpAudit} after every step, the received stream is the one that was sent, so is every byte that
 * leaves, memory stays within its budget, and in the end nothing is left.
 */
final class FuzzScript {
    private static final IpAddress OURS = IpAddress.v4(0x64400001);
    private static final IpAddress OURS_V6 = IpAddress.v6(0xfd7a115ca1e00000L, 1);
    private static final IpAddress THEIRS = IpAddress.v4(0x64400002);
    private static final IpAddress THEIRS_V6 = IpAddress.v6(0xfd7a115ca1e00000L, 2);
    private static final int PEER_ISS = 0xfffff000;
    private static final int PORT = 80;
    private static final long MEMORY = 1 << 20;
    private static final int[] MILLIS = {0, 1, 5, 26, 41, 201, 1000, 3000, 20_000, 61_000, 310_000};
    private static final int[] FLAGS = {16, 16, 16, 16, 24, 17, 17, 4, 20, 2, 18, 0, 1, 19, 48, 63};
    private static final int MAX_STEPS = 2000;

    private final byte[] bytes;
    private int at;
    private final SimClock clock = new SimClock(Deadline.SECOND);
    private final SimHost host;
    private final TcpAudit audit;
    private final boolean v6;
    private final boolean sack;
    private final boolean timestamps;
    private final int scale;
    private int ourPort = PORT;
    private int peerPort = 4000;
    private boolean begun;
    private int iss;
    private int sndNxt;
    private int rcvNxt = PEER_ISS + 1;
    private int windowBytes = 65535;
    private int lastTsVal;
    private long written;
    private long read;
    private @Nullable TcpConnection connection;

    FuzzScript(byte[] bytes) {
        this.bytes = bytes;
        int choice = next();
        v6 = (choice & 1) != 0;
        sack = (choice & 2) != 0;
        timestamps = (choice & 4) != 0;
        scale = (choice & 8) != 0 ? 7 : -1;
        CongestionControl control = (choice & 16) != 0 ? CongestionControl.BBR : CongestionControl.CUBIC;
        TcpConfig tcp = TcpConfig.DEFAULT.withCongestionControl(control);
        host = new SimHost(clock, choice, new StackConfig(MEMORY, tcp), OURS, OURS_V6);
        audit = new TcpAudit(host.stack.tcp(), host.egress);
        host.attach(this::sent);
        host.audit(audit::check);
        if ((choice & 32) != 0) {
            open();
        } else {
            host.stack.listen(PORT, this::accepted);
        }
        if ((choice & 64) != 0) {
            establish();
        }
    }

    /** Runs what the bytes say, and checks that it leaves nothing behind. */
    static void run(byte[] bytes) {
        FuzzScript script = new FuzzScript(bytes);
        for (int i = 0; i < MAX_STEPS && script.at < bytes.length; i++) {
            script.step();
        }
        script.end();
    }

    private int next() {
        return at < bytes.length ? bytes[at++] & 0xff : 0;
    }

    // --- what happens

    private void step() {
        int op = next();
        switch (op & 7) {
            case 0 -> clock.runUntil(clock.nowNanos() + Deadline.millis(MILLIS[next() % MILLIS.length]));
            case 1 -> write(next() * 64);
            case 2 -> readSome(next() * 64);
            case 3 -> call(next());
            default -> segment(op >>> 3);
        }
        assertThat(host.stack.status().memoryBytes()).isLessThanOrEqualTo(MEMORY);
    }

    private void open() {
        IpEndpoint target = new IpEndpoint(v6 ? THEIRS_V6 : THEIRS, PORT);
        peerPort = PORT;
        ConnectResult result = host.stack.connect(target, ConnectOptions.DEFAULT, new TcpEvents() {}, clock.nowNanos());
        if (result instanceof ConnectResult.Opening(TcpConnection c)) {
            connection = c;
        }
        host.pump();
    }

    private TcpEvents accepted(TcpConnection c) {
        if (connection == null) {
            connection = c;
        }
        return new TcpEvents() {};
    }

    private void establish() {
        boolean active = connection != null;
        TestSegment first = segmentOf(active ? TestSegment.SYN | TestSegment.ACK : TestSegment.SYN, PEER_ISS, sndNxt);
        host.receive(first.packet());
        if (!active) {
            host.receive(segmentOf(TestSegment.ACK, rcvNxt, sndNxt).packet());
        }
    }

    private void write(int length) {
        ByteBuffer b = ByteBuffer.allocate(length);
        for (int i = 0; i < length; i++) {
            b.put(PacketTest.streamByte((int) (written + i)));
        }
        host.stack.at(clock.nowNanos());
        if (connection != null) {
            written += connection.write(b.flip());
        }
        host.pump();
    }

    private void readSome(int length) {
        ByteBuffer b = ByteBuffer.allocate(length);
        host.stack.at(clock.nowNanos());
        if (connection != null) {
            connection.read(b);
        }
        host.pump();
        for (int i = 0; i < b.position(); i++) {
            assertThat(b.get(i)).as("byte %d received", read + i).isEqualTo(PacketTest.streamByte((int) (read + i)));
        }
        read += b.position();
    }

    private void call(int choice) {
        host.stack.at(clock.nowNanos());
        TcpConnection c = connection;
        switch (choice % 8) {
            case 0, 1, 2 -> host.egress.setReceiveWindowLimitBytes(choice * 1000);
            case 3 -> {
                if (c != null) {
                    c.close();
                }
            }
            case 4 -> {
                if (c != null) {
                    c.abort();
                }
            }
            default -> {
                if (c != null) {
                    c.shutdownWrite();
                }
            }
        }
        host.pump();
    }

    // --- what the peer sends

    private void segment(int shape) {
        int flags = FLAGS[next() % FLAGS.length];
        int near = rcvNxt + edge(next(), next(), PEER_ISS);
        // The stream is counted from the SYN that opens, so that one always has the same number.
        int seq = (flags & TestSegment.SYN) != 0 && isOpening() ? PEER_ISS : near;
        int ack = sndNxt + edge(next(), next(), iss);
        TestSegment s = segmentOf(flags, seq, ack);
        if ((shape & 1) != 0) {
            s.window = next() << (next() & 8);
        }
        if ((shape & 2) != 0) {
            s.data = content(seq + (flags >>> 1 & 1), next() * (1 + (next() & 4)));
        }
        if ((shape & 4) != 0 || s.is(TestSegment.SYN) || s.is(TestSegment.SYN | TestSegment.ACK)) {
            s.options = options(s, shape);
        }
        host.receive(s.packet());
    }

    private boolean isOpening() {
        return connection == null || connection.state() == TcpState.SYN_SENT;
    }

    /** A distance from the next sequence number: a little, a few segments, a window, or back to the beginning. */
    private int edge(int kind, int byteValue, int start) {
        int little = (byte) byteValue;
        return switch (kind % 6) {
            case 0, 1 -> 0;
            case 2 -> little;
            case 3 -> little * 1240;
            case 4 -> little + windowBytes;
            default -> start + little - (start == PEER_ISS ? rcvNxt : sndNxt);
        };
    }

    private TestSegment segmentOf(int flags, int seq, int ack) {
        TestSegment s = new TestSegment();
        s.from = v6 ? THEIRS_V6 : THEIRS;
        s.to = v6 ? OURS_V6 : OURS;
        s.sourcePort = peerPort;
        s.targetPort = ourPort;
        s.flags = flags;
        s.seq = seq;
        s.ack = ack;
        if ((flags & TestSegment.SYN) != 0) {
            s.options = synOptions();
        } else if (timestamps) {
            s.options = stamps(0);
        }
        return s;
    }

    private byte[] synOptions() {
        ByteBuffer b = ByteBuffer.allocate(24).putInt(0x020404d8);
        b.putInt(sack ? 0x04020101 : 0x01010101);
        b.putInt(scale >= 0 ? 0x01030300 | scale : 0x01010101);
        if (timestamps) {
            b.put(stamps(0));
        }
        return java.util.Arrays.copyOf(b.array(), b.position());
    }

    private byte[] stamps(int change) {
        int now = (int) (clock.nowNanos() / Deadline.MILLI) + change;
        return ByteBuffer.allocate(12)
                .putInt(0x0101080a)
                .putInt(now)
                .putInt(lastTsVal)
                .array();
    }

    private byte[] options(TestSegment s, int shape) {
        if ((shape & 8) == 0) {
            int blocks = 1 + next() % 3;
            ByteBuffer b = ByteBuffer.allocate(4 + 8 * blocks).putInt(0x01010500 | 2 + 8 * blocks);
            for (int i = 0; i < 2 * blocks; i++) {
                b.putInt(sndNxt - (next() % 16) * 1240 + next() % 3 - 1);
            }
            return b.array();
        }
        if ((shape & 16) == 0) {
            return stamps((byte) next() * 100);
        }
        byte[] any = new byte[4 * (next() % 11)];
        for (int i = 0; i < any.length; i++) {
            any[i] = (byte) next();
        }
        return s.is(TestSegment.SYN) && any.length == 0 ? synOptions() : any;
    }

    private static byte[] content(int seq, int length) {
        byte[] data = new byte[length];
        for (int i = 0; i < length; i++) {
            int position = seq - PEER_ISS - 1 + i;
            data[i] = position < 0 ? 0 : PacketTest.streamByte(position);
        }
        return data;
    }

    // --- what the stack sends

    private void sent(byte[] packet) {
        if (packet[v6 ? 6 : 9] != 6) {
            return;
        }
        TestSegment s = new TestSegment(packet);
        if ((s.flags & TestSegment.RST) != 0) {
            return;
        }
        if ((s.flags & TestSegment.SYN) != 0) {
            iss = s.seq;
            sndNxt = s.seq + 1;
            ourPort = s.sourcePort;
            begun = true;
        }
        byte[] stamps = s.option(8);
        lastTsVal = stamps == null ? lastTsVal : Endian.intBe(stamps, 0);
        int end = s.seq + s.sequenceLength();
        sndNxt = end - sndNxt > 0 ? end : sndNxt;
        if ((s.flags & TestSegment.ACK) != 0) {
            rcvNxt = s.ack;
            windowBytes = s.window << ((s.flags & TestSegment.SYN) != 0 || scale < 0 ? 0 : 5);
        }
        checkSent(s);
    }

    private void checkSent(TestSegment s) {
        assertThat(begun || s.data.length == 0).as("data before a SYN").isTrue();
        int position = s.seq - iss - 1;
        for (int i = 0; i < s.data.length; i++) {
            assertThat(position + i).as("position sent").isBetween(0, (int) written - 1);
            assertThat(s.data[i]).as("byte %d sent", position + i).isEqualTo(PacketTest.streamByte(position + i));
        }
    }

    private void end() {
        if (connection != null) {
            connection.close();
        }
        host.stack.stop();
        host.pump();
        StackStatus left = host.stack.status();
        assertThat(left.connections()).as("connections left").isZero();
        assertThat(left.halfOpen()).as("half-open left").isZero();
        assertThat(left.timeWait()).as("TIME-WAIT left").isZero();
    }
}
