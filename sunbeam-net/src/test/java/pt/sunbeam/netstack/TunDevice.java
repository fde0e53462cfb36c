package pt.sunbeam.netstack;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A TUN device in a network namespace of its own, through the Foreign Function API. The namespace belongs to the thread
 * that opens it: sockets and processes made by that thread are inside, and it ends with the last of them.
 */
@SuppressWarnings("restricted")
final class TunDevice implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x40000000;
    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 2048;
    private static final long TUNSETIFF = 0x400454caL;
    private static final short IFF_TUN_NO_PI = 0x1001;
    private static final short POLLIN = 1;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle UNSHARE = call("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle OPEN = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("ioctl"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle READ =
            call("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle WRITE =
            call("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    private static final MethodHandle POLL =
            call("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(65536);
    private final MemorySegment pollFd = arena.allocate(8, 4);
    private final int fd;

    private TunDevice(int fd) {
        this.fd = fd;
        pollFd.set(JAVA_INT, 0, fd);
        pollFd.set(JAVA_SHORT, 4, POLLIN);
    }

    private static MethodHandle call(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type);
    }

    /** What keeps this machine from having one, or an empty text. */
    static String missing() {
        if (!Files.isReadable(Path.of("/dev/net/tun"))) {
            return "/dev/net/tun";
        }
        return "root".equals(System.getProperty("user.name")) ? "" : "root (to make a network namespace)";
    }

    /** Moves the calling thread into a new network namespace and opens a device there. */
    static TunDevice openInNewNamespace(String... configuration) throws Exception {
        try (Arena a = Arena.ofConfined()) {
            check((int) UNSHARE.invokeExact(CLONE_NEWNET), "unshare");
            int fd = check((int) OPEN.invokeExact(a.allocateFrom("/dev/net/tun"), O_RDWR | O_NONBLOCK), "open");
            MemorySegment request = a.allocate(40);
            request.setString(0, "tun0");
            request.set(JAVA_SHORT, 16, IFF_TUN_NO_PI);
            check((int) IOCTL.invokeExact(fd, TUNSETIFF, request), "TUNSETIFF");
            for (String command : configuration) {
                run(command);
            }
            return new TunDevice(fd);
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs a command in the calling thread's namespace; returns its output. */
    static String run(String command) throws IOException, InterruptedException {
        Process p =
                new ProcessBuilder(command.split(" ")).redirectErrorStream(true).start();
        String output = new String(p.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (!p.waitFor(20, TimeUnit.SECONDS) || p.exitValue() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }

    private static int check(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + " failed");
        }
        return result;
    }

    /** Waits up to {@code millis} for a packet. */
    void await(int millis) {
        try {
            int ready = (int) POLL.invokeExact(pollFd, 1L, millis);
            if (ready < 0) {
                throw new IllegalStateException("poll");
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads one packet into {@code target}; its length, or 0 when none waits. */
    int read(byte[] target) {
        try {
            int n = (int) (long) READ.invokeExact(fd, buffer, 65536L);
            if (n > 0) {
                MemorySegment.copy(buffer, JAVA_BYTE, 0, target, 0, n);
            }
            return Math.max(0, n);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    void write(byte[] source, int offset, int length) {
        try {
            MemorySegment.copy(source, offset, buffer, JAVA_BYTE, 0, length);
            long ignored = (long) WRITE.invokeExact(fd, buffer, (long) length);
            assert ignored <= length;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            int ignored = (int) CLOSE.invokeExact(fd);
            assert ignored <= 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        arena.close();
    }
}
