package pt.sunbeam.netstack.drive;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import pt.sunbeam.bytes.Endian;
import pt.sunbeam.netstack.ip.IpHeader;
import pt.sunbeam.netstack.tcp.TcpState;

/**
 * Which sockets' connections are still in TIME-WAIT (RFC 9293 section 3.6.1). The stack keeps no more than a count of them
 * and ends the oldest first: a repeated FIN makes one the newest again, a SYN that takes the ports over ends it at once
 * (RFC 6191). Packets with IPv6 extension headers are not looked into for these two.
 */
final class TimeWaitSockets {
    private static final int FIN = 1;
    private static final int RST = 4;
    private static final int PORTS_BYTES = 4;
    private static final int FLAGS_OFFSET = 13;

    private final List<DrivenSocket> live = new ArrayList<>();
    private final List<DrivenSocket> oldestFirst = new ArrayList<>();
    private final IpHeader ip = new IpHeader();

    void add(DrivenSocket socket) {
        live.add(socket);
    }

    /** The stack has taken {@code packet}, and has {@code count} connections in TIME-WAIT; did it answer at once? */
    void onPacket(byte[] packet, int length, int count, boolean answered) {
        DrivenSocket socket = oldestFirst.isEmpty() ? null : addressee(packet, length);
        if (socket != null) {
            int flags = packet[ip.payloadOffset + FLAGS_OFFSET];
            if (count < oldestFirst.size()) {
                oldestFirst.remove(socket);
                socket.timeWaitOver();
            } else if (answered && (flags & FIN) != 0 && (flags & RST) == 0) {
                oldestFirst.remove(socket);
                oldestFirst.add(socket);
            }
        }
        settle(count);
    }

    private @Nullable DrivenSocket addressee(byte[] packet, int length) {
        boolean whole = ip.read(packet, 0, length) == null && !ip.isFragment();
        if (!whole || ip.protocol != IpHeader.TCP || ip.payloadLength <= FLAGS_OFFSET) {
            return null;
        }
        int remotePort = Endian.shortBe(packet, ip.payloadOffset);
        int localPort = Endian.shortBe(packet, ip.payloadOffset + PORTS_BYTES / 2);
        for (DrivenSocket socket : oldestFirst) {
            if (socket.isBetween(ip.target(), localPort, ip.source(), remotePort)) {
                return socket;
            }
        }
        return null;
    }

    /** A call is over, and the stack has {@code count} connections in TIME-WAIT. */
    void settle(int count) {
        for (Iterator<DrivenSocket> all = live.iterator(); all.hasNext(); ) {
            DrivenSocket socket = all.next();
            if (socket.state() == TcpState.TIME_WAIT) {
                oldestFirst.add(socket);
            }
            if (socket.state() == TcpState.TIME_WAIT || socket.state() == TcpState.CLOSED) {
                all.remove();
            }
        }
        while (oldestFirst.size() > count) {
            oldestFirst.removeFirst().timeWaitOver();
        }
    }
}
