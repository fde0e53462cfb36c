package pt.sunbeam.netstack;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import pt.sunbeam.ip.IpAddress;

/** One echo request of the kernel, over a raw socket: the kernel cuts it into fragments and joins those of the reply. */
@SuppressWarnings("restricted")
final class KernelPing {
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int SOCK_RAW = 3;
    private static final int SOL_SOCKET = 1;
    private static final int SO_RCVTIMEO = 20;
    private static final int ID = 0x1234;

    private static final MethodHandle SOCKET =
            call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SENDTO =
            call("sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle RECV =
            call("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private KernelPing() {}

    private static MethodHandle call(String name, FunctionDescriptor type) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type);
    }

    /** Sends {@code payload} in a request and returns that of the reply; waits at most three seconds. */
    static byte[] echo(IpAddress target, byte[] payload) throws Exception {
        boolean v6 = target.v6();
        try (Arena a = Arena.ofConfined()) {
            int fd = check((int) SOCKET.invokeExact(v6 ? AF_INET6 : AF_INET, SOCK_RAW, v6 ? 58 : 1), "socket");
            try {
                MemorySegment timeout = a.allocate(16, 8);
                timeout.set(JAVA_LONG, 0, 3);
                check((int) SETSOCKOPT.invokeExact(fd, SOL_SOCKET, SO_RCVTIMEO, timeout, 16), "setsockopt");
                byte[] request = request(v6, payload);
                MemorySegment message = a.allocateFrom(JAVA_BYTE, request);
                MemorySegment address = address(a, target);
                long sent = (long)
                        SENDTO.invokeExact(fd, message, (long) request.length, 0, address, (int) address.byteSize());
                check((int) sent, "sendto");
                return reply(fd, a, v6);
            } finally {
                check((int) CLOSE.invokeExact(fd), "close");
            }
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] request(boolean v6, byte[] payload) {
        ByteBuffer m = ByteBuffer.allocate(8 + payload.length);
        m.put((byte) (v6 ? 128 : 8))
                .put((byte) 0)
                .putShort((short) 0)
                .putShort((short) ID)
                .putShort((short) 1);
        m.put(payload);
        if (!v6) {
            m.putShort(2, (short) ~TestSegment.sum(m.array(), 0, m.capacity(), 0));
        }
        return m.array();
    }

    private static MemorySegment address(Arena a, IpAddress target) {
        MemorySegment s = a.allocate(target.v6() ? 28 : 16, 4);
        s.set(java.lang.foreign.ValueLayout.JAVA_SHORT, 0, (short) (target.v6() ? AF_INET6 : AF_INET));
        byte[] bytes = target.toBytes();
        MemorySegment.copy(bytes, 0, s, JAVA_BYTE, target.v6() ? 8 : 4, bytes.length);
        return s;
    }

    private static byte[] reply(int fd, Arena a, boolean v6) throws Throwable {
        MemorySegment buffer = a.allocate(70_000);
        while (true) {
            int n = check((int) (long) RECV.invokeExact(fd, buffer, 70_000L, 0), "recv");
            int at = v6 ? 0 : (buffer.get(JAVA_BYTE, 0) & 15) * 4;
            byte[] m = buffer.asSlice(at, n - at).toArray(JAVA_BYTE);
            if (m[0] == (byte) (v6 ? 129 : 0) && ByteBuffer.wrap(m).getShort(4) == ID) {
                return java.util.Arrays.copyOfRange(m, 8, m.length);
            }
        }
    }

    private static int check(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed");
        }
        return result;
    }
}
