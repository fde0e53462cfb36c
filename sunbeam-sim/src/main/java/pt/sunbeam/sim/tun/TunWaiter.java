package pt.sunbeam.sim.tun;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Waits for packets on some devices, for a time, or until another thread wakes it: the sleep of a loop that owns them. */
public final class TunWaiter implements AutoCloseable {
    private static final int EFD_NONBLOCK = 2048;
    private static final short POLLIN = 1;
    private static final int POLLFD_BYTES = 8;
    private static final int PR_SET_TIMERSLACK = 29;
    private static final int SCHED_RR = 2;
    private static final long SECOND = 1_000_000_000L;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment descriptors;
    private final MemorySegment timeout = arena.allocate(16, 8);
    private final MemorySegment one = arena.allocate(8, 8);
    private final MemorySegment counter = arena.allocate(8, 8);
    private final long count;
    private final int wakeFd;

    public TunWaiter(TunDevice... devices) throws IOException {
        wakeFd = SystemCalls.eventfd(EFD_NONBLOCK);
        count = devices.length + 1L;
        descriptors = arena.allocate(POLLFD_BYTES * count, 4);
        set(0, wakeFd);
        for (int i = 0; i < devices.length; i++) {
            set(i + 1, devices[i].fd());
        }
        one.set(JAVA_LONG, 0, 1);
    }

    private void set(int index, int fd) {
        descriptors.set(JAVA_INT, (long) POLLFD_BYTES * index, fd);
        descriptors.set(JAVA_SHORT, (long) POLLFD_BYTES * index + 4, POLLIN);
    }

    /**
     * Lets the calling thread's waits end on time instead of up to 50 microseconds late as is usual, and lets it run before
     * others when the machine is busy, as a kernel's network stack does. False when that is not allowed.
     */
    public static boolean becomePunctual() {
        return SystemCalls.prctl(PR_SET_TIMERSLACK, 1) && SystemCalls.schedule(SCHED_RR, 1);
    }

    /** Returns when a packet waits, {@link #wake} was called, or {@code nanos} are over; at once when that is not positive. */
    public void await(long nanos) {
        long wait = Math.max(0, Math.min(nanos, 3600 * SECOND));
        timeout.set(JAVA_LONG, 0, wait / SECOND);
        timeout.set(JAVA_LONG, 8, wait % SECOND);
        try {
            int ready = (int) SystemCalls.PPOLL.invokeExact(descriptors, count, timeout, MemorySegment.NULL);
            if (ready > 0 && descriptors.get(JAVA_SHORT, 6) != 0) {
                long read = (long) SystemCalls.READ.invokeExact(wakeFd, counter, 8L);
                assert read <= 8;
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Ends the wait that is going on, or the next; for any thread. */
    public void wake() {
        try {
            long written = (long) SystemCalls.WRITE.invokeExact(wakeFd, one, 8L);
            assert written <= 8;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            SystemCalls.close(wakeFd);
            arena.close();
        }
    }
}
