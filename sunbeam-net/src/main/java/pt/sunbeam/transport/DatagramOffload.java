package pt.sunbeam.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.Errors;
import io.netty.channel.unix.IntegerUnixChannelOption;
import io.netty.channel.unix.SegmentedDatagramPacket;
import java.net.InetSocketAddress;

/** What the system can do for many datagrams at once, and the options that only some systems have. */
public final class DatagramOffload {
    /** linux/in6.h: IPPROTO_IPV6, IPV6_V6ONLY. */
    private static final IntegerUnixChannelOption V6_ONLY = new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

    private static final int EPERM = 1;
    private static final int ENOBUFS = 105;
    private static final int EAGAIN = 11;
    private static final int EIO = 5;
    private static final int EINVAL = 22;
    private static final int EMSGSIZE = 90;

    private DatagramOffload() {}

    /** Whether {@link #run} can be sent (UDP_SEGMENT, Linux 4.18). */
    public static boolean canSegment() {
        return EventLoops.isEpoll() && EpollDatagramChannel.isSegmentedDatagramPacketSupported();
    }

    /**
     * Sets up an unbound channel: an IPv6 socket for IPv6 alone, so that IPv4 can have the same port, and runs of received
     * datagrams handed over as one (UDP_GRO, Linux 5.0).
     *
     * @return whether the system may hand over runs
     */
    public static boolean prepare(DatagramChannel channel, boolean v6) {
        if (!EventLoops.isEpoll()) {
            return false;
        }
        if (v6) {
            channel.config().setOption(V6_ONLY, 1);
        }
        try {
            return channel.config().setOption(EpollChannelOption.UDP_GRO, true);
        } catch (ChannelException e) {
            return false;
        }
    }

    /** Datagrams of {@code segmentBytes} each, the last one of what is left, as one message. */
    public static DatagramPacket run(ByteBuf bytes, int segmentBytes, InetSocketAddress to) {
        return new SegmentedDatagramPacket(bytes, segmentBytes, to);
    }

    /** True when a run failed because a device cannot cut it (EIO), or the path bears only smaller datagrams. */
    public static boolean isRefusal(Throwable cause) {
        int errno = errno(cause);
        return errno == EIO || errno == EINVAL || errno == EMSGSIZE;
    }

    /**
     * True when the datagrams are lost, as any may be, and nothing is said about the destination: the system was short of
     * buffers, or a packet filter of this machine dropped them, which Linux reports as EPERM.
     */
    public static boolean isLoss(Throwable cause) {
        int errno = errno(cause);
        return errno == ENOBUFS || errno == EAGAIN || errno == EPERM;
    }

    private static int errno(Throwable cause) {
        return cause instanceof Errors.NativeIoException e ? -e.expectedErr() : 0;
    }
}
