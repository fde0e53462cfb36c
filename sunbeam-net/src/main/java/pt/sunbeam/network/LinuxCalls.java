package pt.sunbeam.network;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.NoSuchElementException;

/**
 * The functions of the C library that a netlink socket needs (x86-64 and AArch64 Linux). An object rather than a class of
 * constants, so that a system which refuses them gives an {@link IOException}. A failed call's result is -errno.
 */
@SuppressWarnings("restricted")
final class LinuxCalls {
    static final int EINTR = 4;
    static final int EAGAIN = 11;
    static final int ENOBUFS = 105;

    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final int CLOCK_BOOTTIME = 7;

    private final MethodHandle socket;
    private final MethodHandle bind;
    private final MethodHandle send;
    private final MethodHandle recv;
    private final MethodHandle poll;
    private final MethodHandle eventfd;
    private final MethodHandle write;
    private final MethodHandle close;
    private final MethodHandle clockGettime;

    private LinuxCalls(Linker linker) {
        socket = call(linker, "socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        bind = call(linker, "bind", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
        send = call(linker, "send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        recv = call(linker, "recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        poll = call(linker, "poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
        eventfd = call(linker, "eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
        write = call(linker, "write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
        close = call(linker, "close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        clockGettime = call(linker, "clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    }

    /** The calls, or an exception that says why this process may not make them. */
    static LinuxCalls load() throws IOException {
        if (!System.getProperty("os.name", "").equals("Linux") || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IOException("netlink is Linux's, and read little-endian only");
        }
        if (!LinuxCalls.class.getModule().isNativeAccessEnabled()) {
            throw new IOException("native access is not enabled");
        }
        try {
            return new LinuxCalls(Linker.nativeLinker());
        } catch (NoSuchElementException | UnsupportedOperationException | IllegalCallerException e) {
            throw new IOException("the C library cannot be called", e);
        }
    }

    private static MethodHandle call(Linker linker, String name, FunctionDescriptor type) {
        MemorySegment function = linker.defaultLookup().findOrThrow(name);
        return linker.downcallHandle(function, type, Linker.Option.captureCallState("errno"));
    }

    int socket(int family, int kind, int protocol) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            return checked(result((int) socket.invokeExact(state, family, kind, protocol), state), "socket");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    void bind(int fd, MemorySegment address) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            checked(result((int) bind.invokeExact(state, fd, address, (int) address.byteSize()), state), "bind");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    void send(int fd, MemorySegment bytes) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            long n = (long) send.invokeExact(state, fd, bytes, bytes.byteSize(), 0);
            checked(result((int) n, state), "send");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Receives one datagram; its length, or -errno. */
    int recv(int fd, MemorySegment target) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            return result((int) (long) recv.invokeExact(state, fd, target, target.byteSize(), 0), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Waits for an event of {@code count} descriptors; how many have one, or -errno. */
    int poll(MemorySegment descriptors, long count, int timeoutMillis) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            return result((int) poll.invokeExact(state, descriptors, count, timeoutMillis), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    int eventfd(int flags) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            return checked(result((int) eventfd.invokeExact(state, 0, flags), state), "eventfd");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Makes an event descriptor readable; -errno when that failed. */
    int signal(int fd) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            MemorySegment one = a.allocateFrom(JAVA_LONG, 1);
            return result((int) (long) write.invokeExact(state, fd, one, 8L), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** Closes a descriptor; -errno when it was not open. */
    int close(int fd) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            return result((int) close.invokeExact(state, fd), state);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** CLOCK_BOOTTIME in nanoseconds: monotonic, goes on in suspend, and no time service steps it (clock_gettime(2)). */
    long bootTimeNanos() throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            MemorySegment time = a.allocate(JAVA_LONG, 2);
            checked(result((int) clockGettime.invokeExact(state, CLOCK_BOOTTIME, time), state), "clock_gettime");
            return time.getAtIndex(JAVA_LONG, 0) * 1_000_000_000L + time.getAtIndex(JAVA_LONG, 1);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    private static int result(int result, MemorySegment state) {
        return result >= 0 ? result : -(int) ERRNO.get(state, 0L);
    }

    private static int checked(int result, String what) throws IOException {
        if (result < 0) {
            throw new IOException(what + ": error " + -result);
        }
        return result;
    }

    private static IOException rethrown(Throwable e) {
        return e instanceof IOException io ? io : new IOException(e);
    }
}
