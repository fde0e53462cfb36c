package pt.sunbeam.sim.tun;

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

/** The functions of the C library that devices, namespaces and waiting need (x86-64 and AArch64 Linux). */
@SuppressWarnings("restricted")
final class SystemCalls {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout CAPTURED = Linker.Option.captureStateLayout();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_OF = CAPTURED.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle UNSHARE = call("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle SETNS = call("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle OPEN =
            call("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT), ERRNO, Linker.Option.firstVariadicArg(2));
    private static final MethodHandle IOCTL = call(
            "ioctl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
            ERRNO,
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle EVENTFD =
            call("eventfd", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle STRERROR = call("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle PRCTL =
            call("prctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), Linker.Option.firstVariadicArg(1));

    private static final MethodHandle SOCKET =
            call("socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), ERRNO);
    private static final MethodHandle SETSOCKOPT =
            call("setsockopt", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), ERRNO);
    private static final MethodHandle CONNECT =
            call("connect", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT), ERRNO);
    private static final MethodHandle SEND =
            call("send", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT), ERRNO);
    private static final MethodHandle RECV =
            call("recv", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT), ERRNO);
    private static final MethodHandle SHUTDOWN = call("shutdown", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private static final MethodHandle SCHED_SETSCHEDULER =
            call("sched_setscheduler", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS));

    static final MethodHandle READ = call("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    static final MethodHandle WRITE = call("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    static final MethodHandle PPOLL =
            call("ppoll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS));

    private SystemCalls() {}

    private static MethodHandle call(String name, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    static int open(String path, int flags) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            return checked((int) OPEN.invokeExact(state, a.allocateFrom(path), flags), state, "open " + path);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static void ioctl(int fd, long request, MemorySegment argument, String what) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            checked((int) IOCTL.invokeExact(state, fd, request, argument), state, what);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static void unshare(int flags) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            checked((int) UNSHARE.invokeExact(state, flags), state, "unshare");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static void setns(int fd, int kind) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            checked((int) SETNS.invokeExact(state, fd, kind), state, "setns");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static int eventfd(int flags) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            return checked((int) EVENTFD.invokeExact(state, 0, flags), state, "eventfd");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static int socket(int family, int kind, int protocol) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            return checked((int) SOCKET.invokeExact(state, family, kind, protocol), state, "socket");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static void setsockopt(int fd, int level, int name, MemorySegment value, int length, String what)
            throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            checked((int) SETSOCKOPT.invokeExact(state, fd, level, name, value, length), state, what);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static void connect(int fd, MemorySegment address, String what) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            checked((int) CONNECT.invokeExact(state, fd, address, (int) address.byteSize()), state, what);
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static int send(int fd, MemorySegment bytes, int length, int flags) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            return checked((int) (long) SEND.invokeExact(state, fd, bytes, (long) length, flags), state, "send");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    static int receive(int fd, MemorySegment bytes, int length) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            MemorySegment state = a.allocate(CAPTURED);
            return checked((int) (long) RECV.invokeExact(state, fd, bytes, (long) length, 0), state, "recv");
        } catch (Throwable e) {
            throw rethrown(e);
        }
    }

    /** True unless the other side had already closed it. */
    static boolean shutdown(int fd, int how) {
        try {
            return (int) SHUTDOWN.invokeExact(fd, how) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** True when the kernel took the option. */
    static boolean prctl(int option, long value) {
        try {
            return (int) PRCTL.invokeExact(option, value) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives the calling thread a scheduling policy; true when that was allowed. */
    static boolean schedule(int policy, int priority) {
        try (Arena a = Arena.ofConfined()) {
            return (int) SCHED_SETSCHEDULER.invokeExact(0, policy, a.allocateFrom(JAVA_INT, priority)) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** True unless the descriptor was not open. */
    static boolean close(int fd) {
        try {
            return (int) CLOSE.invokeExact(fd) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static int checked(int result, MemorySegment state, String what) throws Throwable {
        if (result >= 0) {
            return result;
        }
        MemorySegment text = (MemorySegment) STRERROR.invokeExact((int) ERRNO_OF.get(state, 0L));
        throw new IOException(what + ": " + text.reinterpret(256).getString(0));
    }

    private static IOException rethrown(Throwable e) {
        return e instanceof IOException io ? io : new IOException(e);
    }
}
