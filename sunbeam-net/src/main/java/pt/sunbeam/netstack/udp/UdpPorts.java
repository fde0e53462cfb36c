package pt.sunbeam.netstack.udp;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The open sockets by local port. A port belongs to one socket, so that remote hosts cannot make a chain long. */
final class UdpPorts {
    static final int MAX_SOCKETS = 1024;

    /** RFC 6335: the dynamic ports. */
    private static final int EPHEMERAL_FIRST = 49152;

    private static final int EPHEMERAL_COUNT = 65536 - EPHEMERAL_FIRST;

    private final @Nullable UdpSocket[] buckets = new UdpSocket[MAX_SOCKETS];
    private int count;

    int count() {
        return count;
    }

    boolean isFull() {
        return count == MAX_SOCKETS;
    }

    @Nullable
    UdpSocket find(int port) {
        UdpSocket s = buckets[bucket(port)];
        while (s != null && s.localPort() != port) {
            s = s.next;
        }
        return s;
    }

    /** A free ephemeral port, found from a random one on (RFC 6056 section 3.3.1); there is always one. */
    int freePort(RandomGenerator random) {
        int offset = random.nextInt(EPHEMERAL_COUNT);
        while (find(EPHEMERAL_FIRST + offset) != null) {
            offset = (offset + 1) % EPHEMERAL_COUNT;
        }
        return EPHEMERAL_FIRST + offset;
    }

    void add(UdpSocket socket) {
        int bucket = bucket(socket.localPort());
        socket.next = buckets[bucket];
        buckets[bucket] = socket;
        count++;
    }

    void remove(UdpSocket socket) {
        count--;
        int bucket = bucket(socket.localPort());
        UdpSocket before = null;
        UdpSocket s = buckets[bucket];
        while (s != null && s.localPort() != socket.localPort()) {
            before = s;
            s = s.next;
        }
        if (before == null) {
            buckets[bucket] = socket.next;
        } else {
            before.next = socket.next;
        }
    }

    private static int bucket(int port) {
        return port & MAX_SOCKETS - 1;
    }
}
