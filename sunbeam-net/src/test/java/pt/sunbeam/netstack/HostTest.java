package pt.sunbeam.netstack;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import pt.sunbeam.ip.IpAddress;
import pt.sunbeam.netstack.counters.DropCause;
import pt.sunbeam.netstack.datagram.Received;
import pt.sunbeam.netstack.udp.UdpSocket;
import pt.sunbeam.sim.SimClock;
import pt.sunbeam.time.Deadline;

/** One stack with an IPv4 and an IPv6 address against a scripted host, whole packets both ways, in virtual time. */
abstract class HostTest {
    /** The last 32 bits of the addresses of both families; for IPv6 only the last byte counts. */
    static final int OURS = 0x64400001;

    static final int THEIRS = 0x64400002;
    static final IpAddress OURS_4 = IpAddress.v4(OURS);
    static final IpAddress OURS_6 = IpAddress.v6(0xfd7a115ca1e00000L, 1);
    static final IpAddress THEIRS_4 = IpAddress.v4(THEIRS);
    static final IpAddress THEIRS_6 = IpAddress.v6(0xfd7a115ca1e00000L, 2);
    static final int MTU = 1280;

    final SimClock clock = new SimClock(Deadline.SECOND);
    final SimHost host = new SimHost(clock, 5, StackConfig.DEFAULT, OURS_4, OURS_6);
    final ArrayDeque<byte[]> sent = new ArrayDeque<>();
    final Received from = new Received();
    final ByteBuffer target = ByteBuffer.allocate(65536);

    @BeforeEach
    void wire() {
        host.attach(sent::add);
    }

    void inject(boolean v6, int protocol, byte... payload) {
        host.receive(packet(v6, protocol, payload));
    }

    static byte[] packet(boolean v6, int protocol, byte... payload) {
        return v6 ? TestPacket.v6(2, 1, protocol, payload) : TestPacket.v4(THEIRS, OURS, protocol, 7, 0, payload);
    }

    /** One fragment of a datagram; its offset is a multiple of 8. */
    static byte[] fragment(boolean v6, int protocol, int id, int offset, boolean more, byte... data) {
        return v6
                ? TestPacket.v6(
                        2,
                        1,
                        TestPacket.FRAGMENT,
                        TestPacket.join(TestPacket.fragmentHeader(protocol, offset, more, id), data))
                : TestPacket.v4(THEIRS, OURS, protocol, id, offset / 8 | (more ? TestPacket.MORE : 0), data);
    }

    static byte[] part(byte[] whole, int start, int end) {
        return Arrays.copyOfRange(whole, start, end);
    }

    /** The next waiting datagram, or null. */
    byte[] receive(UdpSocket socket) {
        target.clear();
        int n = socket.receive(target, from);
        return n < 0 ? null : Arrays.copyOf(target.array(), n);
    }

    void run(long millis) {
        clock.runUntil(clock.nowNanos() + Deadline.millis(millis));
    }

    long drops(DropCause cause) {
        return host.stack.status().counters().drops().getOrDefault(cause, 0L);
    }

    static IpAddress theirs(boolean v6) {
        return v6 ? THEIRS_6 : THEIRS_4;
    }

    static int icmp(boolean v6) {
        return v6 ? TestPacket.ICMPV6 : TestPacket.ICMP;
    }
}
