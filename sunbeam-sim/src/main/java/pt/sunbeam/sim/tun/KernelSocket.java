package pt.sunbeam.sim.tun;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A blocking TCP socket of the kernel with a congestion controller of its own, which Java's sockets cannot choose and which
 * a namespace cannot either when the kernel restricts it.
 */
public final class KernelSocket implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_CONGESTION = 13;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int SHUT_WR = 1;
    private static final int SHUT_RDWR = 2;
    private static final int BUFFER_BYTES = 65536;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment sending = arena.allocate(BUFFER_BYTES);
    private final MemorySegment receiving = arena.allocate(BUFFER_BYTES);
    private final int fd;

    private KernelSocket(int fd) {
        this.fd = fd;
    }

    /** Connects from the calling thread's namespace; {@code controller} is "cubic", "bbr", or what else the kernel has. */
    public static KernelSocket connect(InetSocketAddress target, String controller) throws IOException {
        InetAddress address = target.getAddress();
        boolean v6 = address.getAddress().length == 16;
        KernelSocket socket = new KernelSocket(SystemCalls.socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0));
        try (Arena a = Arena.ofConfined()) {
            MemorySegment name = a.allocateFrom(controller);
            SystemCalls.setsockopt(socket.fd, IPPROTO_TCP, TCP_CONGESTION, name, controller.length(), controller);
            MemorySegment on = a.allocateFrom(JAVA_INT, 1);
            SystemCalls.setsockopt(socket.fd, IPPROTO_TCP, TCP_NODELAY, on, 4, "TCP_NODELAY");
            MemorySegment to = socketAddress(a, address.getAddress(), target.getPort());
            SystemCalls.connect(socket.fd, to, "connect to " + target);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static MemorySegment socketAddress(Arena arena, byte[] address, int port) {
        boolean v6 = address.length == 16;
        MemorySegment s = arena.allocate(v6 ? 28 : 16, 4);
        s.set(JAVA_SHORT, 0, (short) (v6 ? AF_INET6 : AF_INET));
        s.set(JAVA_SHORT, 2, Short.reverseBytes((short) port));
        MemorySegment.copy(address, 0, s, JAVA_BYTE, v6 ? 8 : 4, address.length);
        return s;
    }

    /** Sends all bytes, waiting for room; one thread at a time. */
    public void write(byte[] source, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, BUFFER_BYTES);
            MemorySegment.copy(source, offset + done, sending, JAVA_BYTE, 0, part);
            done += SystemCalls.send(fd, sending, part, MSG_NOSIGNAL);
        }
    }

    /** Waits for bytes; how many, or -1 at the end of the stream. One thread at a time. */
    public int read(byte[] target) throws IOException {
        int n = SystemCalls.receive(fd, receiving, Math.min(target.length, BUFFER_BYTES));
        MemorySegment.copy(receiving, JAVA_BYTE, 0, target, 0, n);
        return n == 0 ? -1 : n;
    }

    public void shutdownOutput() {
        SystemCalls.shutdown(fd, SHUT_WR);
    }

    /** Lets a thread that waits in this socket go on with an end or an error. */
    public void interrupt() {
        SystemCalls.shutdown(fd, SHUT_RDWR);
    }

    /** Only when no thread uses the socket any more. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            SystemCalls.close(fd);
            arena.close();
        }
    }
}
