package pt.sunbeam.network;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import pt.sunbeam.time.Deadline;

/**
 * The kernel's own news: a socket in the groups of links, addresses and routes (netlink(7), rtnetlink(7)). It and the dumps
 * are of the network namespace of the thread that opened it, and of the thread that reads.
 */
final class NetlinkSource implements NetworkSource {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW_CLOEXEC_NONBLOCK = 3 | 0x80000 | 0x800;
    private static final int NETLINK_ROUTE = 0;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80000 | 0x800;
    /** RTMGRP_LINK, and RTMGRP_IPV4_ and RTMGRP_IPV6_ of IFADDR and ROUTE. */
    private static final int GROUPS = 0x1 | 0x10 | 0x40 | 0x100 | 0x400;

    private static final int POLLIN = 1;
    private static final int POLLFD_BYTES = 8;
    private static final int REVENTS = 6;
    /** The kernel answers at once. */
    private static final int ANSWER_MILLIS = 1000;
    /**
     * Of one dump. A router of the internet has a million routes; the default route comes first among the kernel's IPv4
     * routes, and what is behind this limit is not read.
     */
    private static final long MAX_DUMP_BYTES = 16 << 20;
    /** Datagrams of one wait, so that a flood does not hold the thread. */
    private static final int MAX_DATAGRAMS = 256;

    private final LinuxCalls calls;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment datagram = arena.allocate(NetlinkMessages.MAX_DATAGRAM_BYTES);
    private final byte[] bytes = new byte[NetlinkMessages.MAX_DATAGRAM_BYTES];
    private final MemorySegment descriptors = arena.allocate(2 * POLLFD_BYTES, 4);
    private final ChangeFilter filter = new ChangeFilter();
    private final int socket;
    private final int waker;
    private boolean open = true;

    private NetlinkSource(LinuxCalls calls, int socket, int waker) {
        this.calls = calls;
        this.socket = socket;
        this.waker = waker;
        watch(0, socket);
        watch(1, waker);
    }

    /** Hears of changes from here on; fails where netlink or native access is refused. */
    static NetlinkSource open() throws IOException {
        LinuxCalls calls = LinuxCalls.load();
        int socket = openSocket(calls, GROUPS);
        try {
            return new NetlinkSource(calls, socket, calls.eventfd(EFD_CLOEXEC_NONBLOCK));
        } catch (IOException e) {
            calls.close(socket);
            throw e;
        }
    }

    private static int openSocket(LinuxCalls calls, int groups) throws IOException {
        int fd = calls.socket(AF_NETLINK, SOCK_RAW_CLOEXEC_NONBLOCK, NETLINK_ROUTE);
        try (Arena a = Arena.ofConfined()) {
            MemorySegment address = a.allocate(12, 4);
            address.set(JAVA_SHORT, 0, (short) AF_NETLINK);
            address.set(JAVA_INT, 8, groups);
            calls.bind(fd, address);
            return fd;
        } catch (IOException e) {
            calls.close(fd);
            throw e;
        }
    }

    private void watch(int position, int fd) {
        descriptors.set(JAVA_INT, (long) position * POLLFD_BYTES, fd);
        descriptors.set(JAVA_SHORT, (long) position * POLLFD_BYTES + 4, (short) POLLIN);
    }

    @Override
    public boolean await(long timeoutNanos) throws IOException {
        long millis = (Math.max(0, timeoutNanos) + Deadline.MILLI - 1) / Deadline.MILLI;
        int ready = calls.poll(descriptors, 2, (int) Math.min(millis, Integer.MAX_VALUE));
        if (ready < 0 && ready != -LinuxCalls.EINTR) {
            throw new IOException("poll: error " + -ready);
        }
        return ready > 0 && descriptors.get(JAVA_SHORT, REVENTS) != 0 && drain();
    }

    private boolean drain() throws IOException {
        boolean[] sign = new boolean[1];
        for (int i = 0; i < MAX_DATAGRAMS; i++) {
            int n = calls.recv(socket, datagram);
            if (n == -LinuxCalls.EAGAIN) {
                return sign[0];
            } else if (n == -LinuxCalls.ENOBUFS) {
                sign[0] = true;
            } else if (n < 0 && n != -LinuxCalls.EINTR) {
                throw new IOException("netlink: error " + -n);
            } else if (n > 0) {
                MemorySegment.copy(datagram, JAVA_BYTE, 0, bytes, 0, n);
                NetlinkMessages.decode(bytes, n, m -> sign[0] |= filter.isSign(m));
            }
        }
        return sign[0];
    }

    @Override
    public NetworkState read() throws IOException {
        NetlinkTables tables = new NetlinkTables();
        dump(NetlinkMessages.GET_LINK, tables);
        dump(NetlinkMessages.GET_ADDRESS, tables);
        dump(NetlinkMessages.GET_ROUTE, tables);
        filter.ignore(tables.ignored());
        return tables.state();
    }

    private void dump(int type, NetlinkTables tables) throws IOException {
        int fd = openSocket(calls, 0);
        try (Arena a = Arena.ofConfined()) {
            calls.send(fd, a.allocateFrom(JAVA_BYTE, NetlinkMessages.dumpRequest(type)));
            MemorySegment one = a.allocate(POLLFD_BYTES, 4);
            one.set(JAVA_INT, 0, fd);
            one.set(JAVA_SHORT, 4, (short) POLLIN);
            boolean[] ended = new boolean[1];
            for (long total = 0; !ended[0] && total < MAX_DUMP_BYTES; ) {
                total += answer(fd, one, tables, ended);
            }
        } finally {
            calls.close(fd);
        }
    }

    private int answer(int fd, MemorySegment one, NetlinkTables tables, boolean[] ended) throws IOException {
        int n = calls.recv(fd, datagram);
        if (n == -LinuxCalls.EAGAIN || n == -LinuxCalls.EINTR) {
            if (calls.poll(one, 1, ANSWER_MILLIS) == 0) {
                throw new IOException("netlink gives no answer");
            }
            return 0;
        }
        if (n <= 0) {
            throw new IOException("netlink: error " + -n);
        }
        MemorySegment.copy(datagram, JAVA_BYTE, 0, bytes, 0, n);
        int[] errno = new int[1];
        NetlinkMessages.decode(bytes, n, m -> {
            tables.add(m);
            if (m instanceof NetlinkMessage.End end) {
                ended[0] = true;
                errno[0] = end.errno();
            }
        });
        if (errno[0] != 0) {
            throw new IOException("netlink refuses a dump: error " + errno[0]);
        }
        return n;
    }

    @Override
    public long sleeplessNanos() throws IOException {
        return calls.bootTimeNanos();
    }

    /** The monitor's thread closes while another wakes it: the lock keeps the descriptor from being someone else's by then. */
    @Override
    public synchronized void wake() {
        if (!open) {
            return;
        }
        try {
            calls.signal(waker);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public synchronized void close() {
        if (!open) {
            return;
        }
        open = false;
        try {
            calls.close(socket);
            calls.close(waker);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } finally {
            arena.close();
        }
    }
}
