package pt.sunbeam.sim.tun;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A TUN device: whole IP packets in and out, without blocking. It stays in the namespace of the thread that opened it; any
 * one thread may use it from there.
 */
public final class TunDevice implements AutoCloseable {
    /** No packet is larger. */
    public static final int MAX_PACKET_BYTES = 65536;

    private static final int O_RDWR = 2;
    private static final int O_NONBLOCK = 2048;
    private static final long TUNSETIFF = 0x400454caL;
    private static final short IFF_TUN_NO_PI = 0x1001;
    private static final int IFREQ_BYTES = 40;
    private static final int IFREQ_FLAGS = 16;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(MAX_PACKET_BYTES);
    private final int fd;

    private TunDevice(int fd) {
        this.fd = fd;
    }

    /** What keeps this machine from having one, or an empty text. */
    public static String missing() {
        if (!Files.isReadable(Path.of("/dev/net/tun"))) {
            return "/dev/net/tun";
        }
        return "root".equals(System.getProperty("user.name")) ? "" : "root (to make a network namespace)";
    }

    /** What to do about {@link #missing}, as the end of a sentence. */
    public static String remedy() {
        return Files.exists(Path.of("/dev/net/tun")) ? "run it with sudo" : "\"modprobe tun\" makes it";
    }

    /** Makes the device {@code name} in the calling thread's namespace. */
    public static TunDevice open(String name) throws IOException {
        try (Arena a = Arena.ofConfined()) {
            int fd = SystemCalls.open("/dev/net/tun", O_RDWR | O_NONBLOCK);
            MemorySegment request = a.allocate(IFREQ_BYTES);
            request.setString(0, name);
            request.set(JAVA_SHORT, IFREQ_FLAGS, IFF_TUN_NO_PI);
            SystemCalls.ioctl(fd, TUNSETIFF, request, "make the device " + name);
            return new TunDevice(fd);
        }
    }

    /** Moves the calling thread into a new namespace, makes the device tun0 there, and runs the commands. */
    public static TunDevice openInNewNamespace(String... configuration) throws IOException, InterruptedException {
        NetworkNamespace.enterNew();
        TunDevice device = open("tun0");
        for (String command : configuration) {
            NetworkNamespace.run(command);
        }
        return device;
    }

    int fd() {
        return fd;
    }

    /** Reads one packet that the kernel sends into {@code target}; its length, or 0 when none waits. */
    public int read(byte[] target) {
        try {
            int n = (int)
                    (long) SystemCalls.READ.invokeExact(fd, buffer, (long) Math.min(target.length, MAX_PACKET_BYTES));
            if (n > 0) {
                MemorySegment.copy(buffer, JAVA_BYTE, 0, target, 0, n);
            }
            return Math.max(0, n);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Gives the kernel one packet; false when it would not take it. */
    public boolean write(byte[] source, int offset, int length) {
        try {
            MemorySegment.copy(source, offset, buffer, JAVA_BYTE, 0, length);
            return (long) SystemCalls.WRITE.invokeExact(fd, buffer, (long) length) == length;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            SystemCalls.close(fd);
            arena.close();
        }
    }
}
